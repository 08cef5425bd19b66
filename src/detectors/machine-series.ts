import { defineDetector } from './detector.ts'
import { declareSeriesMetrics, measureSeries, subjectsOf } from './series-metrics.ts'
import { viewSeries } from './series-view.ts'

/** Every series of the machine. Rules of users can ask for any of them; none says by itself what time it cost. */
export const machineSeries = defineDetector({
  id: 'machine-series',
  needs: ['series', 'metric'],
  metrics: { ...declareSeriesMetrics('machine'), cpuCount: 'CPUs of the machine.' },
  facts: { hostname: 'The name of the machine.' },

  detect(tables, context) {
    const series = viewSeries(tables)
    if (subjectsOf('machine', series).length === 0) return []
    return [
      {
        subject: 'this machine',
        metrics: { ...measureSeries('machine', series, ''), cpuCount: context.host.cpuCount },
        facts: { hostname: context.host.hostname },
        share: { estimate: 0, low: 0, high: 0 },
        culprits: [],
        rows: undefined,
      },
    ]
  },
})
