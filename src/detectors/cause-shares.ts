import type { WaitBlame } from './wait-flow.ts'

/** What waits were due to, as parts of them that add up to 1 with what is idle. */
export interface CauseShares {
  readonly computingRatio: number
  /** Devices, memory and peers. */
  readonly ioRatio: number
  readonly sleepRatio: number
  /** Ready, and without a CPU. */
  readonly queuedRatio: number
  readonly unknownRatio: number
}

/** What those shares mean, for detectors that have them among their metrics. */
export const causeMetrics = {
  computingRatio: 'Share of these waits in which whoever was waited for computed.',
  ioRatio: 'Share in which it waited for a device, for memory or for a peer.',
  sleepRatio: 'Share in which it slept.',
  queuedRatio: 'Share in which it was ready to run, but had no CPU.',
  unknownRatio: 'Share for which nobody knows.',
} as const

/** Adds up causes by what they mean. */
export function shareCauses({ ns, causes }: WaitBlame): CauseShares {
  const part = (kinds: readonly string[]) =>
    ns > 0 ? Math.min(1, causes.reduce((sum, cause) => (kinds.includes(cause.kind) ? sum + cause.ns : sum), 0) / ns) : 0
  return {
    computingRatio: part(['computing']),
    ioRatio: part(['device', 'memory', 'remote']),
    sleepRatio: part(['sleep', 'timer']),
    queuedRatio: part(['runQueue', 'throttled']),
    unknownRatio: part(['unknown']),
  }
}

const doing: Readonly<Record<string, string>> = {
  computing: 'computes',
  runQueue: 'is ready, but has no CPU',
  throttled: 'is held back by its CPU quota',
  device: 'waits for a device',
  memory: 'waits for memory',
  remote: 'waits for a peer over the network',
  timer: 'waits for a timer',
  sleep: 'sleeps',
  idle: 'waits for work',
  unknown: 'does something that was not seen',
}

/** "waits for a device (fsync)". */
export function describeCause({ kind, reason }: { readonly kind: string; readonly reason: string }): string {
  return kind === 'device' && reason !== '' ? `${doing.device} (${reason})` : (doing[kind] ?? kind)
}
