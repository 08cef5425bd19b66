import { expect, test } from 'vitest'
import { type Host, type RecordedInput, replayHost } from '../../host.ts'
import { NONE } from '../../schema.ts'
import { syscallNames } from '../syscall-names.ts'
import { lookAtThread, parseSyscall, parseWchan } from './thread-look.ts'

const task = '/proc/7/task/8'
const syscalls = syscallNames('x64')

/** A host on which word of memory at an address is a number. */
function hostWith(input: RecordedInput, memory: Readonly<Record<string, number>> = {}): Host {
  const readProcessMemory = (_pid: number, address: bigint): Uint8Array | undefined => {
    const word = memory[`0x${address.toString(16)}`]
    return word === undefined ? undefined : new Uint8Array(new Int32Array([word]).buffer)
  }
  return { ...replayHost(input), readProcessMemory }
}

const look = (host: Host) => lookAtThread(host, { pid: 7, tid: 8, isSibling: tid => tid === 9 }, syscalls)

const files = (syscall: string, wchan = '0', state = 'S') => ({
  [`${task}/syscall`]: syscall,
  [`${task}/wchan`]: wchan,
  [`${task}/stat`]: `8 (a) b) ${state} 1 1`,
})

test('a thread that runs, or that is gone, waits for nothing', () => {
  expect(look(hostWith({ files: files('running\n') }))).toBeUndefined()
  expect(look(hostWith({}))).toBeUndefined()
})

test.each([
  ['a glibc mutex names its owner in the word after next', '0x1000 0x80 0x2', { '0x1008': 9 }, 9],
  ['a stranger in that word is no owner', '0x1000 0x80 0x2', { '0x1008': 77 }, NONE],
  ['the waiter itself is no owner', '0x1000 0x80 0x2', { '0x1008': 8 }, NONE],
  ['memory that cannot be read names nobody', '0x1000 0x80 0x2', {}, NONE],
  ['musl names the owner in the value waited on', '0x1000 0x80 0x80000009', {}, 9],
  ['a lock with priority inheritance names it in its word', '0x1000 0x86 0x0', { '0x1000': 9 }, 9],
  ['a condition variable has no owner', '0x1000 0x189 0x0', { '0x1008': 9 }, NONE],
] as const)('%s', (_, args, memory, owner) => {
  const found = look(hostWith({ files: files(`202 ${args} 0x0 0x0 0x0 0x7ffe 0x7f00\n`, 'futex_do_wait') }, memory))
  expect(found).toMatchObject({ reason: 'futex', syscall: 'futex', argument: 0x1000, ownerTid: owner })
})

test('what read waits for is told by its descriptor, and by the state', () => {
  const call = '0 0x3 0x7f00 0x10 0x0 0x0 0x0 0x7ffe 0x7f00\n'
  const link = (target: string, state: string) =>
    look(hostWith({ files: files(call, '0', state), links: { '/proc/7/fd/3': target } }))?.reason
  expect(link('pipe:[5]', 'S')).toBe('pipe')
  expect(link('socket:[5]', 'S')).toBe('socketReceive')
  expect(link('/data/file', 'D')).toBe('blockIo')
  expect(link('/data/file', 'S')).toBe('unknown')
})

test('outside of a call an uninterruptible wait is a page fault', () => {
  expect(look(hostWith({ files: files('-1 0x7ffe 0x7f00\n', '0', 'D') }))).toMatchObject({ reason: 'pageFault', syscall: undefined })
})

test('a stopped thread is stopped, whatever call it was in', () => {
  expect(look(hostWith({ files: files('202 0x1 0x80 0x2 0x0 0x0 0x0 0x1 0x1\n', 'do_signal_stop', 'T') }))?.reason).toBe('stopped')
})

test('where the call is forbidden the function it sleeps in may tell, and nothing is made up where it does not', () => {
  const forbidden = (wchan: string, state: string) =>
    look(hostWith({ files: { [`${task}/wchan`]: wchan, [`${task}/stat`]: `8 (x) ${state} 1` } }))?.reason
  expect(forbidden('anon_pipe_read', 'S')).toBe('pipe')
  expect(forbidden('0', 'D')).toBe('unknown')
  expect(forbidden('0', 'R')).toBeUndefined()
})

test('damaged text is no call', () => {
  for (const text of ['', '\n', 'x 0x1', '0 0xzz', `0 ${'0x1 '.repeat(40)}`, '99999999999 0x1']) expect(parseSyscall(text)).toBeUndefined()
  expect(parseSyscall('-1 0x1 0x2')).toEqual({ number: NONE, args: [] })
  expect(parseWchan('pipe_read.isra.0')).toBe('pipe_read')
  expect(parseWchan('<script>')).toBeUndefined()
})
