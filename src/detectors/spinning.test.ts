import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { spinning } from './spinning.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })
const processes = { app: { pid: 100 } }
const ten = (word: string) => Array.from({ length: 10 }, () => word).join(' ')

test('functions that are named after spinning', () => {
  const [observation] = observe(spinning, { processes, stacks: 'app: main;work;spin_until;load 60\n app: main;work 40' }, program)
  expect(observation.metrics).toMatchObject({ spinningRatio: 0.6, namedRatio: 0.6, yieldingRatio: 0, yieldPerSec: Number.NaN })
  expect(observation.facts.functionName).toBe('spin_until')
  expect(observation.culprits[0]).toEqual({ kind: 'function', name: 'spin_until', share: 0.6 })
})

test('threads that do nothing but give up the CPU, wherever they are sampled', () => {
  const drawing = { processes, ledger: 'app/100: ##########', stacks: 'app: main;wait_turn;sched_yield@libc 100' }
  const yielding = (calls: string) => observe(spinning, { ...drawing, syscalls: `app/100: sched_yield ${ten(calls)}` }, program)[0]
  expect(yielding('50*50000').metrics).toMatchObject({ spinningRatio: 1, yieldPerSec: 500_000 })
  expect(yielding('50*50000').facts).toMatchObject({ functionName: 'wait_turn', thread: 'thread100 (tid 100)' })
  expect(yielding('50*100').metrics).toMatchObject({ spinningRatio: 0, yieldPerSec: 1000 })
})

test('computing is no spinning: names that only contain the word, and none at all', () => {
  const [observation] = observe(
    spinning,
    { processes, stacks: 'app: main;spinner_animation_frame;whisping 60\n app: main;hot 40' },
    program,
  )
  expect(observation).toMatchObject({ metrics: { spinningRatio: 0 }, culprits: [], facts: { functionName: 'none' } })
})
