import { defineDetector } from './detector.ts'
import { declareSeriesMetrics, measureSeries, subjectsOf } from './series-metrics.ts'
import { viewSeries } from './series-view.ts'

/** Every series of each network interface. Rules of users can ask for any of them; none says by itself what time it cost. */
export const interfaceSeries = defineDetector({
  id: 'interface-series',
  needs: ['series', 'metric'],
  metrics: declareSeriesMetrics('interface'),
  facts: { name: 'The interface, as eth0.' },

  detect(tables) {
    const series = viewSeries(tables)
    return subjectsOf('interface', series).map(name => ({
      subject: `interface ${name}`,
      metrics: measureSeries('interface', series, name),
      facts: { name },
      share: { estimate: 0, low: 0, high: 0 },
      culprits: [],
      rows: undefined,
    }))
  },
})
