import { expect, test } from 'vitest'
import { NONE } from '../../schema.ts'
import { foldEvents, foldFaults, foldSyscalls, MAX_PROCESSES, scaleCalls } from './fold-rows.ts'

const call = (tid: number, count: number, ns = 0) => ({ pid: 7, tid, number: 1, count, ns, maxNs: ns, errors: 1, resultSum: 10 })
const fault = (pid: number, userStack: number, count: number) => ({ pid, tid: pid, inKernel: false, userStack, count, major: 1 })

test('calls of threads that make few are summed over their process, nothing is lost', () => {
  expect(foldSyscalls([call(1, 5), call(2, 500), call(3, 6, 100)], 100)).toEqual([
    call(2, 500),
    { pid: 7, tid: NONE, number: 1, count: 11, ns: 100, maxNs: 100, errors: 2, resultSum: 20 },
  ])
})

test('few calls that take long keep their thread', () => {
  expect(foldSyscalls([call(1, 2, 50e6), call(2, 1)], 100)).toEqual([call(1, 2, 50e6), call(2, 1)])
})

test('faults lose their stacks unless their process has many', () => {
  const rows = foldFaults([fault(1, 100, 3), fault(1, 200, 4), fault(2, 300, 900), fault(2, 400, 200)], 1000)
  expect(rows.map(({ pid, userStack, count }) => [pid, userStack, count])).toEqual([
    [2, 300, 900],
    [2, 400, 200],
    [1, 0, 7],
  ])
})

test('of a storm of processes those that count most keep their names, the rest is one row, and the sum stays', () => {
  const storm = Array.from({ length: MAX_PROCESSES * 4 }, (_, pid) => ({ ...call(pid + 1, pid === 7 ? 90 : 1), pid: pid + 1 }))
  const folded = foldSyscalls(storm, 100)
  expect(folded.length).toBe(MAX_PROCESSES + 1)
  expect(folded.reduce((sum, { count }) => sum + count, 0)).toBe(MAX_PROCESSES * 4 + 89)
  expect(folded.find(({ count }) => count === 90)?.pid).toBe(8)

  const forks = Array.from(
    { length: MAX_PROCESSES * 4 },
    (_, pid) => ({ kind: 'exit', pid, tid: pid, toPid: NONE, signal: NONE, count: 1 }) as const,
  )
  expect(foldEvents(forks).at(-1)).toEqual({ kind: 'exit', pid: NONE, tid: NONE, toPid: NONE, signal: NONE, count: MAX_PROCESSES * 3 })
})

test('calls of a window stand for the whole slice; the longest stays what was seen', () => {
  expect(scaleCalls([call(1, 5, 100)], 10)).toEqual([{ ...call(1, 50, 1000), maxNs: 100, errors: 10, resultSum: 100 }])
})
