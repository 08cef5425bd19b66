import { expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import { ProcessRole, StackEnd } from '../schema.ts'
import { tableOf } from '../table-builder.ts'
import { measureQuality } from './quality.ts'

const qualityOf = (stacks: string, names: Readonly<Record<string, string>> = {}) => measureQuality(draw({ stacks, names }), contextOf())

test('stacks that begin where threads and processes begin are whole, others are cut', () => {
  const { truncatedStacks } = qualityOf(`
    app: _start;main;hot 10
    app: main;hot 10
    app: clone3@libc;start_thread@libc;worker 10
    app: hot 10
    app: memcpy@libc 10
    app: - 10
  `)
  expect(truncatedStacks).toBeCloseTo(0.5)
})

test('kernel threads have no user part, and a stripped libc still begins threads', () => {
  const names = { start: '[unknown] in libc.so.6+0x1', call: '[unknown] in libc.so.6+0x2' }
  const { truncatedStacks, unknownFrames } = qualityOf(
    `
    kworker: ret_from_fork@kernel;kthread@kernel 10
    app: start@libc.so.6;call@libc.so.6;worker;memcpy@libc 10
    app: start@libc.so.6 20
  `,
    names,
  )
  expect(truncatedStacks).toBeCloseTo(0.5)
  expect(unknownFrames).toBeCloseTo(0.5)
})

test('counts the target’s samples and the machine’s, autotune apart', () => {
  const processes = { app: { pid: 1 }, other: { role: ProcessRole.Other }, autotune: { role: ProcessRole.Autotune } }
  const tables = draw({ processes, stacks: 'app: main 5\n other: main 3\n autotune: main 2' })
  expect(measureQuality(tables, contextOf({ target: { kind: 'pid', pid: 1 } }))).toMatchObject({ samples: 5, machineSamples: 10 })
  expect(measureQuality(tables, contextOf())).toMatchObject({ samples: 8, machineSamples: 10 })
})

test('losses are added up by kind', () => {
  const quality = tableOf('quality', [
    { timeNs: 0, kind: 'lostRecords', subject: 'cpu0', count: 3 },
    { timeNs: 1, kind: 'lostRecords', subject: 'cpu1', count: 4 },
    { timeNs: 2, kind: 'unknownRecords', subject: 'cpu0', count: 1 },
  ])
  expect(measureQuality({ quality }, contextOf())).toEqual({
    samples: 0,
    machineSamples: 0,
    lost: 7,
    truncatedStacks: 0,
    unknownFrames: 0,
    incompleteProcesses: [],
    counts: { lostRecords: 7, unknownRecords: 1 },
  })
})

test('processes that many names or stacks are missing of are told apart from those that are whole', () => {
  const names = { x: '[unknown] in [node JIT]' }
  const tables = draw({ stacks: 'whole: main 90\n node: main;x 30\n node: main 20\n cut: hot 40\n few: x 10', names })
  const told = measureQuality(tables, contextOf()).incompleteProcesses
  expect(told.map(({ comm, samples, truncatedStacks, unknownFrames }) => [comm, samples, truncatedStacks, unknownFrames])).toEqual([
    ['node', 50, 0, 0.6],
    ['cut', 40, 1, 0],
  ])
})

test('what unwinding said counts more than the names at the root', () => {
  const tables = draw({ stacks: 'app: _start;main;hot 2\n app: hot 2' })
  if (tables.sample === undefined) throw new Error('No samples were drawn.')
  const ends = [StackEnd.Truncated, StackEnd.Complete, StackEnd.Complete, StackEnd.NoUnwindInfo]
  const sample = { ...tables.sample, stackEnd: Uint8Array.from(ends) }
  expect(measureQuality({ ...tables, sample }, contextOf()).truncatedStacks).toBeCloseTo(0.5)
})
