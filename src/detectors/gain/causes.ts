/** What an observation says is the cause, as something that can shrink: which part of which station's work it is. */

import type { Observation } from '../../schema.ts'
import { deviceLabel, type Station } from './station.ts'
import { OTHERS_QUEUE } from './thread-stations.ts'

/** A cause that can be taken away, wholly or in part. Replays and bounds understand the same ones. */
export type GainCause =
  /** Code: which part of the target's running it is, and how samples of it are told. */
  | { readonly kind: 'running'; readonly ratio: number; readonly code: CauseCode }
  /** Holding a lock, by its label as a station; the lower 48 bits of its address where that is known. */
  | { readonly kind: 'lock'; readonly label: string; readonly address: number | undefined }
  /** Waits of these reasons, for a device where one is known, and what the kernel computes for them. */
  | { readonly kind: 'waiting'; readonly reasons: readonly string[]; readonly device: string | undefined; readonly work: KernelWork }
  /** Time in which nothing works for the target, and that it would not have at all: what is left takes as long as before. */
  | { readonly kind: 'pause' }
  /** Too few CPUs: half of it gone is twice as many. */
  | { readonly kind: 'queueing' }
  /** CPUs that others use. */
  | { readonly kind: 'competitor' }
  /** A CPU quota: half of it gone is twice the quota. */
  | { readonly kind: 'quota' }
  /** Whoever is waited for, the most important first: groups of threads of these processes, or of this name. */
  | { readonly kind: 'threads'; readonly names: readonly string[]; readonly computingRatio: number }

/**
 * Code, as samples know it: what a function answers for, or what the kernel does, for these calls where they are known. On the way into
 * a call it is not known yet which: that is theirs, too, unless only what is sure counts.
 */
export type CauseCode =
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'kernel'; readonly entries: readonly string[] | undefined; readonly isSure?: boolean }
  | { readonly kind: 'interrupt' }

/** What comes with waits, beside waiting: who does not wait has not that to do either. */
export interface KernelWork {
  /** System calls and faults in which the kernel computes for them. */
  readonly entries: readonly string[]
  /** Part of the target's running. */
  readonly ratio: number
  /** Part of its waits: whoever wakes up has to wait for a CPU. */
  readonly waitRatio: number
}

/** What shares of running are shares of. */
export interface RunningTime {
  readonly totalNs: number
  readonly runningNs: number
}

type Build = (observation: Observation, time: RunningTime) => GainCause | undefined

const running =
  (code: (facts: Observation['facts']) => CauseCode): Build =>
  ({ share, facts }, { totalNs, runningNs }) => ({
    kind: 'running',
    ratio: runningNs > 0 ? Math.min(1, (share.estimate * totalNs) / runningNs) : 0,
    code: code(facts),
  })

const ofFunction = running(({ functionName }) => ({ kind: 'function', name: functionName ?? '' }))
const ofCall = running(({ call }) => ({ kind: 'kernel', entries: call === undefined ? undefined : [`${call.replace(/\(\)$/, '')}()`] }))

const NO_WORK: KernelWork = { entries: [], ratio: 0, waitRatio: 0 }

const waiting =
  (...reasons: readonly string[]): Build =>
  ({ culprits }) => ({ kind: 'waiting', reasons, device: culprits.find(({ kind }) => kind === 'device')?.name, work: NO_WORK })

const lock: Build = ({ culprits, facts }) => {
  const label = culprits.find(({ kind }) => kind === 'lock')?.name
  const address = /0x[0-9a-f]*?([0-9a-f]{1,12})\b/.exec(facts.lock ?? label ?? '')?.[1]
  return label === undefined
    ? undefined
    : { kind: 'lock', label, address: address === undefined ? undefined : Number.parseInt(address, 16) }
}

