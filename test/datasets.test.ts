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

  test.each(workloads.map(workload => [workload.name, workload] as const))(
    '%s says what another tool saw, or how to ask it',
    (_, workload) => {
      const readme = readFileSync(join(workload.directory, 'README.md'), 'utf8')
      if (readme.includes('## Ground truth')) expect(readme).toMatch(/## Ground truth\n[\s\S]*\n {4}\$ .+\n {4}.*\S/)
      else expect(workload.evidence).toBeDefined()
    },
  )

  test('with a switch has what the switch was measured to be worth, or README says that it was not', () => {
    const told = readFileSync('README.md', 'utf8').split('Not measured yet')[1] ?? ''
    const missing = workloads.filter(workload => workload.cause !== undefined && !existsSync(measuredPath(workload)))
    expect(missing.filter(({ name }) => !told.includes(`\`${name}\``))).toEqual([])
  })

  test('together are forty and more, eight and more of them healthy, a quarter held out', () => {
    expect(workloads.length).toBeGreaterThanOrEqual(40)
    expect(workloads.filter(isHealthy).length).toBeGreaterThanOrEqual(8)
    expect(workloads.filter(({ heldOut }) => heldOut).length).toBeGreaterThanOrEqual(workloads.length / 4)
  })
})

test('the recordings are answered as README says, and better than by any baseline', { timeout: 120_000 }, () => {
  const told = readFileSync('README.md', 'utf8')
  const { missed, cases } = evaluate(workloads.map(examineKept))
  const wrong = cases.filter(one => one.falseAlarms.length > 0 || (one.class !== 'none' && one.rank !== 1))
  expect(missed.filter(text => !told.includes(text))).toEqual([])
  expect(wrong.filter(({ name }) => !told.includes(`\`${name}\``))).toEqual([])
})
