import { type Culprit, type Table, ThreadState, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval } from './interval.ts'
import { processLabel } from './labels.ts'
import { spread } from './wait-bins.ts'
import { spreadWait } from './wait-graph.ts'
import { measureWaitLoss, type WaitLoss, waitTables } from './wait-loss.ts'
import { heaviest } from './wait-names.ts'

/** Groups of threads reported at most. */
const MAX_SLEEPERS = 3

/** Threads of the target that look for something again and again, and sleep in between, while the rest of it gets nowhere. */
export const sleepPolling = defineDetector({
  id: 'sleep-polling',
  needs: ['process', 'wait', 'threadTime'],
  wants: [...waitTables.filter(name => name !== 'threadTime')],
  metrics: {
    sleepingRatio:
      'Share of the recording in which the thread slept, nothing else of the target ran, and no other thread of it waited for a device.',
    sleepPerSec: 'Sleeps of a thread.',
    meanSleepNs: 'How long one of them took on average.',
    runningRatio: "Share of a thread's time it ran.",
    runPerSleepNs: 'How long it ran per sleep on average.',
    otherWaitRatio: "Share of a thread's waiting that was for something else than time to pass.",
    waitedForRatio: 'Share of the recording in which another thread waited for it.',
    wakeRatio: 'Waits of other threads that it ended, over sleeps. At most 1.',
    unknownWakeRatio:
      'Waits of other threads of the target that nobody is known to have ended, over sleeps: it may be what they wait for. At most 1.',
  },
  facts: {
    thread: 'The thread, or the pool.',
    process: 'Its process.',
    functionName: 'The function that sleeps.',
  },

  detect(tables, context) {
    const loss = measureWaitLoss(tables, context)
    const { bins } = loss.graph
    const restingNs = timeWithoutRunning(tables.threadTime, loss)
    return findSleepers(tables, loss)
      .slice(0, MAX_SLEEPERS)
      .map(sleeper => {
        const lifeNs = context.durationNs * sleeper.threads.size
        const devicesNs = deviceTime(tables.wait, loss, sleeper)
        const sleptNs = new Float64Array(bins.count)
        for (const row of sleeper.rows) spreadWait(bins, tables.wait, row, (bin, ns) => (sleptNs[bin] += ns / sleeper.threads.size))
        const share = ratioInterval(
          sleptNs.map((ns, bin) => Math.min(ns, Math.max(0, restingNs[bin] - devicesNs[bin]))),
          sleptNs.map(() => context.durationNs / bins.count),
        )
        const ranNs = runningNs(tables.threadTime, sleeper)
        const facts = describe(tables, loss, sleeper)
        const culprits: Culprit[] = [
          { kind: 'thread', name: facts.thread, share: 1 },
          { kind: 'function', name: facts.functionName, share: 1 },
          { kind: 'process', name: facts.process, share: 1 },
        ]
        return {
          subject: facts.process,
          metrics: {
            sleepingRatio: share.estimate,
            sleepPerSec: sleeper.count / (lifeNs / 1e9),
            meanSleepNs: sleeper.sleepNs / Math.max(1, sleeper.count),
            runningRatio: ranNs / lifeNs,
            runPerSleepNs: ranNs / Math.max(1, sleeper.count),
            otherWaitRatio: sleeper.otherNs / (sleeper.otherNs + sleeper.sleepNs),
            waitedForRatio: Math.min(1, waitedForNs(loss, sleeper) / context.durationNs),
            wakeRatio: Math.min(1, wakes(tables.wait, sleeper) / Math.max(1, sleeper.count)),
            unknownWakeRatio: Math.min(1, unknownWakes(tables.wait, loss, sleeper) / Math.max(1, sleeper.count)),
          },
          facts,
          share,
          culprits,
          rows: undefined,
        }
      })
  },
})

interface Sleeper {
  readonly process: number
  readonly threads: Set<number>
  readonly rows: number[]
  group: number
  count: number
  sleepNs: number
  otherNs: number
}

function findSleepers({ wait }: { readonly wait: Table<'wait'> }, { graph, time }: WaitLoss): Sleeper[] {
  const sleepers = new Map<number, Sleeper>()
  for (let row = 0; row < wait.length; row++) {
    if (!time.isMember(wait.process[row]) || !(wait.ns[row] > 0)) continue
    const group = graph.groups.groupOf(wait.process[row], wait.tid[row])
    const sleeper = sleepers.get(group) ?? {
      process: wait.process[row],
      threads: new Set(),
      rows: [],
      group,
      count: 0,
      sleepNs: 0,
      otherNs: 0,
    }
    sleepers.set(group, sleeper)
    sleeper.threads.add(wait.tid[row])
    if (textAt(wait.reason, row) === 'sleep') {
      sleeper.rows.push(row)
      sleeper.count += wait.count[row]
      sleeper.sleepNs += wait.ns[row]
    } else sleeper.otherNs += wait.ns[row]
  }
  return [...sleepers.values()].filter(({ sleepNs }) => sleepNs > 0).sort((a, b) => b.sleepNs - a.sleepNs || a.group - b.group)
}

