import { expect, test } from 'vitest'
import { describeError } from '../errors.ts'
import { callGraphOf, durationOf, failOnOf, frequencyOf, targetOf } from './options.ts'

const recording = { frequency: '99' }
const diagnose = { format: 'text', html: true, rules: [] } as const

test('the default is 30 s, and as long as it runs for a command', () => {
  expect(durationOf(recording, { kind: 'machine' })).toBe(30e9)
  expect(durationOf(recording, { kind: 'command', command: ['x'], pid: undefined })).toBeUndefined()
})

test('a duration that is none says what one looks like', () => {
  expect(() => durationOf({ ...recording, duration: 'soon' }, { kind: 'machine' })).toThrow(expect.objectContaining({ code: 'USAGE' }))
  try {
    durationOf({ ...recording, duration: 'soon' }, { kind: 'machine' })
  } catch (error) {
    expect(describeError(error)).toBe(
      'error USAGE: --duration soon is no duration.\n  why:  It is a number with s, ms, m or h.\n  next: autotune diagnose --duration 30s',
    )
  }
})

test.each(['0s', '1ms', '25h'])('a duration of %s is out of range', duration => {
  expect(() => durationOf({ ...recording, duration }, { kind: 'machine' })).toThrow('is out of range')
})

test.each(['0', '-1', '9.5', 'fast', '100000', ''])('frequency %j is refused', frequency => {
  expect(() => frequencyOf({ frequency })).toThrow('cannot be sampled')
})

test.each(['abc', '-1', '101', ' '])('--fail-on %j is refused', failOn => {
  expect(() => failOnOf({ ...diagnose, failOn })).toThrow('is no score')
})

test('one target at a time', () => {
  expect(targetOf([], recording)).toEqual({ kind: 'machine' })
  expect(targetOf(['a', 'b'], recording)).toEqual({ kind: 'command', command: ['a', 'b'], pid: undefined })
  expect(targetOf([], { ...recording, pid: '42' })).toEqual({ kind: 'pid', pid: 42 })
  expect(() => targetOf(['a'], { ...recording, pid: '42' })).toThrow('More than one target')
})

test.each(['0', '-3', 'x', '1.5', '99999999999'])('pid %j is refused', pid => {
  expect(() => targetOf([], { ...recording, pid })).toThrow('is no process id')
})

test('--call-graph takes a way and, for dumps, a size', () => {
  expect(callGraphOf(recording)).toEqual({ mode: 'auto', dumpBytes: 24576 })
  expect(callGraphOf({ ...recording, callGraph: 'dwarf,8k' })).toEqual({ mode: 'dwarf', dumpBytes: 8192 })
  expect(callGraphOf({ ...recording, callGraph: 'auto,16384' })).toEqual({ mode: 'auto', dumpBytes: 16384 })
  expect(callGraphOf({ ...recording, callGraph: 'fp' }).mode).toBe('fp')
})

test.each(['', 'lbr', 'fp,8192', 'dwarf,', 'dwarf,12', 'dwarf,1025', 'dwarf,64k', 'dwarf,8192,1'])(
  '--call-graph %j is a usage error',
  callGraph => {
    expect(() => callGraphOf({ ...recording, callGraph })).toThrow(/is no way to find stacks/)
  },
)
