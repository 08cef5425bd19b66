import { describe, expect, test } from 'vitest'
import type { Vocabulary } from './event-name.ts'
import { parseCommitCondition, parseTriggers } from './trigger-language.ts'

const vocabulary: Vocabulary = {
  syscalls: new Map([
    ['openat', 257],
    ['fsync', 74],
    ['futex', 202],
  ]),
  errnos: { EMFILE: 24, ENOSPC: 28 },
  signals: { SIGSEGV: 11 },
  series: ['cpu.busyRatio', 'disk.busyRatio'],
  tracepoints: group => (group === 'sched' ? ['sched_switch', 'sched_waking'] : []),
  tracepointGroups: () => ['sched', 'block'],
  functions: path => (path === '/bin/app' ? ['exec_query', 'main'] : undefined),
}

const one = (text: string) => parseTriggers(text, vocabulary)[0]
const refusal = (text: string): string => {
  try {
    parseTriggers(text, vocabulary)
  } catch (error) {
    return error instanceof Error && 'why' in error ? String(error.why) : String(error)
  }
  return 'accepted'
}

describe('a trigger fires', () => {
  test.each([
    ['exit != 0', { source: 1 }, true],
    ['exit != 0', { source: 0 }, false],
    ['signal == SIGSEGV', { source: 11 }, true],
    ['error("openat") == EMFILE', { source: 24 }, true],
    ['error("openat") == EMFILE', { source: 28 }, false],
    ['span("syscall:fsync").durationMs > 50', { source: { durationMs: 51, ret: 0 } }, true],
    ['span("syscall:fsync").durationMs > 50.5', { source: { durationMs: 50, ret: 0 } }, false],
    ['span("uprobe:/bin/app:exec_query").ret < 0', { source: { durationMs: 1, ret: -1 } }, true],
    ['blocked > 200ms', { source: 201e6 }, true],
    ['blocked > 200ms', { source: 200e6 }, false],
    ['runQueue >= 1.5ms && comm == "nginx"', { source: 2e6, comm: 'nginx' }, true],
    ['runQueue >= 1.5ms && comm == "nginx"', { source: 2e6, comm: 'sshd' }, false],
    ['runQueue >= 1.5ms && comm == "nginx"', { source: 2e6 }, false],
    ['log("/var/log/app.log") matches "time(d )?out"', { source: 'request timed out' }, true],
    ['log("/var/log/app.log") matches "time(d )?out"', { source: 'all is well' }, false],
    ['mark.startsWith("deploy")', { source: 'deploy done' }, true],
    ['event("sched:sched_switch")', { source: true }, true],
    ['stalled("syscall:fsync") > 5s', { source: 6e9 }, true],
    ['psi.io.some > 0.3', { levels: new Map([['psi.io.some', 0.31]]) }, true],
    ['psi.io.some > 0.3', {}, false],
    ['series("disk.busyRatio", "vda") > 0.9', { levels: new Map([['series.disk.busyRatio\0vda', 0.95]]) }, true],
    ['exit != 0 && psi.io.some > 0.3', { source: 1, levels: new Map([['psi.io.some', 0.1]]) }, false],
  ])('%s at %j: %s', (text, moment, fires) => {
    expect(one(text).fires(moment)).toBe(fires)
  })

  test('|| on top makes two triggers, inside parentheses one', () => {
    expect(parseTriggers('exit != 0 || signal == SIGSEGV', vocabulary).map(({ source }) => source?.kind)).toEqual(['exit', 'signal'])
    expect(parseTriggers('(exit == 1 || exit == 2)', vocabulary)).toHaveLength(1)
  })

  test('a level can be asked to hold', () => {
    expect(one('psi.io.some > 0.3 for 2s')).toMatchObject({ cel: 'psi.io.some > 0.3 ', holdNs: 2e9, source: undefined })
  })
})

