/** What stations are, and what they are found from. */

import type { AnalysisContext, RecordedTables, Table } from '../../schema.ts'
import type { ThreadGroups } from '../thread-groups.ts'
import type { Bins } from '../wait-bins.ts'
import type { WaitGraph } from '../wait-graph.ts'

/** What kind of thing serves. */
export type StationKind = 'lock' | 'device' | 'cpu' | 'quota' | 'threads'

/** A place that serves. */
export interface Station {
  readonly kind: StationKind
  /** For people, and by what observations name it: "futex 0xa0 of app (pid 42)", "device 254:0". */
  readonly label: string
  /** Of a lock of the kernel: what it protects, by which observations name it. */
  readonly protects?: string
  /** By bin: part of its capacity that was in use. */
  readonly usedRatio: Float64Array
  /** Of a group or of the CPUs: by bin the part of its capacity that the target's running takes. */
  readonly runningRatio?: Float64Array
  /** Of a group: the same for waits served to it, by reason. */
  readonly servedRatio?: ReadonlyMap<string, Float64Array>
  /** Of a group: threads of the kernel's own. */
  readonly isKernel?: boolean
  /** Of a lock: parts of the time it is held in which its holders compute, and wait by reason of the wait. */
  readonly holders?: { readonly computing: number; readonly waiting: ReadonlyMap<string, number> }
}

/** Label of a device's station. */
export function deviceLabel(device: string): string {
  return `device ${device}`
}

/** All stations of a target. */
export interface Stations {
  readonly bins: Bins
  readonly stations: readonly Station[]
}

/** Tables that stations are made of. */
export type StationTables = RecordedTables & { readonly process: Table<'process'>; readonly threadTime: Table<'threadTime'> }

/** Whose stations are looked for, and in what. */
export interface Scope {
  readonly tables: StationTables
  readonly context: AnalysisContext
  readonly isMember: (process: number) => boolean
  readonly bins: Bins
  readonly groups: ThreadGroups
  readonly graph: WaitGraph | undefined
}
