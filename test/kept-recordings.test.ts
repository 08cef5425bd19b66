import { expect, test } from 'vitest'
import { shortenBursts } from '../scripts/eval/short-bursts.ts'
import { forgetStrangers } from '../scripts/eval/strangers.ts'
import { NONE, ProcessRole } from '../src/schema.ts'
import { tableOf } from '../src/table-builder.ts'
import { draw } from './drawing.ts'

const at = (timeNs: number) => ({ timeNs, cpu: 0, type: 1, flags: 0, process: 0, tid: 1, otherTid: 0, key: 0n, what: 'futex' })

test('a shortened burst has the events of its first part and says how many these are', () => {
  const tables = {
    burst: tableOf('burst', [
      { timeNs: 100, durationNs: 40, count: 3, lostCount: 1 },
      { timeNs: 500, durationNs: 80, count: 2, lostCount: 0 },
    ]),
    event: tableOf('event', [at(100), at(120), at(121), at(540), at(541)]),
  }

  const { burst, event } = shortenBursts(tables, 1 / 2)

  expect(event).toEqual(tableOf('event', [at(100), at(120), at(540)]))
  expect(burst).toEqual(
    tableOf('burst', [
      { timeNs: 100, durationNs: 20, count: 2, lostCount: 1 },
      { timeNs: 500, durationNs: 40, count: 1, lostCount: 0 },
    ]),
  )
})

test('a stranger loses its name, and a reason of waits that is called the same does not', () => {
  const drawn = draw({
    processes: { app: { pid: 100 }, sleep: { pid: 7, role: ProcessRole.Other } },
    waits: 'app/100: sleep by interrupt 50',
  })
  const mapping = tableOf('mapping', [
    {
      process: 1,
      timeNs: 0,
      startAddress: 1n,
      endAddress: 2n,
      fileOffsetBytes: 0,
      path: '/home/me/sleep',
      device: '',
      inode: 0,
      buildId: '',
    },
  ])

  const { process, wait, mapping: kept } = forgetStrangers({ ...drawn, mapping }, NONE)

  expect(process?.comm.values).toContain('other')
  expect(process?.comm.values).not.toContain('sleep')
  expect(kept?.path.values).toEqual(['other'])
  expect(wait?.reason.values).toEqual(['sleep'])
})
