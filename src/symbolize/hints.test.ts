import { expect, test } from 'vitest'
import { hintForStripped, hintsForProcesses } from './hints.ts'

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
