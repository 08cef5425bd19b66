import { expect, test } from 'vitest'
import { draw } from '../../test/drawing.ts'
import { rows } from '../../test/kernel-rows.ts'
import { findTurns } from './process-turns.ts'

const processes = {
  postmaster: { pid: 10 },
  a: { pid: 100, comm: 'postgres' },
  b: { pid: 101, comm: 'postgres' },
  writer: { pid: 102, comm: 'postgres' },
  client: { pid: 200 },
}
const signal = (process: number, to: number) => ({ kind: 'signal', process, subject: `signal 23 to pid ${to}` })
const signals = rows('kernelEvent', [signal(1, 101), signal(2, 100), signal(1, 102), signal(2, 102)])

const turnsOf = (waits: string, kernelEvent = signals) => {
  const tables = draw({ processes, waits })
  if (tables.wait === undefined) throw new Error('no waits drawn')
  const turns = findTurns({ process: tables.process, wait: tables.wait, kernelEvent })
  return Array.from({ length: tables.wait.length }, (_, row) => turns.isTurn(row))
}

test('siblings that end the waits of each other with signals take turns', () => {
  expect(turnsOf('a/100: poll by b/101 50\n b/101: poll by a/100 50')).toEqual([true, true])
})

test('a process that is only given work takes none, and nobody else from it', () => {
  expect(turnsOf('a/100: poll by b/101 50\n b/101: poll by a/100 50\n writer/102: poll by a/100 90')).toEqual([true, true, false])
})

test('a wait in poll that no signal of the waker can have ended is for input', () => {
  expect(turnsOf('a/100: poll by b/101 50\n b/101: poll by a/100 50', rows('kernelEvent', []))).toEqual([false, false])
  expect(
    turnsOf('a/100: poll by client/200 50\n client/200: poll by a/100 50', rows('kernelEvent', [signal(4, 100), signal(1, 200)])),
  ).toEqual([false, false])
})

test('a semaphore in shared memory needs no signal', () => {
  expect(turnsOf('a/100: futex@a0 by b/101 50\n b/101: futex@b0 by a/100 50', rows('kernelEvent', []))).toEqual([true, true])
})