describe('what the kernel could decide is told apart', () => {
  test.each([
    [
      'error("openat") == EMFILE && tid == 7',
      [
        { field: 'source', operator: '==', constant: 24 },
        { field: 'tid', operator: '==', constant: 7 },
      ],
    ],
    ['50 < span("syscall:fsync").durationMs', [{ field: 'durationMs', operator: '>', constant: 50 }]],
    ['blocked > 200ms', [{ field: 'source', operator: '>', constant: 200e6 }]],
    ['psi.io.some > 0.3 for 2s', [{ field: 'level', operator: '>', constant: 0.3 }]],
  ])('%s', (text, comparisons) => {
    expect(one(text).conjuncts.map(({ comparison }) => comparison)).toMatchObject(comparisons)
  })

  test('what is no comparison with a constant stays as text', () => {
    expect(one('span("syscall:fsync").durationMs * 2.0 > 50.0').conjuncts).toEqual([
      { text: 'span("syscall:fsync").durationMs * 2.0 > 50.0', comparison: undefined },
    ])
  })
})

describe('a trigger that cannot work is refused when the command starts', () => {
  test.each([
    ['exti != 0', 'nearest is "exit"'],
    ['error("opennat") == EMFILE', 'no system call "opennat"; nearest is "openat"'],
    ['error("openat") == EMFIL', 'no field or constant "EMFIL"; nearest is "EMFILE"'],
    ['eror("openat") == EMFILE', 'no function eror(); nearest is "error"'],
    ['error(5) == EMFILE', 'error() takes a text'],
    ['span("syscall:fsync").durtionMs > 5', 'no field "durtionMs"; nearest is "durationMs"'],
    ['span("uprobe:/bin/app:exec_qery").ret < 0', 'no function "exec_qery"; nearest is "exec_query"'],
    ['span("uprobe:/bin/none:f").ret < 0', 'cannot be read'],
    ['event("tracepoint:sched:sched_swich")', 'no tracepoint "sched_swich" in sched; nearest is "sched_switch"'],
    ['event("tracepont:sched:sched_switch")', 'nearest is "tracepoint"'],
    ['psi.io.sum > 0.3', 'no field "sum"; nearest is "some"'],
    ['series("disk.busyRate") > 0.5', 'nearest is "disk.busyRatio"'],
    ['blocked > 200', 'A duration has a unit: 200ms'],
    ['exit == "one"', 'int == string'],
    ['exit', 'of type int, not a condition'],
    ['exit != 0 && error("openat") == EMFILE', 'happen at different moments'],
    ['exit != 0 for 2s', '"for" needs a level'],
    ['psi.io.some > 0.3 for long', 'comes a duration'],
    ['comm == "x"', 'nothing could make it fire'],
    ['!event("sched:sched_switch")', 'does not happen'],
    ['log("/x") matches timeout', 'a regular expression in quotes'],
    ['log("/x") matches "time("', 'regular expression'],
    ['log("x") matches "y"', 'must be absolute'],
    ['exit != 0 ||', 'One side of || is empty'],
    ['mark == "x', 'does not end'],
    ['', 'empty'],
    ['exit != (', 'nexpected'],
  ])('%s', (text, reason) => {
    expect(refusal(text)).toContain(reason)
  })
})

describe('a condition over the window', () => {
  test('sees the span and what was measured', () => {
    const commits = parseCommitCondition('durationMs > 200 || ret < 0', vocabulary)
    const facts = { events: 5, lost: 0, windowMs: 1000 }
    expect(commits({ ...facts, durationMs: 250, ret: 0 })).toBe(true)
    expect(commits({ ...facts, durationMs: 20, ret: 0 })).toBe(false)
    expect(commits({ ...facts, ret: -1 })).toBe(true)
    expect(commits(facts)).toBe(false)
  })

  test('is refused when a name is wrong', () => {
    expect(() => parseCommitCondition('duration > 200', vocabulary)).toThrow(/cannot be used/)
  })
})
