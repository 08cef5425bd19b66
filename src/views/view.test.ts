import { expect, test } from 'vitest'
import { drawStacks } from '../../test/draw-stacks.ts'
import { type AnalysisContext, type FlameTree, NONE, ProcessRole, type SeriesName, ThreadState } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'
import { buildFlame } from './flame.ts'
import { buildView } from './view.ts'

const context: AnalysisContext = {
  target: { kind: 'comm', comm: 'web' },
  host: {
    hostname: 'h',
    kernelRelease: '6',
    architecture: 'x86_64',
    cpuModel: '',
    cpuCount: 2,
    memoryBytes: 1e9,
    virtualization: undefined,
    uid: 0,
    perfEventParanoid: 2,
    kptrRestrict: 0,
  },
  sampling: { event: 'cpu-clock', frequencyHz: 100, scope: 'machine', kernel: true },
  durationNs: 1e9,
}

const recording = drawStacks([
  { stack: 'web: main > serve > [write]', samples: 30 },
  { stack: 'web: main > parse', samples: 50 },
  { stack: 'web: main > serve', samples: 10 },
  { stack: 'autotune: main', samples: 2, role: ProcessRole.Autotune, cpu: 1 },
  { stack: 'sshd: main', samples: 8, role: ProcessRole.Other, cpu: 1, atNs: 0.5e9 },
])

/** "  name 1.5" a line, indented by depth, in hundredths of a second. */
function draw(tree: FlameTree | undefined): string[] {
  return (tree?.depth ?? []).map(
    (depth, node) => `${' '.repeat(depth)}${tree?.frames[tree.frame[node]].name} ${(tree?.ns[node] ?? 0) / 10e6}`,
  )
}

test('stacks become one tree by symbol, widest child first, of the target and of the machine', () => {
  const { targetFlame, machineFlame } = buildView(recording, context)
  expect(draw(targetFlame)).toEqual(['all 90', ' web 90', '  main 90', '   parse 50', '   serve 40', '    [write] 30'])
  expect(draw(machineFlame).filter(line => /^ \S/.test(line))).toEqual([' web 90', ' sshd 8', ' autotune 2'])
  expect(machineFlame?.frames.find(({ name }) => name === 'autotune')?.kind).toBe('autotune')
  expect(targetFlame?.frames.find(({ name }) => name === '[write]')?.kind).toBe('kernel')
})

test('frames too narrow to see are left out and counted', () => {
  const tree = buildFlame(
    drawStacks([
      { stack: 'web: main > big', samples: 5000 },
      { stack: 'web: main > tiny > tinier', samples: 2 },
    ]),
    'target',
  )
  expect(draw(tree)).toEqual(['all 5002', ' web 5002', '  main 5002', '   big 5000'])
  expect(tree).toMatchObject({ hiddenNodeCount: 2, hiddenNs: 20e6 })
})

test('when the machine is the target there is one tree, and with no samples of the target there is none of it', () => {
  expect(buildView(recording, { ...context, target: { kind: 'machine' } }).targetFlame).toBeUndefined()
  expect(buildFlame(drawStacks([{ stack: 'sshd: main', samples: 1, role: ProcessRole.Other }]), 'target')).toBeUndefined()
})

test('a damaged stack table ends the walk instead of looping', () => {
  const { stack } = recording
  if (stack === undefined) throw new Error('drawn without stacks')
  const looped = { ...recording, stack: { ...stack, prefix: stack.prefix.map((_, row) => row + 1) } }
  expect(buildFlame(looped, 'machine')?.sampleCount).toBe(100)
})

test('without series, lanes count samples, by whether the leaf is kernel code', () => {
  const { activity } = buildView(recording, context)
  expect(activity).toMatchObject({ source: 'samples', sliceCount: 10, sliceNs: 100e6 })
  expect(activity?.lanes.map(({ cpu }) => cpu)).toEqual([0, 1])
  expect(activity?.lanes[1].user[0]).toBeCloseTo(0.2)
  expect(activity?.processes.map(({ comm, role }) => `${comm} ${role}`)).toEqual(['web target', 'sshd other', 'autotune autotune'])
  expect(activity?.lanes[1].process).toEqual([2, NONE, NONE, NONE, NONE, 1, NONE, NONE, NONE, NONE])
})

