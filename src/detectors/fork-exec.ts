import { type AnalysisContext, type Culprit, describeTarget, NONE, ProcessRole, type Table, textAt } from '../schema.ts'
import { callGroup } from './call-groups.ts'
import { defineDetector } from './detector.ts'
import { recentre, wilsonInterval } from './interval.ts'
import { sampleKernelWork } from './kernel-work.ts'
import { processLabel, shorten } from './labels.ts'
import { NamedTally } from './named-tally.ts'
import { QUEUE_TABLES, queueFactor } from './run-queue.ts'
import { Tally } from './tally.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'

/** A program that lives shorter than this is short-lived: rules.md proc.exec_storm. */
const SHORT_NS = 1e9

/**
 * One that computes no longer than this does next to nothing but start and end: that takes about a millisecond, with libraries a
 * few. What the kernel does for others is what they are there for. No source: a guess.
 */
const START_NS = 10e6

/** The dynamic loader: glibc, musl. */
const loader = /^(ld-linux.*|ld-musl.*|ld)[.-]/

/**
 * What the target pays for starting processes: the kernel's work for processes that hardly do anything else, the time of
 * their loader, and fork and exec wherever they are called. What short-lived programs compute is work, and not counted.
 */
export const forkExec = defineDetector({
  id: 'fork-exec',
  needs: ['process', 'sample', 'callchainStack', 'stack', 'frame', 'symbol'],
  wants: [...TIME_TABLES, ...QUEUE_TABLES],
  metrics: {
    startRatio: "Share of the target's time that starting and ending processes took.",
    startPerSec: 'Program images that began: forks and execs.',
    shortLivedRatio: 'Share of the processes that lived less than a second.',
    shortLivedCpuRatio: "Share of the target's running time that those took.",
    lifeNs: 'Mean life of a short-lived one.',
  },
  facts: {
    parent: 'The process that started most of them.',
    program: 'The program started most often.',
    functionName: 'The function that starts them.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0) || !(time.runningNs > 0)) return []
    const { process } = tables
    const started = readStarted(process, time)
    const isShort = (row: number) => row >= 0 && started.brief[row] === 1
    const starting = (entry: string) => entry.endsWith('()') && callGroup(entry.slice(0, -2)) === 'process'
    const startNs = startingNs({ tables, time, context, isShort, starting })
    if (startNs === undefined) return []
    const parent = processLabel(process, started.byParent.largest().key)
    const ratio = Math.min(1, startNs.ns / time.totalNs)
    const costRatio = ratio * queueFactor({ tables, time, context })
    const functionName = startNs.caller ?? 'unknown function'
    const culprits: Culprit[] = []
    if (started.count > 0 && startNs.caller !== undefined)
      culprits.push({ kind: 'function', name: functionName, share: startNs.callerShare })
    if (started.byParent.total > 0) {
      culprits.push({ kind: 'process', name: parent, share: started.byParent.largest().ns / started.byParent.total })
    }
    return [
      {
        subject: describeTarget(context.target),
        metrics: {
          startRatio: ratio,
          startPerSec: (started.count * 1e9) / context.durationNs,
          shortLivedRatio: started.shortCount / started.memberCount,
          shortLivedCpuRatio: started.shortNs / time.runningNs,
          lifeNs: started.lifeNs / started.shortCount,
        },
        facts: { parent, program: started.byProgram.largest()?.name ?? 'none', functionName },
        share: recentre(wilsonInterval(Math.min(1, startNs.ns / time.runningNs), startNs.sampleCount), costRatio),
        culprits,
        rows: undefined,
      },
    ]
  },
})

/** Images of members that began while we looked, and which of them ended within a second. */
function readStarted(process: Table<'process'>, time: TargetTime) {
  /** 1 for processes that did nothing but start and end. */
  const brief = new Uint8Array(process.length)
  const rowOfPid = new Map<number, number>()
  const byParent = new Tally()
  const byProgram = new NamedTally()
  const sum = { count: 0, memberCount: 0, shortCount: 0, lifeNs: 0, shortNs: 0 }
  for (let row = 0; row < process.length; row++) {
    const isUser = process.role[row] !== ProcessRole.KernelThread
    if (time.isMember(row) && isUser) {
      sum.memberCount++
      const lifeNs = process.endNs[row] - process.startNs[row]
      if (process.startNs[row] > 0) {
        sum.count++
        byParent.add(rowOfPid.get(process.parentPid[row]) ?? NONE, 1)
        byProgram.add(shorten(textAt(process.comm, row) ?? '?'), 1)
        if (lifeNs < SHORT_NS) {
          brief[row] = Math.min(lifeNs, time.runningOf[row]) <= START_NS ? 1 : 0
          sum.shortCount++
          sum.lifeNs += lifeNs
          sum.shortNs += time.runningOf[row]
        }
      }
    }
    rowOfPid.set(process.pid[row], row)
  }
  return { ...sum, brief, byParent, byProgram }
}

interface StartingInput {
  readonly tables: Parameters<typeof sampleKernelWork>[0]['tables'] & { readonly sample: Table<'sample'> }
  readonly time: TargetTime
  readonly context: AnalysisContext
  readonly isShort: (process: number) => boolean
  readonly starting: (entry: string) => boolean
}

/** Undefined without enough samples of the target. */
function startingNs({ tables, time, context, isShort, starting }: StartingInput) {
  const all = sampleKernelWork({ tables, time, context })
  if (all === undefined) return undefined
  const forks = all.of(starting)
  const ofShort = sampleKernelWork({ tables, time, context, include: row => time.isMember(row) && isShort(row) })
  // calls that start processes within short-lived ones are in both
  const kernelNs = forks.ns + (ofShort === undefined ? 0 : ofShort.totalNs - ofShort.of(starting).ns)
  const { caller } = forks
  const ns = kernelNs + loaderNs(tables, row => time.isMember(row) && isShort(row))
  return { ns, sampleCount: all.sampleCount, caller: caller?.name, callerShare: caller?.share ?? 0 }
}

/** Time of samples whose leaf is the dynamic loader. */
function loaderNs(
  { sample, callchainStack, stack, frame, symbol }: StartingInput['tables'],
  include: (process: number) => boolean,
): number {
  if (!callchainStack || !stack || !frame || !symbol) return 0
  let ns = 0
  for (let row = 0; row < sample.length; row++) {
    const callchain = sample.callchain[row]
    if (callchain === NONE || !include(sample.process[row])) continue
    const symbolRow = frame.symbol[stack.frame[callchainStack.stack[callchain]]]
    if (symbolRow >= 0 && symbolRow < symbol.length && loader.test(textAt(symbol.module, symbolRow) ?? '')) ns += sample.weightNs[row]
  }
  return ns
}
