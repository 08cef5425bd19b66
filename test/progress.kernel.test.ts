import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { viewSeries } from '../src/detectors/series-view.ts'
import { readRecording } from '../src/recording.ts'
import { autotune, compile, diagnosed, scratchDirectory, skipReason } from './autotune.ts'

const reason = skipReason({ root: true, programs: ['cc'] })
if (reason !== undefined) process.stderr.write(`progress.kernel.test.ts skipped: ${reason}\n`)

const ORDERS = 2000

describe.skipIf(reason !== undefined)('--progress on this kernel', () => {
  const scratch = scratchDirectory()
  let program = ''
  beforeAll(() => {
    program = compile('orders', scratch.path)
  })
  afterAll(() => scratch.remove())

  /** What the report says a piece of work is, and how many of them the recording holds. */
  function counted(name: string, event: string): { readonly what: string | undefined; readonly count: number } {
    const output = join(scratch.path, name)
    const args = ['diagnose', '-q', '--no-html', '--format', 'json', '-o', output, '--progress', event, '--', program]
    const { progress } = diagnosed(autotune(args))
    const readings = viewSeries(readRecording(output).tables).readings('progress.perSec', event)
    const count = readings?.values.reduce((sum, value, index) => sum + (value * readings.durationNs[index]) / 1e9, 0)
    return { what: progress?.what, count: count ?? Number.NaN }
  }

  test.each([
    ['uprobe', 'place_order'],
    ['usdt', 'shop:order'],
  ])('counts every order by %s', (kind, name) => {
    const event = `${kind}:${program}:${name}`
    const { what, count } = counted(kind, event)
    expect(what).toBe(event)
    expect(count).toBeCloseTo(ORDERS, 3)
  })

  test('a name that does not exist is refused before anything is recorded', () => {
    const { status, stdout, stderr } = autotune(['diagnose', '--progress', `uprobe:${program}:place_ordr`, '-o', join(scratch.path, 'no')])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain('nearest is "place_order"')
  })
})
