import { expect, test } from 'vitest'
import { SchedPairing, type WakerPlace } from './sched-pairing.ts'

/** What pairs of events become, as text. */
function pairing() {
  const said: string[] = []
  const pairs = new SchedPairing({
    wait: ({ tid, waker, ns, open }) => void said.push(`${tid} waited ${ns} for ${waker.kind} ${waker.tid}${open ? ', still does' : ''}`),
    queue: ({ tid, reason, occupantTid, ns }) => void said.push(`${tid} ${reason} ${ns} behind ${occupantTid}`),
  })
  const place = { pid: 1, taskState: 1, kernelChain: -1, userChain: -1, futex: Number.NaN }
  const to = (timeNs: number, tid: number, nextTid: number, state = 0) => pairs.switch({ timeNs, tid, nextTid, state, place })
  return { pairs, said, to }
}

const thread = (tid: number): WakerPlace => ({ kind: 'thread', pid: 2, tid, chain: -1 })

test('a wait ends with its waker, and the queue behind it with the CPU', () => {
  const { pairs, said, to } = pairing()
  to(100, 5, 6, 1)
  pairs.waking(5, 150, thread(6))
  to(180, 6, 5, 0x100)
  to(200, 5, 6, 2)
  expect(said).toEqual(['5 waited 50 for thread 6', '5 woken 30 behind 6', '6 preempted 20 behind 5'])
})

test('a thread on a CPU again without a waking was woken by nobody known; a second waking changes nothing', () => {
  const { pairs, said, to } = pairing()
  to(100, 5, 0, 1)
  to(130, 0, 5)
  pairs.waking(5, 140, thread(6))
  expect(said).toEqual(['5 waited 30 for unknown -1'])
})

test('an ended thread waits for nothing, whoever gets its id', () => {
  const { pairs, said, to } = pairing()
  to(100, 5, 6, 0x20)
  pairs.waking(5, 150, thread(6))
  to(180, 6, 5, 1)
  expect(said).toEqual([])
})

test('what began before a gap has no length, and what goes on at the end is open', () => {
  const { pairs, said, to } = pairing()
  to(100, 5, 6, 1)
  pairs.forget()
  pairs.waking(5, 150, thread(6))
  to(180, 7, 6, 1)
  pairs.finish(280)
  expect(said).toEqual(['7 waited 100 for unknown -1, still does'])
})
