import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { evaluate, examineKept } from '../scripts/eval/replay.ts'
import { isHealthy, measuredPath, readWorkloads, recordingPath } from '../scripts/eval/workload.ts'

const workloads = readWorkloads('datasets')

describe('every dataset', () => {
  test.each(workloads.map(workload => [workload.name, workload] as const))('%s has a recording of at most 1 MB', (_, workload) => {
    expect(statSync(recordingPath(workload)).size).toBeLessThanOrEqual(1_000_000)
  })

  test.each(workloads.map(workload => [workload.name, workload] as const))('%s says what another tool saw', (_, { directory }) => {
    expect(readFileSync(join(directory, 'README.md'), 'utf8')).toMatch(/## Ground truth\n[\s\S]*\n {4}\$ .+\n {4}\S/)
  })

  test('with a switch has what the switch was measured to be worth', () => {
    expect(workloads.filter(workload => workload.cause !== undefined && !existsSync(measuredPath(workload)))).toEqual([])
  })

  test('together are forty and more, eight and more of them healthy, a quarter held out', () => {
    expect(workloads.length).toBeGreaterThanOrEqual(40)
    expect(workloads.filter(isHealthy).length).toBeGreaterThanOrEqual(8)
    expect(workloads.filter(({ heldOut }) => heldOut).length).toBeGreaterThanOrEqual(workloads.length / 4)
  })
})

test('the recordings are answered as well as README says, and better than by any baseline', { timeout: 120_000 }, () => {
  const { missed, cases } = evaluate(workloads.map(examineKept))
  const wrong = cases.filter(({ rank, falseAlarms }) => rank !== 1 || falseAlarms.length > 0)
  expect(missed, JSON.stringify(wrong, undefined, 1)).toEqual([])
})
