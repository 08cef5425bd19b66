/** What keeps quiet: too little data, a target that does nothing, an effect too small. shared/reference/analysis.md 4.5. */

import type { Activity, AnalysisContext, NotEvaluated, Quality } from '../schema.ts'
import { formatDuration } from '../units.ts'
import type { LoadedRule } from './rule.ts'

/** Fewer say nothing about a hot path: JMC's minimum. */
export const MIN_SAMPLES = 20
/** Above that what is missing may be what matters. */
export const MAX_LOST_RATIO = 0.05
/** Below both nothing limits the target. */
const IDLE_RATIO = 0.02
const IDLE_PRESSURE_RATIO = 0.01
/** A program that runs little but waits this much is not idle. No source: a guess. */
const IDLE_WAIT_RATIO = 0.1
/** Where next to nothing runs, a wait for a CPU now and then is wake-up latency, not load. No source: a guess. */
const IDLE_CPU_PRESSURE_RATIO = 0.1

/** Why there is too little data for a rule; undefined when there is enough. */
export function dataGate(rule: LoadedRule, { samples }: Quality, { durationNs, sampling }: AnalysisContext): NotEvaluated | undefined {
  if (samples >= rule.minSamples) return undefined
  if (sampling === undefined) {
    return { rule: rule.id, reason: 'No samples could be taken here.', remedy: 'Run `autotune check`: it says what sampling needs.' }
  }
  const taken =
    samples === 0 ? 'no sample of the target was taken' : `only ${samples} of the target ${samples === 1 ? 'was' : 'were'} taken`
  return {
    rule: rule.id,
    reason: `It needs ${rule.minSamples} samples; ${taken}.`,
    remedy: longerRecording({ have: samples, need: rule.minSamples, durationNs }),
  }
}

/** How much longer to record, from how fast samples came so far. */
export function longerRecording({
  have,
  need,
  durationNs,
}: {
  readonly have: number
  readonly need: number
  readonly durationNs: number
}): string {
  if (have <= 0 || !(durationNs > 0)) return 'Record while the target works.'
  const moreNs = Math.ceil((durationNs * (need - have)) / have / 1e9) * 1e9
  return `Record ${formatDuration(moreNs)} longer, or while the target works more.`
}

/** Records the kernel dropped, of all there were. More lost never lowers it. */
export function lostRatio({ lost, machineSamples }: Quality): number {
  return lost > 0 ? lost / (lost + machineSamples) : 0
}

/**
 * Whether the target does too little to be limited by anything. Pressure that is not measured does not count as
 * activity, but the verdict says so.
 */
export function isIdle(activity: Activity, context: AnalysisContext): boolean {
  const { psiCpuSomeRatio, psiIoSomeRatio, psiMemorySomeRatio } = activity
  if (psiCpuSomeRatio >= IDLE_CPU_PRESSURE_RATIO) return false
  if ([psiIoSomeRatio, psiMemorySomeRatio].some(ratio => ratio >= IDLE_PRESSURE_RATIO)) return false
  // on a whole machine somebody always waits for somebody; of a program it is what it does instead of running
  if (context.target.kind !== 'machine' && activity.waitNs >= IDLE_WAIT_RATIO * context.durationNs) return false
  return activeRatio(activity, context) < IDLE_RATIO
}

/** Running and runnable as a share of the machine, or of one CPU when the target is a program. NaN when not measured. */
export function activeRatio({ runningNs, runnableNs }: Activity, { target, host, durationNs }: AnalysisContext): number {
  const cpus = target.kind === 'machine' ? Math.max(1, host.cpuCount) : 1
  const activeNs = runningNs + (runnableNs > 0 ? runnableNs : 0)
  return durationNs > 0 ? activeNs / (durationNs * cpus) : Number.NaN
}

/** Whether waits for disks and memory were measured at all. */
export function pressureIsKnown({ psiIoSomeRatio, psiMemorySomeRatio }: Activity): boolean {
  return Number.isFinite(psiIoSomeRatio) && Number.isFinite(psiMemorySomeRatio)
}
