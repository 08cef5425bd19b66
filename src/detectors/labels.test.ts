import { expect, test } from 'vitest'
import { draw } from '../../test/drawing.ts'
import { tableOf } from '../table-builder.ts'
import { processLabel } from './labels.ts'

test('a process in a container has two ids, and is told with both', () => {
  const process =
    draw({ processes: { outside: { pid: 42 }, inside: { pid: 1234, nsPid: 7 } }, stacks: 'outside: main 1\ninside: main 1' }).process ??
    tableOf('process', [])
  expect([0, 1, 2].map(row => processLabel(process, row))).toEqual([
    'outside (pid 42)',
    'inside (pid 1234, 7 in its container)',
    'unknown process',
  ])
})
