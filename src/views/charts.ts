import {
  type AnalysisContext,
  type Chart,
  type ChartLine,
  type ChartUnit,
  type RecordedTables,
  type SeriesName,
  textAt,
} from '../schema.ts'

/** Bins over the recording; each keeps its lowest and highest value. */
const binCount = 150
/** More lines than this cannot be told apart; the busiest stay and the rest is counted. */
const maxLines = 4

interface ChartSpec {
  readonly id: string
  readonly title: string
  readonly unit: ChartUnit
  /** Series by name, and what a line of it is called; the subject is added where there is one. */
  readonly lines: readonly (readonly [name: SeriesName, label: string])[]
  readonly limit?: (tables: Readings, context: AnalysisContext) => Chart['limit']
}

/** The series that matter for a first look, in the order in which an on-call engineer asks for them. */
const chartSpecs: readonly ChartSpec[] = [
  { id: 'progress', title: 'Pieces of work done', unit: 'perSec', lines: [['progress.perSec', '']] },
  {
    id: 'pressure',
    title: 'Pressure: share of time some task waited',
    unit: 'ratio',
    lines: [
      ['psi.cpu.someRatio', 'CPU'],
      ['psi.io.someRatio', 'I/O'],
      ['psi.memory.someRatio', 'memory'],
    ],
  },
  {
    id: 'runnable',
    title: 'Threads running or waiting for a CPU',
    unit: 'count',
    lines: [['sched.runnableCount', 'runnable']],
    limit: (_, { host }) => ({ label: host.cpuCount === 1 ? '1 CPU' : `${host.cpuCount} CPUs`, value: host.cpuCount }),
  },
  {
    id: 'throttled',
    title: 'CPUs held back by the cgroup’s quota',
    unit: 'count',
    lines: [['cgroup.throttledCpus', '']],
  },
  {
    id: 'memory',
    title: 'Memory available',
    unit: 'bytes',
    lines: [['memory.availableBytes', 'available']],
    limit: ({ last }) => {
      const total = last('memory.totalBytes')
      return total === undefined ? undefined : { label: 'total', value: total }
    },
  },
  { id: 'disk-busy', title: 'Disk busy', unit: 'ratio', lines: [['disk.busyRatio', '']] },
  {
    id: 'disk-latency',
    title: 'Disk latency',
    unit: 'ns',
    lines: [
      ['disk.readLatencyNs', 'read'],
      ['disk.writeLatencyNs', 'write'],
      ['disk.flushLatencyNs', 'flush'],
    ],
  },
  {
    id: 'network',
    title: 'Network',
    unit: 'bytesPerSec',
    lines: [
      ['net.receiveBytesPerSec', 'received'],
      ['net.sendBytesPerSec', 'sent'],
    ],
  },
  { id: 'retransmit', title: 'TCP segments sent again', unit: 'perSec', lines: [['tcp.retransmitPerSec', '']] },
  { id: 'switches', title: 'Context switches', unit: 'perSec', lines: [['sched.contextSwitchPerSec', '']] },
]

/** Charts that stay empty of news when all is zero: they are left out then. */
const onlyWhenNonZero = new Set(['throttled', 'disk-busy', 'disk-latency', 'network', 'retransmit'])

/** Small charts of the series that were recorded. */
export function buildCharts(tables: RecordedTables, context: AnalysisContext): Chart[] {
  const readings = collect(tables)
  const charts = chartSpecs.map((spec): Chart => {
    const lines = spec.lines.flatMap(([name, label]) => linesOf(readings.bySeries(name), label, context.durationNs))
    const ranked = lines.length > maxLines ? [...lines].sort((a, b) => highest(b) - highest(a) || (a.label < b.label ? -1 : 1)) : lines
    const { id, title, unit } = spec
    return {
      id,
      title,
      unit,
      lines: ranked.slice(0, maxLines),
      hiddenLineCount: Math.max(0, lines.length - maxLines),
      limit: spec.limit?.(readings, context),
    }
  })
  return charts.filter(({ id, lines }) => lines.length > 0 && (!onlyWhenNonZero.has(id) || lines.some(line => highest(line) > 0)))
}

interface Points {
  readonly subject: string
  readonly timeNs: number[]
  readonly value: number[]
}

interface Readings {
  bySeries(name: SeriesName): readonly Points[]
  /** The last value of a series of the machine. */
  last(name: SeriesName): number | undefined
}

function collect({ series, metric }: RecordedTables): Readings {
  const rows = Array.from({ length: series?.length ?? 0 }, (_, row): Points & { name: string } => ({
    name: series === undefined ? '' : (textAt(series.name, row) ?? ''),
    subject: series === undefined ? '' : (textAt(series.subject, row) ?? ''),
    timeNs: [],
    value: [],
  }))
  for (let row = 0; row < (metric?.length ?? 0); row++) {
    if (metric === undefined) break
    const points = rows[metric.series[row]]
    if (points === undefined || !Number.isFinite(metric.value[row]) || !Number.isFinite(metric.timeNs[row])) continue
    points.timeNs.push(metric.timeNs[row])
    points.value.push(metric.value[row])
  }
  return {
    bySeries: name => rows.filter(row => row.name === name && row.value.length > 0),
    last: name => rows.find(row => row.name === name && row.subject === '')?.value.at(-1),
  }
}

/** Lines of one series: the machine's alone where it has one, else one per subject that is not always zero. */
function linesOf(rows: readonly Points[], label: string, durationNs: number): ChartLine[] {
  const machine = rows.filter(row => row.subject === '')
  const chosen = machine.length > 0 ? machine : rows.filter(row => row.value.some(value => value !== 0))
  return chosen.map(row => ({ label: [row.subject, label].filter(Boolean).join(' '), ...binned(row, durationNs) }))
}

/** Lowest and highest value of each bin, in the order in which they came. Few points are kept as they are. */
function binned({ timeNs, value }: Points, durationNs: number): Pick<ChartLine, 'timeNs' | 'value'> {
  const order = Array.from(timeNs.keys()).sort((a, b) => timeNs[a] - timeNs[b])
  const kept = order.length <= 2 * binCount ? order : extremes(order, { timeNs, value }, durationNs / binCount)
  return { timeNs: kept.map(row => Math.round(timeNs[row])), value: kept.map(row => Number(value[row].toPrecision(5))) }
}

function extremes(order: readonly number[], { timeNs, value }: Pick<Points, 'timeNs' | 'value'>, binNs: number): number[] {
  const bins = new Map<number, { low: number; high: number }>()
  for (const row of order) {
    const bin = Math.max(0, Math.min(binCount - 1, Math.floor(timeNs[row] / binNs)))
    const { low, high } = bins.get(bin) ?? { low: row, high: row }
    bins.set(bin, { low: value[row] < value[low] ? row : low, high: value[row] > value[high] ? row : high })
  }
  const kept = new Set([...bins.values()].flatMap(({ low, high }) => [low, high]))
  return order.filter(row => kept.has(row))
}

function highest(line: ChartLine): number {
  return line.value.reduce((most, value) => Math.max(most, value), 0)
}
