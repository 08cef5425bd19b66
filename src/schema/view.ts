/** What the HTML report draws: compact shapes computed from the tables by src/views, ready to be embedded as JSON. */

import type { SamplingFacts } from './manifest.ts'

/** Whose code a frame of a flame graph is; 'process' and 'autotune' are the process a stack belongs to. */
export const flameKinds = ['unknown', 'kernel', 'system', 'runtime', 'dependency', 'own', 'process', 'autotune'] as const

/** Kind of a flame graph's frame. */
export type FlameKind = (typeof flameKinds)[number]

/** A function as the flame graph shows it, stored once. */
export interface FlameFrame {
  /** Hostile input, as every name below. */
  readonly name: string
  /** Base name of the file; empty for a process. */
  readonly module: string
  readonly kind: FlameKind
  /** "shop.cpp:42" with its folder: the line that most of its time was at; absent without debug information. */
  readonly source?: string
  /** Name of the function whose code it is part of. */
  readonly inlinedInto?: string
}

/**
 * Stacks merged by symbol, as columns in preorder: a node's children follow it, one deeper, widest first.
 *
 *     node   0  1  2  3        all
 *     depth  0  1  2  1         ├─ nginx
 *     frame  0  1  2  3         │   └─ main
 *                               └─ sshd
 *
 * Node 0 is everything. A node's own time is its ns less that of its children.
 */
export interface FlameTree {
  readonly frames: readonly FlameFrame[]
  /** Index into frames. */
  readonly frame: readonly number[]
  readonly depth: readonly number[]
  /** CPU time of the node and all it called. */
  readonly ns: readonly number[]
  readonly sampleCount: number
  /** Nodes left out because they are too small to see, and the time under them. It counts as own time of their callers. */
  readonly hiddenNodeCount: number
  readonly hiddenNs: number
}

/** One CPU over time. Ratios 0..1 per slice; null where nothing was measured. */
export interface CpuLane {
  readonly cpu: number
  readonly user: readonly (number | null)[]
  readonly kernel: readonly (number | null)[]
  readonly interrupt: readonly (number | null)[]
  readonly steal: readonly (number | null)[]
  /** Which process took most of the slice: index into CpuActivity.processes, NONE when no sample fell into it. */
  readonly process: readonly number[]
}

/** What every CPU did, in slices of equal length. */
export interface CpuActivity {
  readonly sliceNs: number
  readonly sliceCount: number
  /** Where the ratios come from: the kernel's accounts, or counted samples where those are missing. */
  readonly source: 'series' | 'samples'
  /** Names that lanes point at, most CPU time first. */
  readonly processes: readonly { readonly comm: string; readonly role: ViewRole; readonly ns: number }[]
  readonly lanes: readonly CpuLane[]
  /** CPUs that were measured and are not among the lanes. */
  readonly hiddenCpuCount: number
}

/** What a process is to the recording, in words. */
export type ViewRole = 'other' | 'target' | 'autotune' | 'kernel'

/** Unit of a chart's values. */
export type ChartUnit = 'ratio' | 'count' | 'bytes' | 'bytesPerSec' | 'ns' | 'perSec'

/** One line of a chart. Binned over time; lowest and highest value of each bin survive. */
export interface ChartLine {
  readonly label: string
  readonly timeNs: readonly number[]
  readonly value: readonly number[]
}

/** A small chart: lines of one unit over the recording. */
export interface Chart {
  readonly id: string
  readonly title: string
  readonly unit: ChartUnit
  readonly lines: readonly ChartLine[]
  /** Lines that belong here and are not drawn. */
  readonly hiddenLineCount: number
  /** A value worth comparing with, such as the number of CPUs. */
  readonly limit: { readonly label: string; readonly value: number } | undefined
}

/** One process, by the CPU time it took. */
export interface ProcessUse {
  readonly pid: number
  readonly comm: string
  readonly commandLine: string
  readonly role: ViewRole
  readonly cpuNs: number
  /** Average number of CPUs it used. */
  readonly cpuCpus: number
}

/** Why `watch` kept these seconds. */
export interface TriggerView {
  readonly timeNs: number
  /** Hostile input, as the detail and the names of measures. */
  readonly trigger: string
  readonly detail: string
  readonly overwrittenCount: number
  readonly completeFromNs: number
  /** Whether the first difference is hardly by chance: then it leads the report. */
  readonly isTelling: boolean
  readonly differences: readonly {
    readonly measure: string
    readonly unit: 'ns' | 'count'
    readonly value: number
    readonly controlMedian: number
    readonly controlCount: number
    /** Null without controls. */
    readonly pValue: number | null
  }[]
}

/** Everything the report draws beside the diagnosis. */
export interface ReportView {
  readonly durationNs: number
  readonly sampling: SamplingFacts | undefined
  /** Undefined but for windows of `watch`. */
  readonly trigger?: TriggerView | undefined
  /** Undefined when there are no samples of it, or when the target is the machine. */
  readonly targetFlame: FlameTree | undefined
  readonly machineFlame: FlameTree | undefined
  readonly activity: CpuActivity | undefined
  readonly charts: readonly Chart[]
  readonly processes: readonly ProcessUse[]
  /** Processes that used CPU and are not listed, and what they used together. */
  readonly otherProcessCount: number
  readonly otherProcessNs: number
}
