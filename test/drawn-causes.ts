/** What limits a program, drawn: by class of finding three seconds in which there are so many tenths of it. */

import { type AnalysisContext, type FindingClass, ProcessRole, type RecordedTables, type Row, type Table } from '../src/schema.ts'
import { contextOf, type Drawing, draw } from './drawing.ts'
import { rows } from './kernel-rows.ts'

const DRAWN_SLICES = 30

/** Process 100 on two CPUs, for two seconds more than are drawn: so that they can be moved in time. */
export const drawnContext: AnalysisContext = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 5e9 })

/** A cause that can be drawn in any strength of 1 to 9 tenths. */
export type DrawnCause = (tenths: number, changes?: Pick<Drawing, 'stacks' | 'ledger' | 'processes'>) => RecordedTables

/** A word for every slice, as in test/wait-drawing.ts. */
export const everySlice = (word: string): string => Array.from({ length: DRAWN_SLICES }, () => word).join(' ')
/** Marks over all slices, as in the ledger of test/drawing.ts. */
export const marksOver = (marks: string): string => marks.repeat(DRAWN_SLICES).slice(0, DRAWN_SLICES)

const app = { app: { pid: 100 } }
const three = (value: number) => [value, value, value]
const busy = (tenths: number) => `app/100: ${marksOver(String(10 - tenths))}`
const running = (tids: readonly number[], marks: string) => tids.map(tid => `app/${tid}: ${marksOver(marks)}`).join('\n')

/** Nine tenths of samples in hot stacks at most, so that there is something beside them. */
const sampled = (tenths: number, ...hot: readonly string[]) =>
  [...hot.map(path => `app: ${path} ${Math.round((30 * tenths) / hot.length)}`), `app: main;other ${30 * (10 - tenths)}`].join('\n')

/** One row for every slice. */
function ofEverySlice<Name extends Parameters<typeof rows>[0]>(name: Name, row: Partial<Row<Name>>): Table<Name> {
  const slices = Array.from({ length: DRAWN_SLICES }, (_, slice) => ({ ...row, timeNs: slice * 100e6, durationNs: 100e6 }))
  return rows(name, slices as unknown as readonly Partial<Row<Name>>[])
}

type Drawn = Drawing & { readonly more?: RecordedTables }

/** Calls that take so many tenths of a CPU. */
const calls = (tenths: number, name: string, changes: Partial<Row<'syscall'>> = {}) => ({
  syscall: ofEverySlice('syscall', { name, count: 20_000, ns: 10e6 * tenths, ...changes }),
})

/** Waits of the program for so many tenths of the time. */
const waitsOf = (what: string, tenths: number, count = 5) => `app/100: ${what} ${everySlice(`${10 * tenths}*${count}`)}`

const kernelCall = (name: string, ...deeper: readonly string[]) =>
  ['main', 'ask', 'do_syscall_64@kernel', `__x64_sys_${name}@kernel`, ...deeper.map(each => `${each}@kernel`)].join(';')

const lockPath = 'main;__x64_sys_munmap@kernel;__vm_munmap@kernel;down_write_killable@kernel;rwsem_down_write_slowpath@kernel'
const other = { ...app, other: { pid: 200, role: ProcessRole.Other } }

