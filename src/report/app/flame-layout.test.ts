import { expect, test } from 'vitest'
import type { FlameTree } from '../../schema.ts'
import { layOut, neighbour, nodeAt, search } from './flame-layout.ts'

//  0 all                100
//  1 ├─ nginx            70     4 └─ sshd   20
//  2 │   ├─ main         40
//  3 │   └─ main2        30
const frame = (name: string) => ({ name, module: '', kind: 'own' as const })
const tree: FlameTree = {
  frames: [frame('all'), frame('nginx'), frame('main'), frame('main2'), frame('sshd')],
  frame: [0, 1, 2, 3, 4],
  depth: [0, 1, 2, 2, 1],
  ns: [100, 70, 40, 30, 20],
  sampleCount: 10,
  hiddenNodeCount: 0,
  hiddenNs: 0,
}
const layout = layOut(tree)

test('children lie side by side from the left edge of their caller, and what is left is its own time', () => {
  expect([...layout.startNs]).toEqual([0, 0, 0, 40, 70])
  expect([...layout.parent]).toEqual([-1, 0, 1, 1, 0])
  expect([...layout.end]).toEqual([5, 4, 3, 4, 5])
  expect([...layout.ownNs]).toEqual([10, 0, 40, 30, 20])
})

test('the node under a point is found by depth and time', () => {
  expect(nodeAt(layout, 2, 45)).toBe(3)
  expect(nodeAt(layout, 1, 75)).toBe(4)
  expect(nodeAt(layout, 2, 75)).toBeUndefined()
  expect(nodeAt(layout, 0, 99)).toBe(0)
  expect(nodeAt(layout, 1, 95)).toBeUndefined()
})

test('a search counts time under nested matches once', () => {
  expect(search(layout, 'MAIN')).toMatchObject({ count: 2, ns: 70 })
  expect(search(layout, 'n')).toMatchObject({ count: 3, ns: 70 })
  expect(search(layout, 'zzz')).toMatchObject({ count: 0, ns: 0 })
  expect(search(layout, '  ')).toBeUndefined()
})

test('arrow keys lead to callee, caller and siblings, and stay where there is none', () => {
  expect(neighbour(layout, 1, 'ArrowDown')).toBe(2)
  expect(neighbour(layout, 2, 'ArrowDown')).toBe(2)
  expect(neighbour(layout, 3, 'ArrowUp')).toBe(1)
  expect(neighbour(layout, 0, 'ArrowUp')).toBe(0)
  expect(neighbour(layout, 1, 'ArrowRight')).toBe(4)
  expect(neighbour(layout, 4, 'ArrowLeft')).toBe(1)
  expect(neighbour(layout, 3, 'ArrowLeft')).toBe(2)
  expect(neighbour(layout, 3, 'ArrowRight')).toBe(3)
  expect(neighbour(layout, 0, 'ArrowLeft')).toBe(0)
})
