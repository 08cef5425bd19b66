import { expect, test } from 'vitest'
import { findCircles } from './circles.ts'

function circles(graph: readonly (readonly number[])[]): number[][] {
  const circleOf = findCircles(graph.length, node => graph[node])
  const members = new Map<number, number[]>()
  for (const [node, circle] of circleOf.entries()) members.set(circle, [...(members.get(circle) ?? []), node])
  return [...members.values()].sort((a, b) => a[0] - b[0])
}

test('nodes that reach each other are one circle, others are alone', () => {
  expect(circles([[1], [2], [0, 3], [4], [], [5]])).toEqual([[0, 1, 2], [3], [4], [5]])
  expect(circles([[1], [0, 2], [3], [2]])).toEqual([
    [0, 1],
    [2, 3],
  ])
  expect(circles([])).toEqual([])
})

test('a chain of a hundred thousand does not overflow', () => {
  const length = 100_000
  expect(new Set(findCircles(length, node => (node + 1 < length ? [node + 1] : []))).size).toBe(length)
  expect(new Set(findCircles(length, node => [(node + 1) % length])).size).toBe(1)
})
