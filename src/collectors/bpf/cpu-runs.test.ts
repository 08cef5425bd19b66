import { expect, test } from 'vitest'
import { CpuRuns } from './cpu-runs.ts'

const [TAKER, RIVAL, IDLE] = [7, 8, 0]

function occupantOf(runs: readonly (readonly [sinceNs: number, occupant: number])[], fromNs: number, toNs: number): number {
  const cpu = new CpuRuns()
  for (const [sinceNs, occupant] of runs) cpu.begin(0, occupant, sinceNs)
  return cpu.longestOccupant(0, { fromNs, toNs, taker: TAKER })
}

test('an instant of kernel work takes the CPU, and another program has it: the wait is behind that', () => {
  expect(
    occupantOf(
      [
        [100, TAKER],
        [110, RIVAL],
      ],
      100,
      500,
    ),
  ).toBe(RIVAL)
})

test('a run counts from when the thread was ready', () => {
  expect(
    occupantOf(
      [
        [0, RIVAL],
        [120, TAKER],
      ],
      100,
      200,
    ),
  ).toBe(TAKER)
})

test('an idle CPU is nobody', () => {
  expect(
    occupantOf(
      [
        [0, RIVAL],
        [50, IDLE],
      ],
      40,
      90,
    ),
  ).toBe(IDLE)
})

test('before the runs that are known it is the taker, and without any too', () => {
  const runs = [920, 930, 940, 950, 960, 970, 980, 990].map(sinceNs => [sinceNs, RIVAL] as const)
  expect(occupantOf([[0, TAKER], ...runs], 0, 1000)).toBe(TAKER)
  expect(occupantOf([], 0, 1000)).toBe(TAKER)
})

test('every CPU has its own', () => {
  const cpu = new CpuRuns()
  cpu.begin(0, RIVAL, 0)
  expect(cpu.longestOccupant(1, { fromNs: 0, toNs: 9, taker: TAKER })).toBe(TAKER)
})
