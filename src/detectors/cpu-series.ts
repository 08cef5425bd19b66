import { defineDetector } from './detector.ts'
import { declareSeriesMetrics, measureSeries, subjectsOf } from './series-metrics.ts'
import { viewSeries } from './series-view.ts'

/** Every series of each CPU. Rules of users can ask for any of them; none says by itself what time it cost. */
export const cpuSeries = defineDetector({
  id: 'cpu-series',
  needs: ['series', 'metric'],
  metrics: declareSeriesMetrics('cpu'),
  facts: { name: 'The CPU, as cpu0.' },

  detect(tables) {
    const series = viewSeries(tables)
    return subjectsOf('cpu', series).map(name => ({
      subject: `${name}`,
      metrics: measureSeries('cpu', series, name),
      facts: { name },
      share: { estimate: 0, low: 0, high: 0 },
      culprits: [],
      rows: undefined,
    }))
  },
})
