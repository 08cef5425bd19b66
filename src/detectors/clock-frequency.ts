import { describeTarget, type Table } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval } from './interval.ts'
import { readingAt, type SeriesView, viewSeries } from './series-view.ts'
import { findSettings } from './settings.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** A CPU that is less busy than this may be slow: nobody waits for it. */
const BUSY_RATIO = 0.7

/** How far below their highest frequency the CPUs run while they are busy, and what that costs the target. */
export const clockFrequency = defineDetector({
  id: 'clock-frequency',
  needs: ['process', 'series', 'metric'],
  wants: [...TIME_TABLES, 'setting'],
  metrics: {
    frequencyRatio: 'Frequency of CPUs while they are busy, over the highest they can run at.',
    busyCpus: 'CPUs that were busy, on average.',
  },
  facts: { governor: 'What decides on the frequency: performance, powersave, schedutil, …; unknown where it cannot be read.' },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    const series = viewSeries(tables)
    const { lost, busy, readings } = readBusy(series)
    if (readings === 0 || !(time.totalNs > 0)) return []
    const interval = ratioInterval(lost, busy)
    const running = Math.min(1, time.runningNs / time.totalNs)
    return [
      {
        subject: describeTarget(context.target),
        metrics: { frequencyRatio: 1 - interval.estimate, busyCpus: busy.reduce((sum, value) => sum + value, 0) / readings },
        facts: { governor: governorOf(tables.setting) },
        share: { estimate: interval.estimate * running, low: interval.low * running, high: interval.high * running },
        culprits: [],
        rows: undefined,
      },
    ]
  },
})

/** Per reading of the frequencies: CPUs that were busy, and what part of them was lost to running slower than they can. */
function readBusy(series: SeriesView) {
  const cpus = series.subjects('cpu.frequencyHz')
  const times = cpus.length === 0 ? undefined : series.readings('cpu.frequencyHz', cpus[0])?.timeNs
  const length = times?.length ?? 0
  const lost = new Float64Array(length)
  const busy = new Float64Array(length)
  for (const cpu of cpus) {
    const frequency = series.readings('cpu.frequencyHz', cpu)
    const highest = series.mean('cpu.maxFrequencyHz', cpu)
    const idle = series.readings('cpu.idleRatio', cpu)
    if (frequency === undefined || idle === undefined || !(highest > 0)) continue
    for (let reading = 0; reading < Math.min(length, frequency.values.length); reading++) {
      const at = readingAt(idle, frequency.timeNs[reading])
      const busyRatio = 1 - (at < 0 ? 1 : idle.values[at])
      if (!(busyRatio >= BUSY_RATIO)) continue
      busy[reading] += busyRatio
      lost[reading] += busyRatio * Math.max(0, 1 - frequency.values[reading] / highest)
    }
  }
  return { lost, busy, readings: length }
}

function governorOf(setting: Table<'setting'> | undefined): string {
  return setting === undefined ? 'unknown' : (findSettings(setting, 'cpu.governor').at(0)?.value ?? 'unknown')
}
