/** Observations (what detectors measure), rules (when that is a problem) and findings (what the report shows). */

import type { Cost, HostFacts, SamplingFacts, Target, Unavailable } from './manifest.ts'
import type { TableName, Tables } from './tables.ts'

/** What limits the target, by cause: the ids of shared/reference/classes.md, then those that no dataset has yet. */
export const findingClasses = [
  'cpu.hot-function',
  'cpu.saturation',
  'cpu.serial',
  'cpu.spin',
  'cpu.throttled',
  'cpu.affinity',
  'cpu.competitor',
  'cpu.syscall-storm',
  'cpu.kernel-heavy',
  'cpu.interrupt',
  'cpu.steal',
  'lock.futex',
  'lock.held-during-io',
  'lock.kernel',
  'lock.priority-inversion',
  'wait.ping-pong',
  'wait.downstream',
  'wait.remote',
  'wait.sleep-poll',
  'io.read-latency',
  'io.fsync',
  'io.small-ops',
  'io.writeback',
  'io.saturation',
  'mem.fault-minor',
  'mem.fault-major',
  'mem.reclaim',
  'mem.alloc',
  'mem.tlb-shootdown',
  'mem.bandwidth',
  'net.small-packets',
  'net.nagle-delack',
  'net.listen-overflow',
  'net.connection-churn',
  'net.retransmit',
  'proc.fork-exec',
  'proc.signal',
  'fs.metadata',
  'runtime.gc',
  'runtime.gil',
  'time.change',
  'time.phase',
  'time.outlier',
  'time.periodic',
  'time.tail',
  'scale.limit',
  'mem.growth',
  'proc.thread-growth',
  'runtime.jit',
  'runtime.loop',
  'cpu.pipeline',
  'cpu.frequency',
  'net.queue',
  'fs.wait',
  'limit.reached',
  'none',
] as const

/** Class of a finding. */
export type FindingClass = (typeof findingClasses)[number]

