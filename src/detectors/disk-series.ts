import { defineDetector } from './detector.ts'
import { declareSeriesMetrics, measureSeries, subjectsOf } from './series-metrics.ts'
import { viewSeries } from './series-view.ts'

/** Every series of each disk. Rules of users can ask for any of them; none says by itself what time it cost. */
export const diskSeries = defineDetector({
  id: 'disk-series',
  needs: ['series', 'metric'],
  metrics: declareSeriesMetrics('disk'),
  facts: { name: 'The disk, as vda.' },

  detect(tables) {
    const series = viewSeries(tables)
    return subjectsOf('disk', series).map(name => ({
      subject: `device ${name}`,
      metrics: measureSeries('disk', series, name),
      facts: { name },
      share: { estimate: 0, low: 0, high: 0 },
      culprits: [{ kind: 'device', name, share: 1 }],
      rows: undefined,
    }))
  },
})
