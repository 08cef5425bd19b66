import { expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import { rows } from '../../test/kernel-rows.ts'
import { NONE } from '../schema.ts'
import { tableOf } from '../table-builder.ts'
import { measureProgress } from './progress.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 }, durationNs: 2e9 })
const processes = { app: { pid: 100 }, other: { pid: 200, role: 0 } }
const calls = (...list: readonly (readonly [name: string, count: number, process?: number])[]) =>
  rows(
    'syscall',
    list.map(([name, count, process = 0]) => ({ name, count, process })),
  )
const connection = tableOf('connection', [{ process: 0, role: 'server', service: '127.0.0.1:80', peerProcess: NONE, count: 4 }])

test('an event that the user named is counted as it was', () => {
  const tables = draw({ processes, series: { 'progress.perSec uprobe:/bin/app:serve': [900, 1100] } })
  expect(measureProgress(tables, program)).toEqual({ what: 'uprobe:/bin/app:serve', perSec: 1000, inferred: false })
})

test('a system call that the user named counts where the target makes it', () => {
  const named = draw({ processes, series: { 'progress.perSec syscall:sendto': [Number.NaN] } })
  const syscall = calls(['sendto', 600], ['read', 9000], ['sendto', 5000, 1])
  expect(measureProgress({ ...named, syscall }, program)).toEqual({ what: 'syscall:sendto', perSec: 600, inferred: false })
  expect(measureProgress(named, program)).toBeUndefined()
})

test('a server’s answers are inferred from what it sends; writes only where it keeps no files', () => {
  const drawn = { ...draw({ processes }), connection }
  const sent = { ...drawn, syscall: calls(['sendto', 600], ['write', 400], ['read', 9000]) }
  expect(measureProgress(sent, program)).toMatchObject({ perSec: 1000, inferred: true })
  const filed = { ...drawn, syscall: calls(['sendto', 600], ['write', 400], ['fdatasync', 90]) }
  expect(measureProgress(filed, program)).toMatchObject({ perSec: 600, inferred: true })
})

test('a second whose window was cut short does not decide', () => {
  const named = draw({ processes, series: { 'progress.perSec syscall:sendto': [Number.NaN] } })
  const seconds = [600, 620, 90_000, 610, 590].map((count, second) => ({ name: 'sendto', count, timeNs: second * 1e9 }))
  expect(measureProgress({ ...named, syscall: rows('syscall', seconds) }, program)?.perSec).toBe(610)
})

test('nothing is inferred of programs that serve nobody, nor of whole machines', () => {
  const syscall = calls(['sendto', 600])
  expect(measureProgress({ ...draw({ processes }), syscall }, program)).toBeUndefined()
  expect(measureProgress({ ...draw({ processes }), connection, syscall }, contextOf())).toBeUndefined()
})