/** By bin: how long no thread of the target ran, at least. */
function timeWithoutRunning(threadTime: Table<'threadTime'>, { graph, time }: WaitLoss): Float64Array {
  const { bins } = graph
  const idleNs = new Float64Array(bins.count).fill(bins.binNs)
  for (let row = 0; row < threadTime.length; row++) {
    if (threadTime.state[row] !== ThreadState.Running || !time.isMember(threadTime.process[row])) continue
    const startNs = threadTime.timeNs[row]
    spread(bins, { startNs, endNs: startNs + threadTime.durationNs[row], ns: threadTime.ns[row] }, (bin, ns) => {
      idleNs[bin] = Math.max(0, idleNs[bin] - ns)
    })
  }
  return idleNs
}

const deviceReasons: ReadonlySet<string | undefined> = new Set(['blockIo', 'fsync', 'pageFault'])

/** Asynchronous requests are waited for like input. */
function isForDevice(wait: Table<'wait'>, row: number): boolean {
  return deviceReasons.has(textAt(wait.reason, row)) || /^io_p?getevents/.test(textAt(wait.syscall, row) ?? '')
}

/** By bin: how long another thread of the target waited for a device, at least: a supervisor that sleeps meanwhile delays nobody. */
function deviceTime(wait: Table<'wait'>, { graph: { bins }, time }: WaitLoss, { threads }: Sleeper): Float64Array {
  const byThread = new Map<number, Float64Array>()
  for (let row = 0; row < wait.length; row++) {
    if (threads.has(wait.tid[row]) || !time.isMember(wait.process[row]) || !isForDevice(wait, row)) continue
    const sumNs = byThread.get(wait.tid[row]) ?? new Float64Array(bins.count)
    byThread.set(wait.tid[row], sumNs)
    spreadWait(bins, wait, row, (bin, ns) => (sumNs[bin] += ns))
  }
  const longestNs = new Float64Array(bins.count)
  for (const sumNs of byThread.values()) for (let bin = 0; bin < bins.count; bin++) longestNs[bin] = Math.max(longestNs[bin], sumNs[bin])
  return longestNs
}

function runningNs(threadTime: Table<'threadTime'>, { process, threads }: Sleeper): number {
  let sum = 0
  for (let row = 0; row < threadTime.length; row++) {
    const isOne = threadTime.process[row] === process && threads.has(threadTime.tid[row])
    if (isOne && threadTime.state[row] === ThreadState.Running) sum += threadTime.ns[row]
  }
  return sum
}

function waitedForNs({ graph }: WaitLoss, { process, threads }: Sleeper): number {
  let sum = 0
  for (const times of graph.times) {
    let mostNs = 0
    for (const [node, { demandNs }] of times) {
      if (graph.nodes[node].process === process && threads.has(graph.nodes[node].tid)) mostNs = Math.max(mostNs, demandNs)
    }
    sum += mostNs
  }
  return sum
}

function wakes(wait: Table<'wait'>, { process, threads }: Sleeper): number {
  let count = 0
  for (let row = 0; row < wait.length; row++) {
    const isTheirs = wait.wakerProcess[row] === process && threads.has(wait.wakerTid[row])
    if (isTheirs && !threads.has(wait.tid[row]) && textAt(wait.wakerKind, row) === 'thread') count += wait.count[row]
  }
  return count
}

/** Reasons that no other thread of the target ends. */
const endedByOthers: ReadonlySet<string | undefined> = new Set(['sleep', 'blockIo', 'fsync', 'pageFault', 'reclaim', 'stopped'])

/** Where wakers are not known, a thread that sets the pace for others looks like one that polls. */
function unknownWakes(wait: Table<'wait'>, { time }: WaitLoss, { threads }: Sleeper): number {
  let count = 0
  for (let row = 0; row < wait.length; row++) {
    if (wait.open[row] === 1 || threads.has(wait.tid[row]) || !time.isMember(wait.process[row])) continue
    if (textAt(wait.wakerKind, row) === 'unknown' && !endedByOthers.has(textAt(wait.reason, row))) count += wait.count[row]
  }
  return count
}

function describe({ process, wait }: { process: Table<'process'>; wait: Table<'wait'> }, { graph, names }: WaitLoss, sleeper: Sleeper) {
  const functions = new Map<string, number>()
  for (const row of sleeper.rows) {
    const name = names.functionOf(wait.userCallchain[row])
    if (name !== undefined) functions.set(name, (functions.get(name) ?? 0) + wait.ns[row])
  }
  const hot = names.hotFunction((row, tid) => row === sleeper.process && sleeper.threads.has(tid))
  return {
    thread: graph.groups.groups[sleeper.group]?.label ?? 'unknown thread',
    process: processLabel(process, sleeper.process),
    functionName: heaviest(functions) ?? hot ?? 'unknown code',
  }
}
