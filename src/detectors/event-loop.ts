import { NONE, type Table, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { processLabel } from './labels.ts'
import { reasonAt, sumLostWaits } from './lost-waits.ts'
import { NamedTally } from './named-tally.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'
import { threadKey } from './thread-groups.ts'
import { nameWaits, type WaitNames } from './wait-names.ts'

/** Programs whose main thread serves everybody from one loop. */
const loopPrograms =
  /^(node|nodejs|bun|deno|MainThread|nginx|haproxy|redis-server|valkey-server|keydb-server|dragonfly|envoy|lighttpd|h2o|varnishd|uvicorn|gunicorn|twistd)$/
/** Loops: libuv, libevent, libev, redis ae.c, nginx, GLib, asyncio. */
const loopFunctions =
  /^(uv_run|uv__io_poll|event_base_loop|ev_run|aeMain|aeProcessEvents|ngx_process_events_and_timers|ngx_epoll_process_events|g_main_loop_run|g_main_context_iterate\w*|select_epoll_poll\w*|task_step\w*|sd_event_loop|tokio::runtime::\S*)$/
/** What a loop may wait in: for the next event. Hand-overs through a futex may be a loop's way to sleep. */
const allowed = new Set(['poll', 'ioUring', 'accept', 'stopped', 'futex', 'kernelThread', 'unknown', 'signalWait'])
/** A thread that waits for events less often than this is no loop that serves somebody. No source: a guess. */
const MIN_POLLS_PER_SEC = 5

/** How long threads that run an event loop stood still in a call, while everybody they serve waited. */
export const eventLoop = defineDetector({
  id: 'event-loop',
  needs: ['process', 'wait'],
  wants: [...TIME_TABLES, 'thread'],
  metrics: {
    blockedRatio: "Share of the target's time that its event loops stood still in calls that wait.",
    blockedPerSec: 'Such calls.',
    blockedNs: 'Mean length of one.',
    longestNs: 'The longest.',
    pollPerSec: 'Times the loops waited for events.',
  },
  facts: {
    process: 'The process whose loop stood still longest.',
    functionName: 'The function that made it wait.',
    call: 'The system call it waited in.',
    reason: 'What it waited for, a reason of wait.reason.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    const { wait } = tables
    const { loops, polls } = findLoops(tables, time, context.durationNs)
    if (loops.size === 0 || !(time.totalNs > 0)) return []
    const isBlocked = (row: number) => loops.has(threadKey(wait.process[row], wait.tid[row])) && !allowed.has(reasonAt(wait, row))
    const waits = sumLostWaits({ tables, time, context }, isBlocked)
    const reasons = new NamedTally()
    for (let row = 0; row < wait.length; row++) if (isBlocked(row)) reasons.add(reasonAt(wait, row), wait.ns[row])
    const process = waits.ns > 0 ? waits.process : processLabel(tables.process, processOf([...loops][0]))
    return [
      {
        subject: process,
        metrics: {
          blockedRatio: waits.share.estimate,
          blockedPerSec: (waits.count * 1e9) / context.durationNs,
          blockedNs: waits.count > 0 ? waits.ns / waits.count : 0,
          longestNs: waits.maxNs,
          pollPerSec: (polls * 1e9) / context.durationNs,
        },
        facts: { process, functionName: waits.functionName, call: waits.syscall, reason: reasons.largest()?.name ?? 'nothing' },
        share: waits.share,
        culprits: waits.culprits,
        rows: waits.rows,
      },
    ]
  },
})

/** Keys of the threads that run a loop, and how often they waited for events. */
function findLoops(
  tables: Parameters<typeof nameWaits>[0] & { readonly wait: Table<'wait'> },
  time: TargetTime,
  durationNs: number,
): { readonly loops: ReadonlySet<number>; readonly polls: number } {
  const { wait, process } = tables
  const names = nameWaits(tables)
  const pollsOf = new Map<number, number>()
  const candidates = new Set<number>()
  const isLoopStack = loopStacks(names)
  for (let row = 0; row < wait.length; row++) {
    if (!time.isMember(wait.process[row]) || wait.process[row] === NONE) continue
    if (!['poll', 'ioUring'].includes(reasonAt(wait, row))) continue
    const key = threadKey(wait.process[row], wait.tid[row])
    pollsOf.set(key, (pollsOf.get(key) ?? 0) + wait.count[row])
    const isMain = process.pid[wait.process[row]] === wait.tid[row]
    if ((isMain && loopPrograms.test(textAt(process.comm, wait.process[row]) ?? '')) || isLoopStack(wait.userCallchain[row]))
      candidates.add(key)
  }
  const loops = [...candidates].filter(key => ((pollsOf.get(key) ?? 0) * 1e9) / durationNs >= MIN_POLLS_PER_SEC)
  return { loops: new Set(loops), polls: loops.reduce((sum, key) => sum + (pollsOf.get(key) ?? 0), 0) }
}

function loopStacks(names: WaitNames): (callchain: number) => boolean {
  const known = new Map<number, boolean>()
  return callchain => {
    const answer = known.get(callchain) ?? names.userFunctions(callchain).some(name => loopFunctions.test(name))
    known.set(callchain, answer)
    return answer
  }
}

/** The reverse of threadKey. */
function processOf(key: number): number {
  return Math.floor(key / 4194304) - 1
}
