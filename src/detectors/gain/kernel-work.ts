import { type RecordedTables, type Table, textAt } from '../../schema.ts'
import type { CauseCode, GainCause, KernelWork } from './causes.ts'
import type { NamedSamples } from './code-samples.ts'

/** Waits that no system call is needed for. */
const outsideOfCalls: Readonly<Record<string, string>> = { pageFault: 'page fault' }
/** A call in which less than this part of the waiting is of these reasons does other things, too. No source: a guess. */
const MOST = 0.5

/** The cause with what the kernel and the C library compute for it, in the processes that isMember says. */
export function withKernelWork(
  cause: GainCause,
  { wait }: RecordedTables,
  samples: NamedSamples | undefined,
  isMember: (process: number) => boolean,
): GainCause {
  if (samples === undefined) return cause
  if (cause.kind === 'running' && cause.code.kind === 'kernel' && cause.code.entries !== undefined) {
    return { ...cause, ratio: Math.max(cause.ratio, sampledRatio(samples, cause.code, isMember)) }
  }
  if (cause.kind !== 'waiting' || wait === undefined) return cause
  return { ...cause, work: kernelWork(wait, samples, { reasons: cause.reasons, isMember }) }
}

interface Waits {
  readonly reasons: readonly string[]
  readonly isMember: (process: number) => boolean
}

function kernelWork(wait: Table<'wait'>, samples: NamedSamples, { reasons, isMember }: Waits): KernelWork {
  let count = 0
  let theirCount = 0
  const byCall = new Map<string, { ns: number; theirNs: number }>()
  for (let row = 0; row < wait.length; row++) {
    if (!isMember(wait.process[row])) continue
    const reason = textAt(wait.reason, row) ?? ''
    const isTheirs = reasons.includes(reason)
    count += wait.count[row]
    if (isTheirs) theirCount += wait.count[row]
    const call = textAt(wait.syscall, row)
    const entry = outsideOfCalls[reason] ?? (call === undefined ? undefined : `${call}()`)
    if (entry === undefined) continue
    const times = byCall.get(entry) ?? { ns: 0, theirNs: 0 }
    byCall.set(entry, times)
    times.ns += wait.ns[row]
    if (isTheirs) times.theirNs += wait.ns[row]
  }
  const waitRatio = count > 0 ? theirCount / count : 0
  const entries = [...byCall].filter(([, { ns, theirNs }]) => theirNs > 0 && theirNs >= MOST * ns).map(([entry]) => entry)
  if (entries.length === 0) return { entries, ratio: 0, waitRatio }
  return { entries, ratio: sampledRatio(samples, { kind: 'kernel', entries, isSure: true }, isMember), waitRatio }
}

/** Part of the running, with what the C library does around the calls. */
function sampledRatio(samples: NamedSamples, code: CauseCode, isMember: (process: number) => boolean): number {
  const { length, isCause } = samples.of(code, isMember)
  return length > 0 ? isCause.reduce((sum, hit) => sum + hit, 0) / length : 0
}
