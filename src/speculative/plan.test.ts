import { expect, test } from 'vitest'
import type { Vocabulary } from './event-name.ts'
import { formatPlan, planTriggers } from './plan.ts'
import { parseTriggers } from './trigger-language.ts'

const vocabulary: Vocabulary = {
  syscalls: new Map([
    ['openat', 257],
    ['fsync', 74],
  ]),
  errnos: { EMFILE: 24 },
  signals: { SIGSEGV: 11 },
  series: ['cpu.busyRatio'],
  tracepoints: () => undefined,
  tracepointGroups: () => undefined,
  functions: () => ['query'],
}
const plan = (text: string, parts = {}) =>
  planTriggers(parseTriggers(text, vocabulary), { vocabulary, hasCommand: false, hasKernel: true, uid: 0, ...parts })

test.each([
  ['error("openat") == EMFILE', { kind: 'error', subject: 257, low: 24, high: 24, minNs: 0, isInverted: false }],
  ['span("syscall:fsync").durationMs > 50', { kind: 'syscall', subject: 74, minNs: 50e6 + 1 }],
  ['span("syscall:fsync").durationMs >= 50 && span("syscall:fsync").ret < 0', { kind: 'syscall', minNs: 50e6, high: -1 }],
  ['signal == SIGSEGV', { kind: 'signal', low: 11, high: 11 }],
  ['exit != 0', { kind: 'exit', low: 0, high: 0, isInverted: true }],
  ['blocked > 200ms', { kind: 'blocked', minNs: 200e6 + 1 }],
  ['runQueue >= 20ms', { kind: 'runQueue', minNs: 20e6 }],
  ['span("uprobe:/bin/app:query").durationMs > 1', { kind: 'probe', subject: 0, minNs: 1e6 + 1 }],
])('%s is decided in the kernel', (text, rule) => {
  const { rules, triggers } = plan(text)
  expect(rules).toMatchObject([rule])
  expect(triggers[0].parts.every(({ place }) => place === 'kernel')).toBe(true)
})

test('what the kernel cannot compare is compared here, on what it lets through', () => {
  const { rules, triggers } = plan('error("openat") == EMFILE && comm == "app"')
  expect(rules).toMatchObject([{ kind: 'error', low: 24, high: 24 }])
  expect(triggers[0].parts.map(({ place }) => place)).toEqual(['kernel', 'here'])
})

test('the exit of our own command needs no kernel', () => {
  expect(plan('exit != 0', { hasCommand: true })).toMatchObject({ rules: [], triggers: [{ way: { kind: 'command' } }] })
})

test('without the kernel, the signal that ended our own command is told by its status', () => {
  expect(plan('signal == SIGSEGV', { hasCommand: true, hasKernel: false })).toMatchObject({
    rules: [],
    triggers: [{ way: { kind: 'command' } }],
  })
})

test('pressure becomes a trigger of the kernel, in windows that it takes', () => {
  expect(plan('psi.io.some > 0.3 for 2s').triggers[0].way).toMatchObject({ kind: 'psi', resource: 'io', text: 'some 600000 2000000' })
  expect(plan('psi.io.some > 0.3', { uid: 1000 }).triggers[0].way).toMatchObject({ text: 'some 600000 2000000' })
  expect(plan('psi.io.some > 0.3 for 60s').triggers[0].way).toMatchObject({ text: 'some 3000000 10000000' })
  expect(plan('psi.io.some < 0.3').triggers[0].way).toEqual({ kind: 'levels' })
  expect(plan('psi.io.some > 0.3 && series("cpu.busyRatio") > 0.5').triggers[0].way).toEqual({ kind: 'levels' })
})

test('two spans on the same function share a probe', () => {
  const { probes, rules } = plan('span("uprobe:/bin/app:query").durationMs > 1 || span("uprobe:/bin/app:query").ret < 0')
  expect(probes).toHaveLength(1)
  expect(rules.map(({ subject }) => subject)).toEqual([0, 0])
})

test('the plan says where each part is evaluated and what it costs', () => {
  expect(formatPlan(plan('error("openat") == EMFILE && comm == "app"'))).toBe(
    [
      '1. error("openat") == EMFILE && comm == "app"',
      '   in the kernel  error("openat") == EMFILE',
      '                  eBPF at the end of system calls; costs about 0.1 µs a system call',
      '   here           comm == "app"',
      '                  on what the kernel lets through; costs about 5 µs each time',
      '',
    ].join('\n'),
  )
})
