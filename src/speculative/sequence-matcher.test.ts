import { expect, test } from 'vitest'
import { parseSequence, type SequenceStep } from './sequence-language.ts'
import { SequenceMatcher } from './sequence-matcher.ts'

const syscalls = new Map([
  ['connect', 42],
  ['close', 3],
])

function steps(text: string): readonly SequenceStep[] {
  const parsed = parseSequence(text, syscalls)
  if (typeof parsed === 'string') throw new Error(parsed)
  return parsed
}

/** Letters of drawn events. */
const events: Readonly<Record<string, string>> = { w: 'futex_wait', k: 'futex_wake', e: 'error:connect', x: 'exit', s: 'signal', r: 'run' }

/**
 * One line per thread, one character per 100 ms; the match is drawn as ! in the line of the variable tid. Deadlines are looked at every
 * 100 ms, before the event of that instant.
 */
function draw(text: string, lines: readonly string[]): readonly string[] {
  const matcher = new SequenceMatcher(steps(text))
  const drawn = lines.map(line => [...line])
  const length = Math.max(...lines.map(line => line.length))
  for (let at = 0; at < length; at++) {
    const matches = [...matcher.advance(at * 100e6)]
    lines.forEach((line, tid) => {
      const event = events[line[at]]
      if (event !== undefined) matches.push(...matcher.add({ timeNs: at * 100e6, event, values: [tid, 7, 1] }))
    })
    for (const { bindings } of matches) drawn[bindings.get('tid') ?? 0][at] = '!'
  }
  return drawn.map(line => line.join(''))
}

test('a wait that nobody ends in time is a match at its deadline, thread by thread', () => {
  expect(draw('futex_wait(tid) ; !futex_wake(tid) within 500ms', ['w.k.......', '.w........', 'w....k....'])).toEqual([
    'w.k.......',
    '.w....!...',
    'w....!....',
  ])
})

test('one after the other within a time', () => {
  expect(draw('signal(tid) ; exit(tid) within 300ms', ['s.x.....', 's...x...', '.x.s..x.'])).toEqual(['s.!.....', 's...x...', '.x.s..!.'])
})

test('the newest beginning counts: an earlier one does not use up the time', () => {
  expect(draw('signal(tid) ; exit(tid) within 300ms', ['s..s.x'])).toEqual(['s..s.!'])
})

test('so many times within a time', () => {
  expect(draw('error:connect(tid){3} within 500ms', ['e.e.e....', 'e..e..e..'])[0]).toBe('e.e.!....')
})

test('either of two', () => {
  expect(draw('futex_wait(tid) ; (signal(tid) | exit(tid))', ['w.s', 'w.x', 'wk.'])).toEqual(['w.!', 'w.!', 'wk.'])
})

test('quiet for a time, then an event', () => {
  expect(draw('futex_wait(tid) ; !run(tid) within 300ms ; exit(tid)', ['w.r.x', 'w...x', 'w.x..'])).toEqual(['w.r.x', 'w...!', 'w.x..'])
})

test('a variable is the same wherever it stands, and others are free', () => {
  const matcher = new SequenceMatcher(steps('futex_wait(tid, lock) ; futex_wait(other, lock) ; exit(other)'))
  const add = (timeNs: number, event: string, ...values: number[]) => matcher.add({ timeNs, event, values })
  expect([...add(0, 'futex_wait', 1, 100), ...add(1, 'futex_wait', 2, 200), ...add(2, 'exit', 2), ...add(3, 'futex_wait', 3, 100)]).toEqual(
    [],
  )
  expect(add(4, 'exit', 3)[0].bindings).toEqual(
    new Map([
      ['tid', 1],
      ['lock', 100],
      ['other', 3],
    ]),
  )
})

test('instances are bounded: the oldest give way to what begins, and are counted', () => {
  const matcher = new SequenceMatcher(steps('signal(tid) ; exit(tid)'))
  for (let tid = 0; tid < 12_000; tid++) matcher.add({ timeNs: tid, event: 'signal', values: [tid] })
  expect([matcher.openCount, matcher.lostCount]).toEqual([10_000, 2000])
  const exits = [1999, 2000, 11_999].map(tid => matcher.add({ timeNs: 20_000, event: 'exit', values: [tid] }).length)
  expect(exits).toEqual([0, 1, 1])
})

test('an instance that went on is not the oldest any more', () => {
  const matcher = new SequenceMatcher(steps('signal(tid) ; run(tid) ; exit(tid)'))
  for (let tid = 0; tid < 10_000; tid++) matcher.add({ timeNs: tid, event: 'signal', values: [tid] })
  matcher.add({ timeNs: 10_000, event: 'run', values: [0] })
  for (let tid = 10_000; tid < 15_000; tid++) matcher.add({ timeNs: tid, event: 'signal', values: [tid] })
  expect([matcher.openCount, matcher.lostCount]).toEqual([10_000, 5000])
  expect(matcher.add({ timeNs: 20_000, event: 'exit', values: [0] })).toHaveLength(1)
})

test('what ended long before its deadline leaves nothing behind, and the others keep theirs', () => {
  const matcher = new SequenceMatcher(steps('futex_wait(tid) ; !futex_wake(tid) within 60s'))
  for (let tid = 0; tid < 20; tid++) matcher.add({ timeNs: (20 - tid) * 1e6, event: 'futex_wait', values: [tid] })
  for (let turn = 0; turn < 100_000; turn++) {
    matcher.add({ timeNs: 1e9 + turn, event: 'futex_wait', values: [100] })
    matcher.add({ timeNs: 1e9 + turn, event: 'futex_wake', values: [100] })
  }
  expect([matcher.openCount, matcher.deadlineCount <= 1040]).toEqual([20, true])
  expect(matcher.advance(60.01e9).map(({ bindings }) => bindings.get('tid'))).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10])
})

test.each([
  ['futex_wiat(tid)', 'nearest is "futex_wait"'],
  ['error:conect(tid)', 'nearest is "connect"'],
  ['futex_wait(tid', 'a ) is missing'],
  ['futex_wait(tid) ; !futex_wake(tid)', 'needs a time'],
  ['!futex_wake(tid) within 1s', 'cannot begin'],
  ['exit(tid) within 5', 'a duration such as 500ms'],
  ['exit(tid) exit(tid)', 'a ; is missing'],
  ['exec(a, b, c)', 'exec has 1 arguments: pid'],
  ['exit(tid){0}', 'from 1 to 1000'],
  ['', 'an event is missing'],
])('%s is refused', (text, reason) => {
  expect(parseSequence(text, syscalls)).toContain(reason)
})
