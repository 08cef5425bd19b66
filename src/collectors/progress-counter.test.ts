import { expect, test } from 'vitest'
import type { WatchHost } from '../host-watch.ts'
import type { ProbeEvent } from '../schema.ts'
import { openProgressCounter } from './progress-counter.ts'

const probe: ProbeEvent['at'] = { kind: 'uprobe', path: '/bin/app', offset: 0x1234, isReturn: false }

/** A kernel that opens descriptors up to a limit and counts as told. */
function kernel(counts: readonly bigint[], limit = 10) {
  const opened: string[] = []
  const closed: number[] = []
  const host = {
    readText: () => '8\n',
    openPathEvent(attr: Uint8Array, path: string, { pid, cpu }: { pid: number; cpu: number }) {
      if (opened.length >= limit) return { errno: 'EMFILE' }
      const offset = new DataView(attr.buffer, attr.byteOffset).getBigUint64(64, true)
      return { fd: opened.push(`${path}+${offset.toString(16)} pid ${pid} cpu ${cpu}`) }
    },
    readPerfEvent: (fd: number) => BigUint64Array.of(counts[fd - 1] ?? 0n),
    closeDescriptor: (fd: number) => closed.push(fd),
  } as unknown as WatchHost
  return { host, opened, closed }
}

test('counts on every CPU, and gives rates of the sum from the second look on', () => {
  const counts = [5n, 7n]
  const { host, opened, closed } = kernel(counts)
  const counter = openProgressCounter(host, { name: 'uprobe:/bin/app:serve', places: [probe], cpus: [0, 1] })
  if ('errno' in counter) throw new Error(counter.errno)
  expect(opened).toEqual(['/bin/app+1234 pid -1 cpu 0', '/bin/app+1234 pid -1 cpu 1'])
  expect(counter.collect(0)).toMatchObject([{ subject: 'uprobe:/bin/app:serve', value: Number.NaN }])
  counts[0] = 25n
  counts[1] = 17n
  expect(counter.collect(2e9)).toMatchObject([{ name: 'progress.perSec', timeNs: 2e9, durationNs: 2e9, value: 15 }])
  expect(counter.collect(2e9)).toEqual([])
  counter.close()
  expect(closed).toEqual([1, 2])
})

test('a system call has no counter of its own: it is named once', () => {
  const counter = openProgressCounter(kernel([]).host, { name: 'syscall:write', places: [], cpus: [0] })
  if ('errno' in counter) throw new Error(counter.errno)
  expect([counter.collect(0).length, counter.collect(1e9).length]).toEqual([1, 0])
})

test('what the kernel refuses half way leaves nothing open', () => {
  const { host, closed } = kernel([], 1)
  expect(openProgressCounter(host, { name: 'p', places: [probe], cpus: [0, 1] })).toEqual({ errno: 'EMFILE' })
  expect(closed).toEqual([1])
})