/** By detector. Those that are not here have causes that neither a bound nor a replay can take away: analysis.md 4.3 names them. */
const builders: Readonly<Record<string, Build>> = {
  'hot-path': ofFunction,
  'kernel-time': running(() => ({ kind: 'kernel', entries: undefined })),
  'syscall-storm': ofCall,
  'fault-churn': running(({ call }) => ({ kind: 'kernel', entries: ['page fault', `${call ?? ''}()`] })),
  'interrupt-load': running(() => ({ kind: 'interrupt' })),
  'metadata-storm': ofCall,
  'futex-contention': lock,
  'kernel-lock-contention': lock,
  'io-pressure': () => ({ kind: 'waiting', reasons: ['blockIo', 'fsync', 'pageFault'], device: undefined, work: NO_WORK }),
  'device-wait': waiting('blockIo'),
  'durable-writes': waiting('fsync'),
  'major-faults': waiting('pageFault'),
  'writeback-throttling': waiting('writebackThrottle'),
  reclaim: waiting('reclaim', 'memoryThrottle'),
  'cpu-saturation': () => ({ kind: 'queueing' }),
  competitor: () => ({ kind: 'competitor' }),
  'sleep-polling': () => ({ kind: 'pause' }),
  'delayed-ack': () => ({ kind: 'pause' }),
  'pinned-threads': () => ({ kind: 'pause' }),
  spinning: ofFunction,
  'wait-family': ({ facts }) => (facts.family === 'gil' ? { kind: 'pause' } : undefined),
  'cgroup-throttling': () => ({ kind: 'quota' }),
  'downstream-wait': ({ culprits, metrics }) => ({
    kind: 'threads',
    computingRatio: metrics.computingRatio,
    names: culprits.filter(({ kind }) => kind === 'thread' || kind === 'process').map(({ name }) => name),
  }),
}

/** The cause an observation is about; undefined where nothing can be taken away from. */
export function causeOf(observation: Observation, time: RunningTime): GainCause | undefined {
  return builders[observation.detector]?.(observation, time)
}

/** By bin the part of a station's capacity that a cause takes; undefined when it takes nothing. Never more than is in use. */
export function partOf(station: Station, cause: GainCause): Float64Array | undefined {
  const part = rawPart(station, cause)
  return part?.map((ratio, bin) => Math.max(0, Math.min(station.usedRatio[bin], ratio)))
}

function rawPart(station: Station, cause: GainCause): Float64Array | undefined {
  const { kind, usedRatio, runningRatio, holders } = station
  switch (cause.kind) {
    case 'running':
      if (holders !== undefined) return usedRatio.map(ratio => ratio * holders.computing * cause.ratio)
      // with less to run there is less to queue for
      return runningRatio?.map((ratio, bin) => (ratio + (station.servedRatio?.get(OTHERS_QUEUE)?.[bin] ?? 0)) * cause.ratio)
    case 'lock':
      return kind === 'lock' && (isSameLock(station.label, cause.label) || station.protects === cause.label) ? usedRatio : undefined
    case 'waiting':
      return waitingPart(station, cause)
    case 'queueing':
      return kind === 'cpu' ? usedRatio : undefined
    case 'competitor':
      return station.servedRatio?.get(OTHERS_QUEUE)
    case 'quota':
      return kind === 'quota' ? usedRatio : undefined
    case 'pause':
      return undefined
    case 'threads':
      return kind === 'threads' && runningRatio === undefined && cause.names.some(name => station.label.includes(name))
        ? usedRatio
        : undefined
  }
}

/** Addresses are what both sides know a kernel's lock by. */
function isSameLock(a: string, b: string): boolean {
  if (a === b) return true
  const [of, other] = [a, b].map(label => /0x[0-9a-f]+/.exec(label)?.[0])
  return of !== undefined && of === other && a.startsWith('kernel') === b.startsWith('kernel')
}

/**
 * A device serves for all reasons, and so do the kernel's threads: the target waits for them through these waits. Kernel work is taken
 * with the waits.
 */
function waitingPart(station: Station, { reasons, device, work }: GainCause & { kind: 'waiting' }) {
  const { kind, label, usedRatio, runningRatio, servedRatio, holders } = station
  if (kind === 'device') return device === undefined || label === deviceLabel(device) ? usedRatio : undefined
  if (station.isKernel) return usedRatio
  if (holders !== undefined) {
    const ratio = reasons.reduce((sum, reason) => sum + (holders.waiting.get(reason) ?? 0), holders.computing * work.ratio)
    return ratio > 0 ? usedRatio.map(used => used * ratio) : undefined
  }
  const parts = reasons.flatMap(reason => servedRatio?.get(reason) ?? [])
  const worked = work.ratio > 0 ? runningRatio : undefined
  if (parts.length === 0 && worked === undefined) return undefined
  const queued = parts.length > 0 ? servedRatio?.get(OTHERS_QUEUE) : undefined
  return usedRatio.map((_, bin) => {
    const comesWith = (worked?.[bin] ?? 0) * work.ratio + (queued?.[bin] ?? 0) * work.waitRatio
    return parts.reduce((sum, part) => sum + part[bin], comesWith)
  })
}