/** An estimate with its 95 % interval; all three 0..1. */
export interface Interval {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** Kinds of culprit. */
export const culpritKinds = ['function', 'thread', 'process', 'lock', 'file', 'device', 'peer', 'cgroup'] as const

/** Who or what is to blame, and its part. */
export interface Culprit {
  readonly kind: (typeof culpritKinds)[number]
  readonly name: string
  /** Its share of what the finding's culprits of this kind add up to; for a function its share of the target's samples. 0..1. */
  readonly share: number
}

/**
 * A measured fact about one subject. Whether it is a problem is decided by a rule.
 *
 * share is the part of the target's time lost to it. Time of the target = running + runnable + throttled, at least half
 * the wall clock, so that what a nearly idle target does with its little time is no finding.
 */
export interface Observation {
  readonly detector: string
  /** What it is about, e.g. "stress-ng (pid 4242)" or "cgroup /system.slice/x.service". */
  readonly subject: string
  /** Numbers with the unit in the name; exactly those the detector declares. NaN when not measured. */
  readonly metrics: Readonly<Record<string, number>>
  /** Words for texts: names of functions, processes, devices; exactly those the detector declares. Hostile input. */
  readonly facts: Readonly<Record<string, string>>
  readonly share: Interval
  readonly culprits: readonly Culprit[]
  /** Where to look: rows of one table, first inclusive, end exclusive. */
  readonly rows: { readonly table: TableName; readonly first: number; readonly end: number } | undefined
}

/** What a detector declares about the observations it makes; rules are checked against it when they are loaded. */
export interface ObservationSpec {
  readonly detector: string
  /** Metric name → what it means. */
  readonly metrics: Readonly<Record<string, string>>
  /** Fact name → what it means. */
  readonly facts: Readonly<Record<string, string>>
}

/** Everything a detector may know that is not a row. */
export interface AnalysisContext {
  readonly target: Target
  readonly host: HostFacts
  readonly sampling: SamplingFacts | undefined
  readonly durationNs: number
}

/** What the target did at all: the input of the activity gate. NaN where it was not measured. */
export interface Activity {
  /** On a CPU, and ready for one, summed over its threads. autotune's own time is not in it. */
  readonly runningNs: number
  readonly runnableNs: number
  /** In waits that cost it time; 0 where waits were not recorded. */
  readonly waitNs: number
  /** Share of time in which something stalled: of the target's cgroup where that is measured, else of the machine. */
  readonly psiCpuSomeRatio: number
  readonly psiIoSomeRatio: number
  readonly psiMemorySomeRatio: number
}

/** Tables of a recording; those that were not recorded are absent. */
export type RecordedTables = { readonly [Name in keyof Tables]?: Tables[Name] }

/** What became of one detector in one run. */
export type DetectorOutcome =
  | { readonly detector: string; readonly status: 'ran'; readonly observations: readonly Observation[] }
  | { readonly detector: string; readonly status: 'skipped'; readonly missing: readonly string[] }
  | { readonly detector: string; readonly status: 'failed'; readonly message: string }

/**
 * A rule is shown apart until a dataset with ground truth has proven it. A hint states no time lost - packets dropped, a limit
 * reached -, so it has the least score there is, comes last and never sets the verdict.
 */
export const ruleStatuses = ['stable', 'experimental', 'hint'] as const

/** One test inside a rule file. */
export interface RuleTest {
  readonly name: string
  readonly metrics: Readonly<Record<string, number>>
  readonly facts: Readonly<Record<string, string>>
  readonly share: Interval
  /** Whether there must be a finding: all conditions hold and the score is at least 25. */
  readonly fires: boolean
  readonly score?: { readonly min: number; readonly max: number }
}

/** When an observation is a problem, how bad, why, and what to do: a file of rules/, checked. docs/RULES.md has the format. */
export interface Rule {
  /** The file's name without .yaml. */
  readonly id: string
  readonly detector: string
  readonly class: FindingClass
  readonly status: (typeof ruleStatuses)[number]
  readonly title: string
  /** Conditions in CEL; all must hold. */
  readonly when: readonly string[]
  /** Absent: the common map from share.low. */
  readonly score?: { readonly ceiling: number } | string
  /** With fewer samples of the target it is not evaluated. */
  readonly minSamples: number
  readonly evidence: readonly string[]
  readonly why: string
  readonly next: readonly string[]
  readonly undo: readonly string[]
  readonly sources: readonly string[]
  readonly whenWrong: readonly string[]
  readonly clears?: { readonly resource: string; readonly metric: string; readonly text: string }
  /** Classes that are only symptoms when this rule fired. */
  readonly folds: readonly FindingClass[]
  readonly suggests: readonly string[]
  /** Series its detector reads, or prefixes ending in a dot: tells why it could not be evaluated. */
  readonly series: readonly string[]
  readonly tests: readonly RuleTest[]
  /** The file it came from, and the one whose rule it replaces. */
  readonly path: string
  readonly overrides?: string
}

/** What the target would win if a cause were gone, as a part of the time its work takes now. The intervals are of 90 %. */
export interface Gain extends Interval {
  readonly method: string
  /** The same if half of the cause were left. */
  readonly half?: Interval
  /** What limits it then. */
  readonly next?: string
}

/** What came of estimating a gain: the gain, or why there is none. */
export type GainAnswer = { readonly gain: Gain } | { readonly notEstimated: string }

/** One step of fixing the causes one after the other. */
export interface FixStep {
  /** Id of the finding. */
  readonly finding: string
  /** What this step wins when those before it are done, and what all of them have won with it. 0..1. */
  readonly gainRatio: number
  readonly totalRatio: number
  /** What limits the target after it. */
  readonly limit: string
}

/** Estimates gains of observations; the rules ask it only about those that became findings. */
export interface GainEstimator {
  estimate(observation: Observation): GainAnswer
  /** The order in which to fix causes, largest gain first, each judged with those before it gone. */
  inTurn(causes: readonly { readonly finding: string; readonly observation: Observation }[]): readonly FixStep[]
}

/** Time of the target that no finding is about: how much of it, and what it is spent on, most first. */
export interface Unexplained {
  readonly ratio: number
  /** Path of a stack, or what is waited for; hostile input. */
  readonly parts: readonly { readonly what: string; readonly ratio: number }[]
}

/** What the target gets done, in pieces of work a second. */
export interface Progress {
  /** What is counted: an event as the user named it, or what was taken for answers. Hostile input. */
  readonly what: string
  readonly perSec: number
  /** Nobody named it: answers are inferred from what a server writes. */
  readonly inferred: boolean
}

/** A finding: an observation that a rule calls a problem. Part of the JSON that users read: extend, don't rename. */
export interface Finding {
  /** F1, F2, … in rank order. */
  readonly id: string
  readonly class: FindingClass
  readonly rule: string
  readonly title: string
  readonly subject: string
  /** 0..100; 25 = 5 % of the target's time, 75 = 20 %, on the lower bound. */
  readonly score: number
  readonly share: Interval
  readonly gain?: Gain
  /** Why no gain was estimated. */
  readonly gainNotEstimated?: string
  /** Where in the recording it is, when it is not in both halves of it. */
  readonly when?: string
  readonly culprits: readonly Culprit[]
  readonly evidence: readonly string[]
  readonly why: string
  readonly next: readonly string[]
  readonly undo?: readonly string[]
  /** Findings that are only symptoms of this one: their titles. */
  readonly symptoms?: readonly string[]
  /** True for a rule no dataset has proven yet; shown apart. */
  readonly experimental?: boolean
  /** True for what cost no time that could be measured: it explains, or asks to be looked at. */
  readonly hint?: boolean
  /** "FILE replaces FILE", when somebody's own rule judged in place of another. */
  readonly overrides?: string
}

/** A finding that somebody does not want to see for a while. */
export interface SuppressedFinding {
  readonly finding: Finding
  readonly reason: string
  readonly author: string
  /** Day from which it is shown again, YYYY-MM-DD. */
  readonly expires: string
}

/** A resource that was measured and found innocent. */
export interface Cleared {
  readonly resource: string
  readonly metric: string
  readonly value: number
  readonly text: string
}

/** A rule that could not be evaluated here. */
export interface NotEvaluated {
  readonly rule: string
  readonly reason: string
  readonly remedy: string
}

/** How good the data is. */
export interface Quality {
  /** Samples of the target, and of the machine. */
  readonly samples: number
  readonly machineSamples: number
  /** Records the kernel dropped. */
  readonly lost: number
  /** Share of the target's stacks that end before a root. 0..1. */
  readonly truncatedStacks: number
  /** Share of the target's samples whose leaf has no name. 0..1. */
  readonly unknownFrames: number
  /** Absent without a ledger of all states. */
  readonly closure?: Closure
  /** The target's processes whose stacks or names are far from complete, most samples first. */
  readonly incompleteProcesses: readonly IncompleteProcess[]
  /** Further counts by kind, from the quality table. */
  readonly counts: Readonly<Record<string, number>>
}

/** How far the states of the target's threads are from adding up to the time they lived: 0 is exact. */
export interface Closure {
  /** Of the worst thread. */
  readonly worstRatio: number
  /** Of all threads together. */
  readonly totalRatio: number
}

/** A process that many stacks or names are missing of. */
export interface IncompleteProcess {
  readonly pid: number
  readonly comm: string
  readonly samples: number
  /** As in Quality, of this process alone. */
  readonly truncatedStacks: number
  readonly unknownFrames: number
}

/** The whole result; `--format json` prints it. */
export interface Diagnosis {
  readonly schemaVersion: number
  readonly verdict: { readonly text: string; readonly confidence: 'high' | 'medium' | 'low' }
  readonly target: Target
  readonly host: HostFacts
  readonly durationNs: number
  readonly findings: readonly Finding[]
  /** Absent where nobody said what a piece of work is, and it could not be inferred. */
  readonly progress?: Progress
  /** Absent where no gain was estimated. */
  readonly fixOrder?: readonly FixStep[]
  /** Absent when nothing is suppressed. */
  readonly suppressed?: readonly SuppressedFinding[]
  /** Absent where the target's time was not measured, or it did nothing. */
  readonly unexplained?: Unexplained
  readonly cleared: readonly Cleared[]
  readonly notEvaluated: readonly NotEvaluated[]
  readonly unavailable: readonly Unavailable[]
  readonly quality: Quality
  readonly cost: Cost
}
