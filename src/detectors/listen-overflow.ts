import { describeTarget, NONE } from '../schema.ts'
import { callGroup } from './call-groups.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval, recentre } from './interval.ts'
import { sumEvents } from './kernel-events.ts'
import { processLabel } from './labels.ts'
import { orZero, viewSeries } from './series-view.ts'
import { nameAt } from './system-calls.ts'
import { measureTargetTime, TIME_TABLES } from './target-time.ts'

/** A client whose request was dropped tries again after a second: TCP_TIMEOUT_INIT, include/net/tcp.h; RFC 6298. */
const RETRY_NS = 1e9

/** Connections that were dropped because nobody accepted them in time, and what that costs those who wanted them. */
export const listenOverflow = defineDetector({
  id: 'listen-overflow',
  needs: ['process', 'series', 'metric'],
  wants: [...TIME_TABLES, 'syscall', 'kernelEvent'],
  metrics: {
    overflowPerSec: 'Connections dropped because an accept queue was full.',
    dropPerSec: 'Connections dropped in a listening socket for any reason.',
    overflowRatio: 'Dropped connections over those accepted and dropped.',
    acceptPerSec: 'Connections accepted on this machine.',
    clientWaitNs: 'Time that clients wait at least before they try again, per second.',
  },
  facts: {
    target: 'What was diagnosed.',
    listener: 'The process whose queue was full most often, and its port; "not seen" without eBPF.',
  },

  detect(tables, context) {
    const series = viewSeries(tables)
    const time = measureTargetTime(tables, context)
    const overflows = series.readings('tcp.listenOverflowPerSec')
    const overflowPerSec = series.mean('tcp.listenOverflowPerSec')
    if (overflows === undefined || !(time.totalNs > 0)) return []
    // the kernel counts for all: a program that accepts nothing has no queue
    const full = sumEvents(tables.kernelEvent, ['acceptQueueFull'], () => true)
    const own = sumEvents(tables.kernelEvent, ['acceptQueueFull'], row => time.isMember(tables.kernelEvent?.process[row] ?? NONE))
    if (context.target.kind !== 'machine' && full.count > 0 && own.count === 0) return []
    const listener = own.count > 0 ? processLabel(tables.process, own.byProcess.largest().key) : undefined
    if (context.target.kind !== 'machine' && full.count === 0 && tables.syscall !== undefined && !accepts(tables.syscall, time.isMember))
      return []
    const acceptPerSec = series.mean('tcp.passiveOpenPerSec')
    const clientWaitNs = overflowPerSec * RETRY_NS
    const lostNs = (clientWaitNs * context.durationNs) / 1e9
    const spread = ratioInterval(
      overflows.values,
      overflows.values.map(value => value + 1),
    )
    const target = describeTarget(context.target)
    return [
      {
        subject: target,
        metrics: {
          overflowPerSec,
          dropPerSec: series.mean('tcp.listenDropPerSec'),
          overflowRatio: overflowPerSec > 0 ? overflowPerSec / (overflowPerSec + orZero(acceptPerSec)) : 0,
          acceptPerSec,
          clientWaitNs,
        },
        facts: {
          target,
          listener: listener === undefined ? 'not seen' : `${listener}, ${own.bySubject.largest()?.name ?? 'port unknown'}`,
        },
        share: recentre(spread, lostNs / (time.totalNs + lostNs)),
        culprits: listener === undefined ? [] : [{ kind: 'process', name: listener, share: own.byProcess.largest().ns / own.count }],
        rows: own.rows,
      },
    ]
  },
})

function accepts(syscall: Parameters<typeof nameAt>[0], isMember: (process: number) => boolean): boolean {
  for (let row = 0; row < syscall.length; row++) {
    const name = isMember(syscall.process[row]) ? nameAt(syscall, row) : ''
    if (callGroup(name) === 'connection' && name.startsWith('accept')) return true
  }
  return false
}
