import { type Culprit, describeTarget, NONE, type Table, ThreadState, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { scaleInterval, wilsonInterval } from './interval.ts'
import { processLabel } from './labels.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'
import { threadKey } from './thread-groups.ts'
import { heaviest, nameWaits, type WaitNames } from './wait-names.ts'

/** Functions that wait by running: no source, a guess from the names of well-known programs. */
const spinName =
  /(^|_|\b)(spin(_?(lock|wait|until|loop))?|busy_?(wait|loop|poll)|cpu_?relax|cpu_?pause|s_lock|perform_spin_delay|ut_delay|yield_?processor)(_|\b|$)|[sS]pin(Wait|Lock|Until)|Spinlock/

/** So many calls of sched_yield in a second of running leave no time for work in between: a call takes about a microsecond. */
const YIELDS_PER_RUNNING_SECOND = 20_000

/** How much of its CPU time the target spends waiting on a CPU: in functions named so, or giving it up again and again. */
export const spinning = defineDetector({
  id: 'spinning',
  needs: ['process', 'sample', 'callchainStack', 'stack', 'frame', 'symbol'],
  wants: [...TIME_TABLES, 'thread', 'syscall'],
  metrics: {
    spinningRatio: "Share of the target's CPU time in which it waited on a CPU.",
    namedRatio: 'Share in functions whose names say so.',
    yieldingRatio: 'Share of threads that do little else than call sched_yield.',
    yieldPerSec: 'Calls of sched_yield.',
    sampleCount: 'Samples of the target.',
  },
  facts: {
    functionName: 'The function that spins most.',
    thread: 'The thread that does.',
    process: 'Its process.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    const yields = countYields(tables.syscall, tables.threadTime, time)
    const names = nameWaits(tables)
    const found = addUp(tables.sample, { time, names, yields })
    if (!(found.ns > 0) || !(time.totalNs > 0)) return []
    const ratio = Math.min(1, (found.namedNs + found.yieldingNs) / found.ns)
    const facts = {
      functionName: heaviest(found.functions) ?? 'none',
      thread: found.thread === undefined ? 'none' : names.thread(found.thread.process, found.thread.tid),
      process: found.thread === undefined ? describeTarget(context.target) : processLabel(tables.process, found.thread.process),
    }
    const culprits: Culprit[] =
      found.thread === undefined
        ? []
        : [
            { kind: 'function', name: facts.functionName, share: ratio },
            { kind: 'thread', name: facts.thread, share: ratio },
            { kind: 'process', name: facts.process, share: 1 },
          ]
    return [
      {
        subject: facts.process,
        metrics: {
          spinningRatio: ratio,
          namedRatio: found.namedNs / found.ns,
          yieldingRatio: found.yieldingNs / found.ns,
          yieldPerSec: tables.syscall === undefined ? Number.NaN : yields.count / (context.durationNs / 1e9),
          sampleCount: found.count,
        },
        facts,
        share: scaleInterval(wilsonInterval(ratio, found.count), time.runningNs / time.totalNs),
        culprits,
        rows: undefined,
      },
    ]
  },
})

interface Yields {
  readonly count: number
  /** Threads that do little else, by threadKey. */
  readonly yielders: ReadonlySet<number>
}

function countYields(syscall: Table<'syscall'> | undefined, threadTime: Table<'threadTime'> | undefined, { isMember }: TargetTime): Yields {
  const counts = new Map<number, number>()
  const running = new Map<number, number>()
  let count = 0
  for (let row = 0; row < (syscall?.length ?? 0); row++) {
    if (syscall === undefined || !isMember(syscall.process[row]) || textAt(syscall.name, row) !== 'sched_yield') continue
    const key = threadKey(syscall.process[row], syscall.tid[row])
    counts.set(key, (counts.get(key) ?? 0) + syscall.count[row])
    count += syscall.count[row]
  }
  for (let row = 0; row < (threadTime?.length ?? 0); row++) {
    if (threadTime === undefined || threadTime.state[row] !== ThreadState.Running) continue
    const key = threadKey(threadTime.process[row], threadTime.tid[row])
    if (counts.has(key)) running.set(key, (running.get(key) ?? 0) + threadTime.ns[row])
  }
  const isYielder = ([key, calls]: readonly [number, number]) => calls > ((running.get(key) ?? 0) / 1e9) * YIELDS_PER_RUNNING_SECOND
  return { count, yielders: new Set([...counts].filter(isYielder).map(([key]) => key)) }
}

interface Input {
  readonly time: TargetTime
  readonly names: WaitNames
  readonly yields: Yields
}

function addUp(sample: Table<'sample'>, { time, names, yields }: Input) {
  const spinnerOf = spinnerFinder(names)
  const functions = new Map<string, number>()
  const threads = new Map<number, { readonly process: number; readonly tid: number; ns: number }>()
  const sums = { ns: 0, namedNs: 0, yieldingNs: 0, count: 0 }
  for (let row = 0; row < sample.length; row++) {
    const [process, tid, ns] = [sample.process[row], sample.tid[row], sample.weightNs[row]]
    if (!time.isMember(process) || !(ns > 0)) continue
    sums.ns += ns
    sums.count++
    const spinner = spinnerOf(sample.callchain[row])
    const isYielding = process !== NONE && yields.yielders.has(threadKey(process, tid))
    if (isYielding) sums.yieldingNs += ns
    else if (spinner !== undefined) sums.namedNs += ns
    else continue
    const name = spinner ?? names.functionOf(sample.callchain[row]) ?? 'sched_yield'
    functions.set(name, (functions.get(name) ?? 0) + ns)
    const thread = threads.get(threadKey(process, tid)) ?? { process, tid, ns: 0 }
    threads.set(threadKey(process, tid), thread)
    thread.ns += ns
  }
  return { ...sums, functions, thread: [...threads.values()].sort((a, b) => b.ns - a.ns || a.tid - b.tid).at(0) }
}

/** The function among the leaf and its callers that spins; undefined when none does. Remembered by callchain. */
function spinnerFinder(names: WaitNames): (callchain: number) => string | undefined {
  const known = new Map<number, string | undefined>()
  return callchain => {
    if (known.has(callchain)) return known.get(callchain)
    const functions = names.userFunctions(callchain).slice(0, 3)
    const spinner = functions.find(name => spinName.test(name))
    known.set(callchain, spinner)
    return spinner
  }
}
