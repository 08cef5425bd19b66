import { expect, test } from 'vitest'
import { NONE } from '../../schema.ts'
import { DEAD, decodeQueues, decodeThreads, decodeWaits } from './decode-sched.ts'
import { decodeStack } from './stack-store.ts'

/** u32 values, or [low, high] of a u64, one after the other. */
const bytesOf = (...words: (number | readonly [number, number])[]) => new Uint8Array(new Uint32Array(words.flat()).buffer)

const times = (count: number, ns: number, maxNs: number) =>
  [[count, 0], [ns, 0], [maxNs, 0], ...Array.from({ length: 24 }, (_, bucket) => bucket)] as const

const waitKey = bytesOf(
  100, // tgid
  101, // tid
  200, // waker_tgid
  201, // waker_tid
  202 | (1 << 16), // syscall, task_state
  137 | (2 << 16) | (1 << 24), // futex_op, flags: in iowait, waker_kind: thread
  [0x12345678, 0x7f00], // argument
  [0x11, 0x100000], // kernel_stack
  [1, 0], // user_stack: not sampled
  [0, 0], // waker_stack: none
  [0x22, 0], // file
)
const waitValue = bytesOf(...times(3, 7000, 5000))

test('a wait: every field of its key and value', () => {
  const [row] = decodeWaits({ keys: waitKey, values: waitValue, count: 1 })
  expect(row).toEqual({
    pid: 100,
    tid: 101,
    wakerPid: 200,
    wakerTid: 201,
    wakerKind: 'thread',
    place: {
      syscall: 202,
      taskState: 1,
      futexOp: 137,
      kernelThread: false,
      inIowait: true,
      startUnknown: false,
      argument: 0x7f00_1234_5678,
    },
    kernelStack: 0x10_0000_0000_0011,
    userStack: 1,
    wakerStack: 0,
    file: 0x22,
    times: { count: 3, ns: 7000, maxNs: 5000, buckets: Uint32Array.from({ length: 24 }, (_, bucket) => bucket) },
  })
})

test('a wait outside of system calls, ended by an interrupt, has neither number nor waker', () => {
  const key = waitKey.slice()
  new DataView(key.buffer).setInt16(16, -1, true)
  key.fill(0, 8, 16)
  key[23] = 2
  const [row] = decodeWaits({ keys: key, values: waitValue, count: 1 })
  expect([row.place.syscall, row.wakerKind, row.wakerPid, row.wakerTid]).toEqual([NONE, 'interrupt', NONE, NONE])
})

test.each([1, 17, 55])('a view at offset %i reads the same', offset => {
  const moved = (bytes: Uint8Array) => {
    const larger = new Uint8Array(bytes.length + offset)
    larger.set(bytes, offset)
    return larger.subarray(offset)
  }
  const plain = decodeWaits({ keys: waitKey, values: waitValue, count: 1 })
  expect(decodeWaits({ keys: moved(waitKey), values: moved(waitValue), count: 1 })).toEqual(plain)
})

test('rows that are not whole are left out, wherever the bytes are cut', () => {
  for (let length = 0; length < waitKey.length; length++) {
    expect(decodeWaits({ keys: waitKey.subarray(0, length), values: waitValue, count: 9 })).toEqual([])
  }
  for (let length = 0; length < waitValue.length; length++) {
    expect(decodeWaits({ keys: waitKey, values: waitValue.subarray(0, length), count: 9 })).toEqual([])
  }
})

test('a wait for a CPU names who had it', () => {
  const values = bytesOf(...times(1, 500, 500), ...times(1, 900, 900))
  const keys = bytesOf(1, 2, 2, 77, 4, 0, 1, 2, 1, 0, 1, 0) // tgid, tid, state, occupant, allowed, reserved
  const rows = decodeQueues({ keys, values, count: 2 })
  expect(rows.map(({ reason, occupantTid, allowedCpuCount, times: { ns } }) => [reason, occupantTid, allowedCpuCount, ns])).toEqual([
    ['preempted', 77, 4, 500],
    ['woken', NONE, 1, 900],
  ])
})

const startNs = 9_007_199_254_740_993n * 4n // after a year of uptime, where a number is 4 ns wide
const instant = (ns: number) => [Number((startNs + BigInt(ns)) & 0xffffffffn), Number((startNs + BigInt(ns)) >> 32n)] as const
const threadValue = bytesOf(
  5, // finished
  42, // tgid
  instant(1001), // since
  4, // state: blocked
  0, // occupant
  ...([
    [1, 0],
    [2, 0],
    [3, 0],
    [4, 0],
    [5, 0],
    [6, 0],
  ] as const), // ns
  [99, 0], // start_time
  [12, 0], // switches
  [0, 0], // folded_ns
  [0, 0], // folded
  instant(1001), // off_at
  [0, 0], // wake_at
  0xffff | (2 << 16), // syscall -1, task_state
  0,
  [0, 0], // argument
  [8, 0], // user_stack
  [0, 0], // waker_stack
  [0, 0], // user_stack_at
  [0x22, 0], // file
  0, // waker_tid
  0, // waker_tgid
  0, // turn
  0x6b726f77, // comm: "worker", then bytes that are none of it
  0x00007265,
  0xffffffff,
  0xffffffff,
  5, // begun
)

test('a thread: times are exact after a year of uptime, the name ends at its zero', () => {
  const [record] = decodeThreads({ keys: bytesOf(43), values: threadValue, count: 1, startNs })
  expect(record).toMatchObject({
    tid: 43,
    pid: 42,
    comm: 'worker',
    sinceNs: 1001,
    state: 4,
    ns: [1, 2, 3, 4, 5, 6],
    switches: 12,
    torn: false,
  })
  expect(record.wait).toMatchObject({ sinceNs: 1001, userStack: 8, file: 0x22, place: { syscall: NONE, taskState: 2 } })
})

test('a record that was being written says so, and a state we do not know counts as the end', () => {
  const torn = threadValue.slice()
  torn[196] = 6
  torn[16] = 250
  const [record] = decodeThreads({ keys: bytesOf(43), values: torn, count: 1, startNs })
  expect(record.torn).toBe(true)
  expect(record.state).toBeGreaterThanOrEqual(DEAD)
})

test('settled threads are skipped', () => {
  const asked: unknown[] = []
  const isSettled = (...facts: unknown[]) => asked.push(facts) > 0
  expect(decodeThreads({ keys: bytesOf(43), values: threadValue, count: 1, startNs, isSettled })).toEqual([])
  expect(asked).toEqual([[43, 4, 1001]])
})

test('a stack has as many addresses as it says, and never more than there are', () => {
  expect(decodeStack(bytesOf([2, 0], [0x1000, 0xffff8000], [0x2000, 0], [0x3000, 0]))).toEqual(
    new BigUint64Array([0xffff800000001000n, 0x2000n]),
  )
  expect(decodeStack(bytesOf([9, 0], [0x1000, 0]))).toEqual(new BigUint64Array([0x1000n]))
  expect(decodeStack(new Uint8Array(0))).toEqual(new BigUint64Array(0))
})
