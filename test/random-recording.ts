/** Recordings by chance: threads that run, queue and wait for one another, stacks, calls, series; whatever detectors look at. */

import { type AnalysisContext, ProcessRole, type RecordedTables, seriesSpecs } from '../src/schema.ts'
import { tableOf } from '../src/table-builder.ts'
import { contextOf, draw } from './drawing.ts'
import { rows } from './kernel-rows.ts'
import { drawRandomBurst } from './random-burst.ts'

/** A recording, and what it is of: the same for the same seed. */
export interface RandomRecording {
  readonly tables: RecordedTables
  readonly context: AnalysisContext
}

const SECONDS = 12
const SLICES = 10 * SECONDS

const paths = [
  'main;work;hot',
  'main;work;malloc@libc;_int_malloc@libc',
  'main;save;fsync@libc;do_syscall_64@kernel;__x64_sys_fsync@kernel',
  'main;save;pthread_mutex_lock@libc',
  'main;ask;read@libc;do_syscall_64@kernel;__x64_sys_read@kernel',
  'main;spin_until',
  'main;take_gil',
  'main;churn;memset@libc;asm_exc_page_fault@kernel;clear_page@kernel',
]
const reasons = ['futex', 'fsync', 'blockIo', 'pipe', 'socketReceive', 'poll', 'sleep', 'pageFault', 'kernelLock', 'reclaim', 'unknown']
const subjectOf: Readonly<Record<string, string>> = { disk: ' vda', cgroup: ' /box' }
const callNames = ['read', 'write', 'openat', 'getppid', 'futex', 'sendto', 'connect', 'munmap', 'sched_yield']
const eventKinds = ['retransmit', 'connect', 'fork', 'exec', 'signal', 'directReclaim', 'acceptQueueFull', 'oomKill']

/** One of them. random gives numbers in [0, 1). */
export function drawRandomRecording(random: () => number): RandomRecording {
  const below = (limit: number) => Math.floor(random() * limit)
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)]
  const times = <Item>(count: number, make: (index: number) => Item): Item[] => Array.from({ length: count }, (_, index) => make(index))
  const names = ['app', 'helper', 'other', 'kworker'].slice(0, 1 + below(4))
  const roles = [ProcessRole.Target, ProcessRole.Target, ProcessRole.Other, ProcessRole.KernelThread]
  const threads = names.flatMap((name, process) => times(1 + below(4), index => `${name}/${100 * (process + 1) + index}`))
  const slices = (word: () => string) => times(SLICES, word).join(' ')
  const weight = random()
  const drawn = draw({
    processes: Object.fromEntries(
      names.map((name, row) => [name, { pid: 100 * (row + 1), role: roles[row], cgroup: pick(['/', '/box']) }]),
    ),
    stacks: names.flatMap(name => paths.map(path => `${name}: ${path} ${below(200)}`)).join('\n'),
    ledger: threads.map(thread => `${thread}: ${times(SLICES, () => pick([...'##~%!x123456789.z'])).join('')}`).join('\n'),
    waits: times(3 * threads.length, () => {
      const by = pick(['interrupt', 'unknown', ...threads, ...threads])
      const reason = pick(reasons)
      const what = reason === 'futex' || reason === 'kernelLock' ? `${reason}@a${below(3)}` : reason
      return `${pick(threads)}: ${what} by ${by} user=${pick(paths)} ${slices(() => (random() < weight ? '.' : `${1 + below(30)}*${1 + below(50)}`))}`
    }).join('\n'),
    queues: times(2, () => `${pick(threads)}: woken behind ${pick(threads)} ${slices(() => pick(['.', '5*3', '40']))}`).join('\n'),
    locks: `${pick(threads)}: mutex@ff owner ${pick(threads)} ${slices(() => pick(['.', '10*3', '40']))}`,
    series: Object.fromEntries(
      Object.entries(seriesSpecs).flatMap(([name, { subject }]) => {
        if (random() < 0.2) return []
        const of = subject === 'machine' ? [''] : subject.startsWith('machine-or') ? ['', ' cpu0'] : [subjectOf[subject] ?? ' cpu0']
        const level = name.endsWith('Ratio') ? 1 : 10 ** below(7)
        return of.map(each => [name + each, times(SECONDS, () => (random() < 0.05 ? Number.NaN : level * random()))])
      }),
    ),
  })
  const span = () => ({ timeNs: 1e9 * below(SECONDS), durationNs: 1e9, process: below(names.length), tid: 100 })
  const more = {
    syscall: rows(
      'syscall',
      times(40, () => ({ ...span(), name: pick(callNames), count: 10 ** below(6), ns: 1e9 * random(), resultSum: 10 ** below(7) })),
    ),
    blockIo: rows(
      'blockIo',
      times(20, () => ({
        ...span(),
        count: 1 + below(500),
        latencyNs: 1e9 * random(),
        queueNs: 1e9 * random(),
        sizeBytes: 4096 * below(900),
      })),
    ),
    fault: rows(
      'fault',
      times(10, () => ({ ...span(), count: 10 ** below(5), majorCount: below(20) })),
    ),
    interrupt: rows(
      'interrupt',
      times(10, () => ({ ...span(), count: below(9999), ns: 3e8 * random(), vector: below(9) })),
    ),
    kernelEvent: rows(
      'kernelEvent',
      times(20, () => ({ ...span(), kind: pick(eventKinds), subject: '10.0.0.7:80', count: below(900), ns: 1e8 * random() })),
    ),
    latencyBucket: rows(
      'latencyBucket',
      times(60, () => ({ row: below(200), endNs: 512 * 2 ** below(24), count: 1 + below(20) })),
    ),
  }
  const { event, burst } = drawRandomBurst(1 + below(1e6), { startNs: 2e9, tidOf: tid => 99 + tid })
  const lost = tableOf('quality', [{ timeNs: 1e9, kind: 'lostRecords', subject: 'cpu0', count: below(20) }])
  const target = pick([{ kind: 'machine' }, { kind: 'pid', pid: 100 }] as const)
  return { tables: { ...drawn, ...more, event, burst, quality: lost }, context: contextOf({ target, durationNs: SECONDS * 1e9 }) }
}
