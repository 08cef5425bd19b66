import { CodeKind, type CpuActivity, type CpuLane, NONE, type RecordedTables, textAt } from '../schema.ts'
import { roleName } from './processes.ts'

/** Points of all lanes together; more make the page heavy. */
const maxPoints = 24_000
const minSliceNs = 100e6
const maxSlices = 300
/** More lanes than this are a wall, not a picture; the rest is counted. */
const maxLanes = 128
/** /proc/stat is believed to name no larger CPU. */
const maxCpu = 8192

const partOf: Readonly<Record<string, keyof Parts>> = {
  'cpu.userRatio': 'user',
  'cpu.guestRatio': 'user',
  'cpu.systemRatio': 'kernel',
  'cpu.irqRatio': 'interrupt',
  'cpu.softirqRatio': 'interrupt',
  'cpu.stealRatio': 'steal',
}

interface Parts {
  readonly user: Float64Array
  readonly kernel: Float64Array
  readonly interrupt: Float64Array
  readonly steal: Float64Array
}

/** Busy time of one CPU: nanoseconds per slice and part, and how much of the slice was measured at all. */
interface Busy extends Parts {
  readonly measured: Float64Array
}

interface Slicing {
  readonly sliceNs: number
  readonly sliceCount: number
}

/** What each CPU did over time; undefined when neither series nor samples tell. */
export function buildActivity(tables: RecordedTables, durationNs: number): CpuActivity | undefined {
  if (!(durationNs > 0)) return undefined
  const cpus = cpusOf(tables)
  const shown = cpus.slice(0, maxLanes)
  if (shown.length === 0) return undefined
  const slicing = sliceUp(durationNs, shown.length)
  const series = busyFromSeries(tables, slicing)
  const source = series.size > 0 ? 'series' : 'samples'
  const busy = series.size > 0 ? series : busyFromSamples(tables, slicing)
  const owners = ownersOf(tables, slicing)
  const lanes = shown.map((cpu): CpuLane => {
    const parts = busy.get(cpu)
    const ratios = (part: keyof Parts) =>
      Array.from({ length: slicing.sliceCount }, (_, slice) =>
        parts === undefined ? null : ratioOf(parts[part][slice], parts.measured[slice]),
      )
    return {
      cpu,
      user: ratios('user'),
      kernel: ratios('kernel'),
      interrupt: ratios('interrupt'),
      steal: ratios('steal'),
      process: owners.lane(cpu),
    }
  })
  return { ...slicing, source, processes: owners.processes, lanes, hiddenCpuCount: cpus.length - shown.length }
}

function ratioOf(ns: number, measuredNs: number): number | null {
  return measuredNs > 0 ? Math.round(Math.min(1, ns / measuredNs) * 1000) / 1000 : null
}

function sliceUp(durationNs: number, laneCount: number): Slicing {
  const most = Math.max(20, Math.min(maxSlices, Math.floor(maxPoints / laneCount)))
  const sliceNs = Math.max(minSliceNs, durationNs / most)
  return { sliceNs, sliceCount: Math.max(1, Math.ceil(durationNs / sliceNs - 1e-9)) }
}

function cpusOf({ series, sample }: RecordedTables): number[] {
  const cpus = new Set<number>()
  for (let row = 0; row < (series?.length ?? 0); row++) {
    if (series === undefined || partOf[textAt(series.name, row) ?? ''] === undefined) continue
    const cpu = cpuNumber(textAt(series.subject, row))
    if (cpu !== undefined) cpus.add(cpu)
  }
  for (let row = 0; row < (sample?.length ?? 0); row++) {
    if (sample !== undefined && sample.cpu[row] >= 0 && sample.cpu[row] <= maxCpu) cpus.add(sample.cpu[row])
  }
  return [...cpus].sort((a, b) => a - b)
}

function cpuNumber(subject: string | undefined): number | undefined {
  const match = /^cpu(\d{1,5})$/.exec(subject ?? '')
  return match === null || Number(match[1]) > maxCpu ? undefined : Number(match[1])
}

function emptyBusy(sliceCount: number): Busy {
  const column = () => new Float64Array(sliceCount)
  return { user: column(), kernel: column(), interrupt: column(), steal: column(), measured: column() }
}

