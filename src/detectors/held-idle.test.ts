import { describe, expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import { rows } from '../../test/kernel-rows.ts'
import { observeTables } from '../../test/observe.ts'
import { futexContention } from './futex-contention.ts'

const processes = { a: { pid: 100, comm: 'postgres' }, b: { pid: 101, comm: 'postgres' }, client: { pid: 200 } }
const signal = (process: number, to: number) => ({ kind: 'signal', process, subject: `signal 23 to pid ${to}` })
const kernelEvent = rows('kernelEvent', [signal(0, 101), signal(1, 100)])
const ten = (word: string) => Array.from({ length: 10 }, () => word).join(' ')

/** Two processes of which one waits while the other has the lock, each for half of the time. */
function observe(ledger: string, idle: string) {
  const waits = `a/100: poll by b/101 ${ten('50*5')}\n b/101: poll by a/100 ${ten('50*5')}\n ${idle}`
  return observeTables(futexContention, { ...draw({ processes, ledger, waits }), kernelEvent }, contextOf())
}

describe('a lock that two processes share', () => {
  test('while the holder computes', () => {
    const [{ metrics, facts }] = observe('a/100: 5555555555\n b/101: 5555555555', '')
    expect(metrics).toMatchObject({ idleRatio: 0, offCpuRatio: 0 })
    expect(metrics.computingRatio).toBeCloseTo(1)
    expect(facts).toMatchObject({ lock: 'a lock that 2 processes share', activity: 'computes' })
  })

  test('while the holder waits for its client', () => {
    const client = `a/100: poll by client/200 ${ten('45*5')}\n b/101: poll by client/200 ${ten('45*5')}`
    const [{ metrics, facts, culprits }] = observe('a/100: ----------\n b/101: ----------', client)
    expect(metrics.idleRatio).toBeCloseTo(0.8)
    expect(metrics.offCpuRatio).toBeCloseTo(0.8)
    expect(facts.activity).toBe('waits for its client, or sleeps')
    expect(culprits.map(({ kind }) => kind)).toContain('thread')
  })
})
