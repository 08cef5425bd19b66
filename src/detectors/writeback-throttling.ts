import { describeTarget } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { viewSeries } from './series-view.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** How long the target is held back because too much memory waits to be written: balance_dirty_pages, mm/page-writeback.c. */
export const writebackThrottling = defineDetector({
  id: 'writeback-throttling',
  needs: ['process', 'wait'],
  wants: [...TIME_TABLES, 'series', 'metric'],
  metrics: {
    waitRatio: "Share of the target's time it was held back.",
    pauseNs: 'Mean length of a pause.',
    longestNs: 'The longest.',
    pausePerSec: 'Pauses.',
    dirtyBytes: 'Memory waiting to be written.',
    writebackBytes: 'Memory being written.',
  },
  facts: {
    functionName: 'The function that was held back most.',
    process: 'The process that was held back most.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const series = viewSeries(tables)
    const waits = sumLostWaits({ tables, time, context }, row => reasonAt(tables.wait, row) === 'writebackThrottle')
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          waitRatio: waits.share.estimate,
          pauseNs: waits.ns / waits.count,
          longestNs: waits.maxNs,
          pausePerSec: (waits.count * 1e9) / context.durationNs,
          dirtyBytes: series.mean('memory.dirtyBytes'),
          writebackBytes: series.mean('memory.writebackBytes'),
        },
        facts: { functionName: waits.functionName, process: waits.process },
        share: waits.share,
        culprits: waits.culprits,
        rows: waits.rows,
      },
    ]
  },
})