/** Spreads each reading over the slices its interval touches. Every part of one interval repeats it, so user time counts as measured. */
function busyFromSeries({ series, metric }: RecordedTables, slicing: Slicing): Map<number, Busy> {
  const busy = new Map<number, Busy>()
  if (series === undefined || metric === undefined) return busy
  for (let row = 0; row < metric.length; row++) {
    const seriesRow = metric.series[row]
    if (seriesRow < 0 || seriesRow >= series.length || !(metric.durationNs[row] > 0)) continue
    const name = textAt(series.name, seriesRow) ?? ''
    const part = partOf[name]
    const cpu = cpuNumber(textAt(series.subject, seriesRow))
    if (part === undefined || cpu === undefined) continue
    const lane = busy.get(cpu) ?? emptyBusy(slicing.sliceCount)
    busy.set(cpu, lane)
    const endNs = metric.timeNs[row]
    forOverlaps(endNs - metric.durationNs[row], endNs, slicing, (slice, ns) => {
      if (metric.value[row] > 0) lane[part][slice] += metric.value[row] * ns
      if (name === 'cpu.userRatio') lane.measured[slice] += ns
    })
  }
  return busy
}

function forOverlaps(startNs: number, endNs: number, { sliceNs, sliceCount }: Slicing, visit: (slice: number, ns: number) => void): void {
  if (!Number.isFinite(startNs) || !Number.isFinite(endNs)) return
  const last = Math.min(sliceCount - 1, Math.floor(endNs / sliceNs))
  for (let slice = Math.max(0, Math.floor(startNs / sliceNs)); slice <= last; slice++) {
    const ns = Math.min(endNs, (slice + 1) * sliceNs) - Math.max(startNs, slice * sliceNs)
    if (ns > 0) visit(slice, ns)
  }
}

/** Counts samples by whether the leaf is kernel code. A slice without samples is idle, as far as samples tell. */
function busyFromSamples({ sample, callchain }: RecordedTables, slicing: Slicing): Map<number, Busy> {
  const busy = new Map<number, Busy>()
  for (let row = 0; row < (sample?.length ?? 0); row++) {
    if (sample === undefined || sample.cpu[row] < 0) continue
    const slice = sliceAt(sample.timeNs[row], slicing)
    if (slice === undefined) continue
    const lane = busy.get(sample.cpu[row]) ?? emptyBusy(slicing.sliceCount)
    busy.set(sample.cpu[row], lane)
    lane.measured.fill(slicing.sliceNs)
    const leaf = sample.callchain[row]
    const isKernel = callchain !== undefined && leaf >= 0 && leaf < callchain.length && callchain.kind[leaf] === CodeKind.Kernel
    lane[isKernel ? 'kernel' : 'user'][slice] += timeOf(sample.weightNs[row])
  }
  return busy
}

function sliceAt(timeNs: number, { sliceNs, sliceCount }: Slicing): number | undefined {
  if (!(timeNs >= 0)) return undefined
  return Math.min(sliceCount - 1, Math.floor(timeNs / sliceNs))
}

interface Owners {
  readonly processes: CpuActivity['processes']
  lane(cpu: number): number[]
}

/** Which process took most of each slice. Processes of one name and role are one. */
function ownersOf({ sample, process }: RecordedTables, slicing: Slicing): Owners {
  const named = new Map<string, { comm: string; role: ReturnType<typeof roleName>; ns: number }>()
  const bySlice = new Map<string, Map<string, number>>()
  for (let row = 0; row < (sample?.length ?? 0); row++) {
    const processRow = sample?.process[row] ?? NONE
    const slice = sample === undefined ? undefined : sliceAt(sample.timeNs[row], slicing)
    if (sample === undefined || process === undefined || slice === undefined || processRow < 0 || processRow >= process.length) continue
    const comm = textAt(process.comm, processRow) ?? '[unknown process]'
    const key = `${process.role[processRow]} ${comm}`
    const ns = timeOf(sample.weightNs[row])
    const total = named.get(key) ?? { comm, role: roleName(process.role[processRow]), ns: 0 }
    named.set(key, { ...total, ns: total.ns + ns })
    const cell = bySlice.get(`${sample.cpu[row]} ${slice}`) ?? new Map<string, number>()
    bySlice.set(`${sample.cpu[row]} ${slice}`, cell.set(key, (cell.get(key) ?? 0) + ns))
  }
  const ranked = [...named].sort(([a, x], [b, y]) => y.ns - x.ns || (a < b ? -1 : 1))
  const place = new Map(ranked.map(([key], index) => [key, index]))
  const winner = (cell: ReadonlyMap<string, number> | undefined): number => {
    const [first] = [...(cell ?? [])].sort(([a, x], [b, y]) => y - x || (place.get(a) ?? 0) - (place.get(b) ?? 0))
    return first === undefined ? NONE : (place.get(first[0]) ?? NONE)
  }
  return {
    processes: ranked.map(([, { comm, role, ns }]) => ({ comm, role, ns: Math.round(ns) })),
    lane: cpu => Array.from({ length: slicing.sliceCount }, (_, slice) => winner(bySlice.get(`${cpu} ${slice}`))),
  }
}

/** A weight that is missing or damaged adds no time. */
function timeOf(weightNs: number): number {
  return Number.isFinite(weightNs) && weightNs > 0 ? weightNs : 0
}