function drawSeries(lines: readonly (readonly [name: SeriesName, subject: string, values: readonly number[]])[]) {
  const series = new TableBuilder('series')
  const metric = new TableBuilder('metric')
  for (const [name, subject, values] of lines) {
    const row = series.add({ name, subject })
    for (const [index, value] of values.entries()) metric.add({ timeNs: (index + 1) * 200e6, durationNs: 200e6, series: row, value })
  }
  return { series: series.build(), metric: metric.build() }
}

test('series of each CPU are spread over slices; what was not read stays empty', () => {
  const tables = drawSeries([
    ['cpu.userRatio', 'cpu0', [0.5, 1]],
    ['cpu.systemRatio', 'cpu0', [0.25, 0]],
    ['cpu.softirqRatio', 'cpu0', [0.125, 0]],
    ['cpu.irqRatio', 'cpu0', [0.125, 0]],
    ['cpu.userRatio', '', [0.9, 0.9]],
  ])
  const lane = buildView(tables, context).activity?.lanes[0]
  expect(lane?.user).toEqual([0.5, 0.5, 1, 1, null, null, null, null, null, null])
  expect(lane?.kernel.slice(0, 3)).toEqual([0.25, 0.25, 0])
  expect(lane?.interrupt.slice(0, 3)).toEqual([0.25, 0.25, 0])
})

test('charts show recorded series, name their subjects, and leave out those that never moved', () => {
  const { charts } = buildView(
    drawSeries([
      ['psi.cpu.someRatio', '', [0, 0.5]],
      ['psi.cpu.someRatio', '/system.slice', [1, 1]],
      ['disk.busyRatio', 'vda', [0, 0]],
      ['net.sendBytesPerSec', 'eth0', [1, 2]],
      ['net.sendBytesPerSec', 'lo', [0, 0]],
      ['sched.runnableCount', '', [3, 4]],
    ]),
    context,
  )
  expect(charts.map(({ id, lines }) => `${id}: ${lines.map(({ label }) => label)}`)).toEqual([
    'pressure: CPU',
    'runnable: runnable',
    'network: eth0 sent',
  ])
  expect(charts[1].limit).toEqual({ label: '2 CPUs', value: 2 })
})

test('thousands of readings are binned, and the peak and the trough survive', () => {
  const values = Array.from({ length: 5000 }, (_, index) => (index === 1234 ? 99 : index === 4321 ? 0 : 5))
  const { charts } = buildView(drawSeries([['sched.runnableCount', '', values]]), { ...context, durationNs: 1000e9 })
  const [line] = charts[0].lines
  expect(line.value.length).toBeLessThanOrEqual(300)
  expect(line.value).toContain(99)
  expect(line.value).toContain(0)
})

test('processes are listed by CPU time with their role, and an empty recording gives an empty view', () => {
  expect(buildView(recording, context).processes.map(({ comm, role, cpuNs }) => `${comm} ${role} ${cpuNs / 10e6}`)).toEqual([
    'web target 90',
    'sshd other 8',
    'autotune autotune 2',
  ])
  expect(buildView({}, context)).toMatchObject({
    activity: undefined,
    charts: [],
    processes: [],
    targetFlame: undefined,
    machineFlame: undefined,
  })
})

test('without samples the ledger tells who ran', () => {
  const threadTime = new TableBuilder('threadTime')
  for (const [state, ns] of [
    [ThreadState.Running, 30e6],
    [ThreadState.Runnable, 50e6],
    [ThreadState.Running, 10e6],
  ]) {
    threadTime.add({ timeNs: 0, durationNs: 100e6, process: 0, tid: 100, state, ns })
  }
  const view = buildView({ process: recording.process, threadTime: threadTime.build() }, context)
  expect(view.processes.map(({ comm, cpuNs }) => `${comm} ${cpuNs / 1e6}`)).toEqual(['web 40'])
})
