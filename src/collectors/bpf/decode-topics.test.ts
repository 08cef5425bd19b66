import { expect, test } from 'vitest'
import { NONE } from '../../schema.ts'
import * as decoders from './decode-topics.ts'

/** u32 values, or [low, high] of a u64, one after the other. */
const bytesOf = (...words: (number | readonly [number, number])[]) => new Uint8Array(new Uint32Array(words.flat()).buffer)
const times = (count: number, ns: number) => [[count, 0], [ns, 0], [ns, 0], ...Array.from({ length: 24 }, () => 0)] as const

test('a lock: its kind from the flags, its owner where there is one', () => {
  const key = (flags: number, owner: number) => bytesOf([0x5678, 0xffff8880], 10, 11, flags, owner, [9, 0])
  const decode = (flags: number, owner: number) =>
    decoders.decodeLocks({ keys: key(flags, owner), values: bytesOf(...times(2, 40)), count: 1 })[0]
  expect(decode(32, 77)).toMatchObject({
    lock: 0xffff8880_00005678n,
    pid: 10,
    tid: 11,
    kind: 'mutex',
    ownerTid: 77,
    kernelStack: 9,
    times: { count: 2, ns: 40 },
  })
  expect([2, 4, 2 | 16, 8, 1].map(flags => decode(flags, 0).kind)).toEqual(['rwsemRead', 'rwsemWrite', 'percpuRwsem', 'rtMutex', 'spin'])
  expect(decode(2, 0).ownerTid).toBe(NONE)
})

test('block I/O: device numbers, size class, both times', () => {
  const keys = bytesOf((254 << 20) | 1, 1, 10, 11, 4, 1, [9, 0]) // class 4: [8, 16) sectors
  const values = bytesOf(...times(5, 500), ...times(4, 40), [20480, 0], [1, 0])
  expect(decoders.decodeBlocks({ keys, values, count: 1 })[0]).toMatchObject({
    device: '254:1',
    operation: 'write',
    sizeFromBytes: 4096,
    sequential: true,
    latency: { count: 5, ns: 500 },
    queue: { count: 4, ns: 40 },
    bytes: 20480,
    errors: 1,
  })
})

test('system calls, faults and interrupts', () => {
  const syscall = decoders.decodeSyscalls({
    keys: bytesOf(10, 11, 1, 0),
    values: bytesOf([30, 0], [900, 0], [80, 0], [2, 0], [0, 1]),
    count: 1,
  })
  expect(syscall).toEqual([{ pid: 10, tid: 11, number: 1, count: 30, ns: 900, maxNs: 80, errors: 2, resultSum: 4294967296 }])
  const fault = decoders.decodeFaults({ keys: bytesOf(10, 11, 0, 0, [1, 0]), values: bytesOf([16, 0], [3, 0]), count: 1 })
  expect(fault).toEqual([{ pid: 10, tid: 11, inKernel: false, userStack: 1, count: 16, major: 3 }])
  const interrupt = decoders.decodeInterrupts({ keys: bytesOf(1, 3, 0, 0), values: bytesOf(...times(7, 70)), count: 1 })
  expect(interrupt[0]).toMatchObject({ kind: 'soft', vector: 3, victimPid: NONE, victimTid: NONE, times: { count: 7 } })
})

test('network: both address families, ports that were folded', () => {
  const v4 = bytesOf(4, 10, 2, 5432, 0x0100007f, 0, 0, 0) // connect, tgid, family + local_port, remote_port
  const v6 = bytesOf(6, 0, 10 | (8080 << 16), 0, 0xb80d0120, 0, 0, 0x01000000)
  const [connect] = decoders.decodeNetwork({ keys: v4, values: bytesOf([3, 0]), count: 1 })
  const [accepted] = decoders.decodeNetwork({ keys: v6, values: bytesOf([1, 0]), count: 1 })
  expect(connect).toEqual({ kind: 'connect', pid: 10, remoteAddress: '127.0.0.1', localPort: NONE, remotePort: 5432, count: 3 })
  expect(accepted).toMatchObject({ kind: 'accepted', pid: NONE, remoteAddress: '2001:db8:0:0:0:0:0:1', localPort: 8080, remotePort: NONE })
})

test('signals name both sides, memory stalls their kind', () => {
  const signal = decoders.decodeProcesses({ keys: bytesOf(5, 10, 11, 20, 9, 0), values: bytesOf([2, 0]), count: 1 })
  expect(signal).toEqual([{ kind: 'signal', pid: 10, tid: 11, toPid: 20, signal: 9, count: 2 }])
  const stall = decoders.decodeMemoryStalls({ keys: bytesOf(1, 10, 11, 0), values: bytesOf(...times(1, 5)), count: 1 })
  expect(stall[0]).toMatchObject({ kind: 'cgroupReclaim', tid: 11 })
})

test.each(Object.entries(decoders))('%s gives no row for bytes that hold none', (_, decode) => {
  for (const length of [0, 1, 7]) expect(decode({ keys: new Uint8Array(length), values: new Uint8Array(400), count: 5 })).toEqual([])
  for (const length of [0, 7]) expect(decode({ keys: new Uint8Array(400), values: new Uint8Array(length), count: 5 })).toEqual([])
})

test('kills for want of memory, and full accept queues', () => {
  const one = bytesOf([3, 0])
  expect(decoders.decodeKills({ keys: bytesOf(10, 11), values: one, count: 1 })).toEqual([{ pid: 10, tid: 11, count: 3 }])
  const queues = decoders.decodeFullQueues({ keys: bytesOf([77, 1], 8080, 0), values: one, count: 1 })
  expect(queues).toEqual([{ inode: 2 ** 32 + 77, port: 8080, count: 3 }])
})
