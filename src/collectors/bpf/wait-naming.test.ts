import { expect, test } from 'vitest'
import type { Host } from '../../host.ts'
import { syscallNames } from '../syscall-names.ts'
import { StackId } from './decode-sched.ts'
import { WaitNaming } from './wait-naming.ts'

const syscalls = syscallNames('x64')
const SYNC = 0xffffffff81000000n
const kernelFunction = (address: bigint) => (address === SYNC ? 'generic_write_sync' : 'io_schedule')

test('a wait whose stack was not taken has the reason of its kin, and by the rules where there is none', () => {
  if (syscalls === undefined) throw new Error('no names of system calls')
  const naming = new WaitNaming({ readLink: () => undefined } as unknown as Host, { syscalls, kernelFunction })
  const write = { syscall: syscalls.numberOf.get('write') ?? 0, futexOp: 0, argument: 0 }
  const place = { ...write, taskState: 2, inIowait: true, kernelThread: false, startUnknown: false }
  const reason = (pid: number, kernelStack: number) => naming.name({ pid, place, kernelStack, file: undefined }).reason
  naming.beginSlice(new Map([[1000, BigUint64Array.of(SYNC + 16n, SYNC)]]))
  expect(reason(42, StackId.NotSampled)).toBe('blockIo')
  expect(reason(42, 1000)).toBe('fsync')
  expect(reason(42, StackId.NotSampled)).toBe('fsync')
  expect(reason(43, StackId.NotSampled)).toBe('blockIo')
})