const drawings: Readonly<Partial<Record<FindingClass, (tenths: number) => Drawn>>> = {
  'cpu.hot-function': tenths => ({ stacks: sampled(tenths, 'main;hot'), ledger: running([100], '#') }),
  'cpu.kernel-heavy': tenths => ({ stacks: sampled(tenths, kernelCall('read')), ledger: running([100], '#') }),
  'cpu.saturation': tenths => ({
    ledger: running([1, 2, 3, 4], `${'~'.repeat(tenths)}${'#'.repeat(10 - tenths)}`),
    series: { 'cpu.idleRatio': three(0), 'psi.cpu.someRatio': three(1) },
  }),
  'cpu.serial': tenths => ({
    ledger: `app/1: ${marksOver(`${'#'.repeat(tenths)}${'.'.repeat(10 - tenths)}`)}\n${running([2, 3], `${'.'.repeat(tenths)}${'#'.repeat(10 - tenths)}`)}`,
    series: { 'cpu.idleRatio': three(0.5), 'cpu.iowaitRatio': three(0) },
  }),
  'cpu.spin': tenths => ({ stacks: sampled(tenths, 'main;work;spin_until'), ledger: running([100], '#') }),
  'cpu.throttled': tenths => ({
    processes: { app: { pid: 100, cgroup: '/box' } },
    ledger: running([100], `${'x'.repeat(tenths)}${'#'.repeat(10 - tenths)}`),
    series: {
      'cgroup.throttledCpus /box': three(tenths / 10),
      'cgroup.cpuUsageCpus /box': three(1 - tenths / 10),
      'cgroup.quotaCpus /box': three(1 - tenths / 10),
      'cgroup.periodPerSec /box': three(10),
      'cgroup.throttledPeriodPerSec /box': three(9.9),
    },
  }),
  'cpu.affinity': tenths => ({
    ledger: `${running([1], '#')}\n${running([2], `${'~'.repeat(tenths)}${'#'.repeat(10 - tenths)}`)}`,
    queues: `app/2: woken behind app/1 cpus=1 ${everySlice(String(10 * tenths))}`,
    series: { 'cpu.idleRatio': three(0.5), 'cpu.idleRatio cpu0': three(0), 'cpu.idleRatio cpu1': three(1) },
  }),
  'cpu.competitor': tenths => ({
    processes: other,
    ledger: `${running([100], `${'~'.repeat(tenths)}${'#'.repeat(10 - tenths)}`)}\n other/200: ${marksOver(`${'#'.repeat(tenths)}${'.'.repeat(10 - tenths)}`)}`,
    stacks: `other: main;hog ${30 * tenths}\n app: main;work ${30 * (10 - tenths)}`,
    series: { 'cpu.idleRatio': three(0) },
  }),
  'cpu.syscall-storm': tenths => ({
    stacks: sampled(tenths, kernelCall('getppid')),
    ledger: running([100], '#'),
    waits: '',
    more: calls(tenths, 'getppid'),
  }),
  'cpu.interrupt': tenths => ({
    stacks: sampled(5, 'main;work'),
    ledger: running([100], '#'),
    series: Object.fromEntries(
      ['', ' cpu0', ' cpu1'].flatMap(of => [
        [`cpu.softirqRatio${of}`, three(tenths / 10)],
        [`cpu.irqRatio${of}`, three(0)],
      ]),
    ),
  }),
  'cpu.steal': tenths => ({
    stacks: sampled(5, 'main;work'),
    ledger: running([100], '#'),
    series: { 'cpu.stealRatio': three(tenths / 10), 'cpu.idleRatio': three(0) },
  }),
  'lock.futex': tenths => ({
    ledger: running([1, 2, 3, 4], String(10 - tenths)),
    waits: [1, 2, 3, 4].map(tid => `app/${tid}: futex@a0 by app/${(tid % 4) + 1} ${everySlice(`${10 * tenths}*10`)}`).join('\n'),
  }),
  'lock.held-during-io': tenths => ({
    stacks: 'app: main;save;fsync@libc 0\n app: main;save;pthread_mutex_lock@libc 0',
    ledger: running([1, 2, 3, 4], '1'),
    waits: [
      `app/1: fsync by interrupt user=main;save;fsync@libc ${everySlice(`${10 * tenths}*10`)}`,
      ...[2, 3, 4].map(
        tid =>
          `app/${tid}: futex@a0 by app/1 user=main;save;pthread_mutex_lock@libc waker=main;save;fsync@libc ${everySlice(`${10 * tenths}*10`)}`,
      ),
    ].join('\n'),
  }),
  'lock.kernel': tenths => ({
    stacks: `app: ${lockPath} 0`,
    ledger: running([1, 2], String(10 - tenths)),
    locks: [1, 2]
      .map(tid => `app/${tid}: rwsemWrite@ff owner app/${3 - tid} kernel=${lockPath} ${everySlice(`${10 * tenths}*10`)}`)
      .join('\n'),
  }),
  'wait.ping-pong': tenths => ({
    ledger: running([1, 2], String(10 - tenths)),
    waits: `app/1: pipe by app/2 ${everySlice(`${10 * tenths}*1000`)}\n app/2: pipe by app/1 ${everySlice(`${10 * tenths}*1000`)}`,
  }),
  'wait.downstream': tenths => ({
    processes: other,
    ledger: `${busy(tenths)}\n other/200: ${marksOver(String(tenths))}`,
    waits: waitsOf('pipe by other/200', tenths),
  }),
  'wait.remote': tenths => ({ ledger: busy(tenths), waits: waitsOf('socketReceive by interrupt', tenths) }),
  'wait.sleep-poll': tenths => ({
    stacks: 'app: main;wait_ready;usleep@libc 0',
    ledger: busy(tenths),
    waits: `${waitsOf('sleep by interrupt user=main;wait_ready;usleep@libc', tenths, 90)}\n client/200: pipe by app/100 ${everySlice('50')}`,
    processes: { ...app, client: { pid: 200, role: ProcessRole.Other } },
  }),
  'io.fsync': tenths => ({ ledger: busy(tenths), waits: waitsOf('fsync by interrupt', tenths) }),
  'io.read-latency': tenths => ({
    ledger: busy(tenths),
    waits: waitsOf('blockIo by interrupt', tenths),
    more: { blockIo: ofEverySlice('blockIo', { count: 5, latencyNs: 10e6 * tenths }) },
  }),
  'io.small-ops': tenths => ({
    stacks: sampled(tenths, kernelCall('write')),
    ledger: running([100], '#'),
    waits: '',
    more: calls(tenths, 'write', { resultSum: 20_000 }),
  }),
  'io.writeback': tenths => ({ ledger: busy(tenths), waits: waitsOf('writebackThrottle by interrupt', tenths) }),
  'mem.fault-minor': tenths => ({
    stacks: sampled(tenths, 'main;churn;memset@libc;asm_exc_page_fault@kernel;clear_page@kernel'),
    ledger: running([100], '#'),
    waits: '',
    more: { fault: ofEverySlice('fault', { count: 6000 * tenths }), syscall: rows('syscall', []) },
  }),
  'mem.fault-major': tenths => ({
    ledger: busy(tenths),
    waits: waitsOf('pageFault by interrupt', tenths, 9),
    more: { fault: ofEverySlice('fault', { count: 9, majorCount: 9 }) },
  }),
  'mem.reclaim': tenths => ({
    ledger: busy(tenths),
    waits: waitsOf('reclaim by unknown', tenths),
    more: { kernelEvent: ofEverySlice('kernelEvent', { kind: 'directReclaim', count: 5, ns: 10e6 * tenths }) },
  }),
  'net.small-packets': tenths => ({
    stacks: sampled(tenths, kernelCall('sendto')),
    ledger: running([100], '#'),
    waits: '',
    more: calls(tenths, 'sendto', { resultSum: 160_000 }),
  }),
  'net.connection-churn': tenths => ({
    stacks: sampled(tenths, kernelCall('connect')),
    ledger: running([100], '#'),
    waits: '',
    more: {
      ...calls(tenths, 'connect', { count: 900 }),
      kernelEvent: ofEverySlice('kernelEvent', { kind: 'connect', subject: '10.0.0.9:80', count: 900 }),
    },
  }),
  'net.retransmit': tenths => ({
    ledger: busy(tenths),
    waits: waitsOf('socketReceive by interrupt', tenths),
    series: { 'tcp.retransmitPerSec': three(100), 'tcp.sendSegmentPerSec': three(1000) },
  }),
  'net.nagle-delack': tenths => ({
    stacks: 'app: main;ask 0',
    ledger: busy(tenths),
    waits: waitsOf('socketReceive by app/101 user=main;ask', tenths, 2),
    series: { 'tcp.delayedAckPerSec': three(20) },
    more: {
      latencyBucket: rows(
        'latencyBucket',
        Array.from({ length: DRAWN_SLICES }, (_, row) => ({ row, endNs: 512 * 2 ** 17, count: tenths / 4 })),
      ),
    },
  }),
  'proc.signal': tenths => ({
    stacks: sampled(tenths, kernelCall('kill'), kernelCall('rt_sigreturn')),
    ledger: running([100], '#'),
    more: { kernelEvent: ofEverySlice('kernelEvent', { kind: 'signal', subject: 'signal 10 to pid 100', count: 5000 }) },
  }),
  'fs.metadata': tenths => ({
    stacks: sampled(tenths, kernelCall('openat')),
    ledger: running([100], '#'),
    waits: '',
    more: calls(tenths, 'openat'),
  }),
  'runtime.gc': tenths => ({ stacks: sampled(tenths, 'main;gc_collect_main@libpython3.12.so.1.0'), ledger: running([100], '#') }),
  'mem.alloc': tenths => ({ stacks: sampled(tenths, 'main;make;malloc@libc'), ledger: running([100], '#') }),
  'mem.tlb-shootdown': tenths => ({ stacks: sampled(tenths, 'main;unmap;flush_tlb_mm_range@kernel'), ledger: running([100], '#') }),
  'runtime.jit': tenths => ({ stacks: sampled(tenths, 'main;v8::internal::maglev::MaglevCompiler'), ledger: running([100], '#') }),
  'runtime.gil': tenths => ({
    stacks: 'app: main;take_gil 0',
    ledger: running([1, 2], String(10 - tenths)),
    waits: [1, 2].map(tid => `app/${tid}: futex@a0 by app/${3 - tid} user=main;take_gil ${everySlice(`${10 * tenths}*5`)}`).join('\n'),
  }),
  'runtime.loop': tenths => ({
    processes: { node: { pid: 100 } },
    ledger: `node/100: ${marksOver(String(10 - tenths))}`,
    waits: `node/100: fsync by interrupt ${everySlice(`${10 * tenths}*2`)}\n node/100: poll by interrupt ${everySlice('1*5')}`,
  }),
  'fs.wait': tenths => ({
    stacks: 'app: do_syscall_64@kernel;request_wait_answer@kernel 0',
    ledger: busy(tenths),
    waits: waitsOf('kernel by unknown kernel=do_syscall_64@kernel;request_wait_answer@kernel', tenths),
  }),
  'lock.priority-inversion': tenths => ({
    processes: other,
    stacks: 'app: main;save;pthread_mutex_lock@libc 0',
    ledger: `app/1: ${marksOver(`${'~'.repeat(tenths)}${'#'.repeat(10 - tenths)}`)}\n${running([2, 3], '1')}`,
    queues: `app/1: preempted behind other/200 ${everySlice(String(10 * tenths))}`,
    waits: [2, 3]
      .map(tid => `app/${tid}: futex@a0 by app/1 user=main;save;pthread_mutex_lock@libc ${everySlice(`${10 * tenths}*10`)}`)
      .join('\n'),
  }),
  'io.saturation': tenths => ({
    ledger: busy(tenths),
    waits: waitsOf('blockIo by interrupt', tenths),
    more: { blockIo: ofEverySlice('blockIo', { count: 50, latencyNs: 100e6 * tenths, queueNs: 400e6 * tenths }) },
  }),
  'mem.bandwidth': tenths => ({
    stacks: sampled(5, 'main;work'),
    ledger: running([100], '#'),
    series: Object.fromEntries(
      ['cpu0', 'cpu1'].flatMap(cpu => [
        [`pmu.cyclesPerSec ${cpu}`, three(2e9)],
        [`pmu.instructionsPerSec ${cpu}`, three(1e9)],
        [`pmu.cacheReferencePerSec ${cpu}`, three(3e7)],
        [`pmu.cacheMissPerSec ${cpu}`, three(1e6 * tenths)],
      ]),
    ),
  }),
  'cpu.pipeline': tenths => ({
    stacks: sampled(5, 'main;work'),
    ledger: running([100], '#'),
    series: Object.fromEntries(
      ['cpu0', 'cpu1'].flatMap(cpu => [
        [`pmu.cyclesPerSec ${cpu}`, three(2e9)],
        [`pmu.instructionsPerSec ${cpu}`, three(1e9)],
        [`pmu.stalledBackendPerSec ${cpu}`, three(2e8 * tenths)],
      ]),
    ),
  }),
  'cpu.frequency': tenths => ({
    stacks: sampled(5, 'main;work'),
    ledger: running([100], '#'),
    series: {
      'cpu.frequencyHz cpu0': three(2e9 * (1 - tenths / 10)),
      'cpu.maxFrequencyHz cpu0': three(2e9),
      'cpu.idleRatio cpu0': three(0),
    },
  }),
}

/** All causes that are drawn. */
export const drawnCauses: ReadonlyMap<FindingClass, DrawnCause> = new Map(
  Object.entries(drawings).map(([wanted, drawing]) => [wanted as FindingClass, causeOf(drawing)]),
)

function causeOf(drawing: (tenths: number) => Drawn): DrawnCause {
  return (tenths, changes = {}) => {
    const { more, ...drawn } = drawing(tenths)
    const join = (a: string | undefined, b: string | undefined) => (a === undefined || b === undefined ? a : `${a}\n${b}`)
    const { stacks, ledger } = { stacks: join(drawn.stacks, changes.stacks), ledger: join(drawn.ledger, changes.ledger) }
    const both = { ...drawn, processes: { ...(drawn.processes ?? app), ...changes.processes } }
    return { ...draw({ ...both, ...(stacks === undefined ? {} : { stacks }), ...(ledger === undefined ? {} : { ledger }) }), ...more }
  }
}
