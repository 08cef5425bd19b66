import { expect, test } from 'vitest'
import { DEAD, ledgerStates, type ThreadRecord } from './decode-sched.ts'
import { Ledger } from './ledger.ts'

type State = (typeof ledgerStates)[number]

const record = (facts: { tid?: number; since: number; state: State | 'dead'; past?: Partial<Record<State, number>> }): ThreadRecord => ({
  tid: facts.tid ?? 7,
  pid: 7,
  comm: 'worker',
  sinceNs: facts.since,
  state: facts.state === 'dead' ? DEAD : ledgerStates.indexOf(facts.state),
  ns: ledgerStates.map(state => facts.past?.[state] ?? 0),
  switches: 0,
  foldedNs: 0,
  folded: 0,
  startTime: 1,
  wait: undefined,
  torn: false,
})

const times = (ns: readonly number[]) =>
  Object.fromEntries(ledgerStates.map((state, index) => [state, ns[index]]).filter(([, value]) => value !== 0))

test('the state a thread is in takes the time up to the end of the slice', () => {
  const [row] = new Ledger().advance([record({ since: 60, state: 'blocked', past: { running: 50, woken: 10 } })], 100)
  expect(times(row.ns)).toEqual({ running: 50, woken: 10, blocked: 40 })
  expect(row).toMatchObject({ timeNs: 0, durationNs: 100, unobservedNs: 0, ended: false })
})

test('an open state is not counted twice', () => {
  const ledger = new Ledger()
  ledger.advance([record({ since: 10, state: 'blocked', past: { running: 10 } })], 100)
  const [row] = ledger.advance([record({ since: 150, state: 'running', past: { running: 10, blocked: 140 } })], 200)
  expect(times(row.ns)).toEqual({ blocked: 50, running: 50 })
  expect(row).toMatchObject({ timeNs: 100, durationNs: 100 })
})

test('a record read late gives back what lies beyond the slice, and the sum stays exact', () => {
  const ledger = new Ledger()
  const [late] = ledger.advance([record({ since: 120, state: 'blocked', past: { running: 120 } })], 100)
  expect(late.ns.reduce((a, b) => a + b, 0)).toBeCloseTo(100)
  expect(times(late.ns)).toEqual({ running: 100 })
  const [next] = ledger.advance([record({ since: 120, state: 'blocked', past: { running: 120 } })], 200)
  expect(times(next.ns)).toEqual({ running: 20, blocked: 80 })
})

test('a thread that ended counts up to its end and is forgotten', () => {
  const ledger = new Ledger()
  ledger.advance([record({ since: 0, state: 'running' })], 100)
  const [row] = ledger.advance([record({ since: 130, state: 'dead', past: { running: 130 } })], 200)
  expect(row).toMatchObject({ timeNs: 100, durationNs: 30, ended: true })
  const [reborn] = ledger.advance([record({ since: 250, state: 'running' })], 300)
  expect(reborn).toMatchObject({ timeNs: 250, durationNs: 50, unobservedNs: 0 })
})

test('an id used again shows the gap as unobserved', () => {
  const ledger = new Ledger()
  ledger.advance([record({ since: 0, state: 'running' })], 100)
  const [row] = ledger.advance([record({ since: 170, state: 'running', past: { running: 110 } })], 200)
  expect(row).toMatchObject({ durationNs: 40, unobservedNs: 60 })
})

test('a slice in which nothing was counted has no row', () => {
  expect(new Ledger().advance([record({ since: 100, state: 'running' })], 100)).toEqual([])
})
