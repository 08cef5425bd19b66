import { expect, test } from 'vitest'
import { findRangeName } from './code-ranges.ts'
import { type PerfMap, parsePerfMap } from './perf-map.ts'

const parse = (text: string) => parsePerfMap(new TextEncoder().encode(text))

/** The map over addresses 0 to 19, one character each: '.' where nothing is. */
const draw = (map: PerfMap) => Array.from({ length: 20 }, (_, address) => findRangeName(map, address) ?? '.').join('')

/** Lines from drawings, in the order they are written: "  aaa " is a function a at 2 of 3 bytes. */
function mapOf(...drawings: string[]): PerfMap {
  return parse(drawings.map(line => `${line.search(/\w/).toString(16)} ${line.trim().length.toString(16)} ${line.trim()[0]}\n`).join(''))
}

test.each([
  ['functions apart', [' aaa', '        bbb'], '.aaa....bbb.........'],
  ['functions that touch', ['aaa', '   bbb'], 'aaabbb..............'],
  ['a later function over the end of an earlier one', [' aaaaa', '    bbbb'], '.aaabbbb............'],
  ['a later function over the start of an earlier one', ['    aaaaa', ' bbbbb'], '.bbbbbaaa...........'],
  ['a later function in the middle of an earlier one', [' aaaaaaaaa', '    bbb'], '.aaabbbaaa..........'],
  ['a later function over earlier ones', ['  aaa', '      ccc', ' bbbbbbbbbbb'], '.bbbbbbbbbbb........'],
  ['memory used again and again', ['aaaaaaaaaaaa', '  bbbbbbbb', '    cccc', '     dddddddd', ' e'], 'aebbcdddddddd.......'],
])('%s', (_, drawings, expected) => {
  expect(draw(mapOf(...drawings))).toBe(expected)
})

test('any order and overlap gives what painting the lines one after the other gives', () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * below)
  }
  for (let round = 0; round < 200; round++) {
    const painted = new Array<string>(20).fill('.')
    const lines: string[] = []
    for (const name of 'abcdefghij') {
      const start = random(18)
      const size = 1 + random(20 - start - 1)
      lines.push(`${start.toString(16)} ${size.toString(16)} ${name}\n`)
      painted.fill(name, start, start + size)
    }
    expect(draw(parse(lines.join('')))).toBe(painted.join(''))
  }
})

test('a name may hold anything but the end of the line', () => {
  const map = parse('7f0000001000 20 JS:*hot fünc /a b/app.js:3:10\n0x7f0000002000 0x10 x\n')
  expect(findRangeName(map, 0x7f000000101f)).toBe('JS:*hot fünc /a b/app.js:3:10')
  expect(findRangeName(map, 0x7f0000002000)).toBe('x')
})

test('lines that are no entry are skipped and counted', () => {
  expect(parse('zz 10 a\n10 zz b\n10\n10 5\n10 0 c\n\n10 5 \nffffffffffffffff 5 d\n').skippedCount).toBe(8)
})

test('a map that is still being written ends with its last whole line', () => {
  const text = '1 2 a\n3 2 b\n'
  for (let length = 0; length <= text.length; length++) {
    expect(draw(parse(text.slice(0, length)))).toBe(
      length >= 12 ? '.aabb...............' : length >= 6 ? '.aa.................' : '.'.repeat(20),
    )
  }
})
