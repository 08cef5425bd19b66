/** What an observation says is the cause, as something that can shrink: which part of which station's work it is. */

import type { Observation } from '../../schema.ts'
import type { Station } from './station.ts'
import { OTHERS_QUEUE } from './thread-stations.ts'

/** A cause that can be taken away, wholly or in part. Replays and bounds understand the same ones. */
export type GainCause =
  /** Code: which part of the target's running it is, and how samples of it are told. */
  | { readonly kind: 'running'; readonly ratio: number; readonly code: CauseCode }
  /** Holding a lock, by its label as a station; the lower 48 bits of its address where that is known. */
  | { readonly kind: 'lock'; readonly label: string; readonly address: number | undefined }
  /** Waits of these reasons, for a device where one is known. */
  | { readonly kind: 'waiting'; readonly reasons: readonly string[]; readonly device: string | undefined }
  /** Too few CPUs: half of it gone is twice as many. */
  | { readonly kind: 'queueing' }
  /** CPUs that others use. */
  | { readonly kind: 'competitor' }
  /** A CPU quota: half of it gone is twice the quota. */
  | { readonly kind: 'quota' }
  /** Whoever is waited for, the most important first: groups of threads of these processes, or of this name. */
  | { readonly kind: 'threads'; readonly names: readonly string[]; readonly computingRatio: number }

/** Code, as samples know it: what a function answers for, or what the kernel does, for these calls where they are known. */
export type CauseCode =
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'kernel'; readonly entries: readonly string[] | undefined }
  | { readonly kind: 'interrupt' }

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

const waiting =
  (...reasons: readonly string[]): Build =>
  ({ culprits }) => ({ kind: 'waiting', reasons, device: culprits.find(({ kind }) => kind === 'device')?.name })

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
  'io-pressure': () => ({ kind: 'waiting', reasons: ['blockIo', 'fsync', 'pageFault'], device: undefined }),
  'device-wait': waiting('blockIo'),
  'durable-writes': waiting('fsync'),
  'major-faults': waiting('pageFault'),
  'writeback-throttling': waiting('writebackThrottle'),
  reclaim: waiting('reclaim', 'memoryThrottle'),
  'cpu-saturation': () => ({ kind: 'queueing' }),
  competitor: () => ({ kind: 'competitor' }),
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
      return kind === 'lock' && isSameLock(station.label, cause.label) ? usedRatio : undefined
    case 'waiting':
      return waitingPart(station, cause)
    case 'queueing':
      return kind === 'cpu' ? usedRatio : undefined
    case 'competitor':
      return station.servedRatio?.get(OTHERS_QUEUE)
    case 'quota':
      return kind === 'quota' ? usedRatio : undefined
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

/** A device serves for all reasons: what is taken from it is what its waits are of all the waits it serves. */
function waitingPart({ kind, label, usedRatio, servedRatio, holders }: Station, { reasons, device }: GainCause & { kind: 'waiting' }) {
  if (kind === 'device') return device === undefined || device === label ? usedRatio : undefined
  if (holders !== undefined) {
    const ratio = reasons.reduce((sum, reason) => sum + (holders.waiting.get(reason) ?? 0), 0)
    return ratio > 0 ? usedRatio.map(used => used * ratio) : undefined
  }
  const parts = reasons.flatMap(reason => servedRatio?.get(reason) ?? [])
  return parts.length === 0 ? undefined : usedRatio.map((_, bin) => parts.reduce((sum, part) => sum + part[bin], 0))
}
