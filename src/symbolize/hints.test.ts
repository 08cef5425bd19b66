import { expect, test } from 'vitest'
import { hintForCutStacks, hintForStripped, hintsForProcesses } from './hints.ts'

const node = (pid: number, addressCount: number) => ({ row: pid, pid, comm: 'node', executable: '/usr/bin/node', addressCount })

test('each advice is given once, to those with most nameless code first', () => {
  const python = { row: 9, pid: 9, comm: 'app', executable: '/usr/bin/python3.12', addressCount: 50 }
  expect(hintsForProcesses([node(1, 5), node(2, 80), python, node(3, 7), node(4, 6)])).toEqual([
    'node (pid 2), node (pid 3), node (pid 4) and 1 more: start node with --perf-basic-prof-only-functions --interpreted-frames-native-stack for names of JavaScript functions.',
    'app (pid 9): start Python 3.12 or newer with -X perf for names of Python functions.',
  ])
})

test('nothing nameless, no advice', () => {
  expect([hintsForProcesses([]), hintForStripped([])]).toEqual([[], undefined])
})

test('stacks that did not fit are told of from one in twenty on', () => {
  const process = (pid: number, samples: number, cut: number) => ({ pid, comm: 'app', samples, cut })
  expect(hintForCutStacks([process(1, 100, 6), process(2, 40, 20)])).toBe(
    'Stacks are deeper than what is copied of them in app (pid 2, 50 % of its stacks), app (pid 1, 6 % of its stacks): record with --call-graph auto,56k for their callers.',
  )
  expect(hintForCutStacks([process(1, 100, 5), process(2, 24, 24)])).toBeUndefined()
})
