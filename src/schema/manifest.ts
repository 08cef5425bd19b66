/** What manifest.json of a recording says: the facts that are not rows. src/recording.ts validates and stores it. */

import type { TableName } from './tables.ts'

/** What is being diagnosed. */
export type Target =
  | { readonly kind: 'machine' }
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'comm'; readonly comm: string }
  | { readonly kind: 'cgroup'; readonly path: string }
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly pid: number | undefined }

/** What is diagnosed, for people: also the subject of every observation that is about all of it. Hostile input, cut to a line. */
export function describeTarget(target: Target): string {
  if (target.kind === 'machine') return 'this machine'
  if (target.kind === 'pid') return `process ${target.pid}`
  if (target.kind === 'comm') return `processes named ${target.comm.slice(0, 160)}`
  if (target.kind === 'cgroup') return `cgroup ${target.path.slice(0, 160)}`
  return target.command.join(' ').slice(0, 160)
}

/** Facts of the machine that recorded. */
export interface HostFacts {
  readonly hostname: string
  readonly kernelRelease: string
  readonly architecture: string
  readonly cpuModel: string
  readonly cpuCount: number
  readonly memoryBytes: number
  /** Hypervisor as far as the CPU tells; undefined on bare metal. */
  readonly virtualization: string | undefined
  readonly uid: number
  readonly perfEventParanoid: number | undefined
  readonly kptrRestrict: number | undefined
}

/** How samples were taken; undefined when they could not be taken at all. */
export interface SamplingFacts {
  readonly event: 'cpu-clock' | 'cycles'
  readonly frequencyHz: number
  /** Whole CPUs, or only the tasks of the target. */
  readonly scope: 'machine' | 'target'
  /** Whether kernel code was seen. */
  readonly kernel: boolean
  /** Bytes of user stack copied at each sample, to unwind what frame pointers do not tell; 0 for none. */
  readonly stackDumpBytes?: number | undefined
}

/** Something this host did not let us measure. The report repeats it; nothing is silently missing. */
export interface Unavailable {
  /** Short name of what is missing, e.g. "hardware counters". */
  readonly topic: string
  /** Tables that are absent or incomplete because of it. */
  readonly tables: readonly TableName[]
  /** Series that are absent because of it, by name or by prefix ending in a dot. */
  readonly series: readonly string[]
  /** Why, with the value found. */
  readonly reason: string
  /** What to do to get it: a command where there is one. */
  readonly remedy: string
}

/** What autotune itself cost while it recorded. */
export interface Cost {
  /** CPU time of autotune over wall time times CPUs. */
  readonly cpuRatio: number
  readonly cpuNs: number
  /** Highest resident set. */
  readonly rssBytes: number
}

/** The manifest of a recording. */
export interface Manifest {
  readonly schemaVersion: number
  readonly autotuneVersion: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** Changes with every boot, and with it where the kernel's functions lie; undefined where it cannot be read. */
  readonly bootId?: string | undefined
  /** CLOCK_MONOTONIC at recording start; in the file a decimal string. */
  readonly startNs: bigint
  /** Up to the last write: a killed recording says how far it got. */
  readonly durationNs: number
  /** False while recording, and for ever when it was killed. */
  readonly complete: boolean
  readonly target: Target
  readonly host: HostFacts
  readonly sampling: SamplingFacts | undefined
  readonly unavailable: readonly Unavailable[]
  /** Exit status of the started command, 128 + signal when killed; undefined when there was none or it still runs. */
  readonly commandExitStatus: number | undefined
  readonly cost: Cost
}
