import { defineDetector } from './detector.ts'
import { declareSeriesMetrics, measureSeries, subjectsOf } from './series-metrics.ts'
import { viewSeries } from './series-view.ts'

/** Every series of each control group that was followed. Rules of users can ask for any of them; none says by itself what time it cost. */
export const cgroupSeries = defineDetector({
  id: 'cgroup-series',
  needs: ['series', 'metric'],
  metrics: declareSeriesMetrics('cgroup'),
  facts: { name: 'Path of the control group.' },

  detect(tables) {
    const series = viewSeries(tables)
    return subjectsOf('cgroup', series).map(name => ({
      subject: `cgroup ${name}`,
      metrics: measureSeries('cgroup', series, name),
      facts: { name },
      share: { estimate: 0, low: 0, high: 0 },
      culprits: [{ kind: 'cgroup', name, share: 1 }],
      rows: undefined,
    }))
  },
})
