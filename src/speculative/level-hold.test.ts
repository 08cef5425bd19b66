import { expect, test } from 'vitest'
import { LevelHold } from './level-hold.ts'

/** One character per 500 ms; # where the level holds, ! where it fires. */
const draw = (levels: string, holdNs: number): string => {
  const hold = new LevelHold(holdNs)
  return [...levels].map((level, index) => (hold.fires(level === '#', index * 500e6) ? '!' : level)).join('')
}

test.each([
  ['..####..', 0, '..!###..'],
  ['..#####..#####', 2e9, '..####!..####!'],
  ['..###.###.', 2e9, '..###.###.'],
  ['##########', 2e9, '####!#####'],
])('%s held for %i ns: %s', (levels, holdNs, drawn) => {
  expect(draw(levels, holdNs)).toBe(drawn)
})
