import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { smallIo } from './small-io.ts'

const waits = 'app/100: blockIo by interrupt 60 60 60 60 60 60 60 60 60 60'

test('calls of few bytes cost the CPU time in them', () => {
  const syscall = rows('syscall', [
    { name: 'write', count: 500_000, ns: 400e6, resultSum: 500_000 },
    { name: 'read', count: 1000, ns: 100e6, resultSum: 64e6 },
  ])
  const [calls] = observeRows(smallIo, { ledger: 'app/100: ##########', waits: '', more: { syscall } })
  expect(calls.facts).toMatchObject({ kind: 'calls', call: 'write', process: 'app (pid 100)' })
  expect(calls.metrics).toMatchObject({ operationPerSec: 500_000, sizeBytes: 1, costRatio: 0.4 })
})

test('large transfers and calls that only failed are no tiny ones', () => {
  const syscall = rows('syscall', [
    { name: 'read', count: 1000, ns: 400e6, resultSum: 256_000 },
    { name: 'write', count: 1000, ns: 400e6, errorCount: 1000 },
  ])
  const [calls] = observeRows(smallIo, { ledger: 'app/100: ##########', waits: '', more: { syscall } })
  expect(calls.metrics).toMatchObject({ operationPerSec: 0, costRatio: 0 })
})

test('tiny calls pay for their part of the way into the kernel, not for that of all calls', () => {
  const syscall = rows('syscall', [
    { name: 'getppid', count: 994_000, ns: 20e6 },
    { name: 'read', count: 6000, ns: 1e6, resultSum: 6000 },
  ])
  const stacks = 'app: main;do_syscall_64@kernel 60\n app: main 40'
  const [calls] = observeRows(smallIo, { ledger: 'app/100: ##########', stacks, waits: '', more: { syscall } })
  expect(calls.metrics.costRatio).toBeCloseTo(0.001 + 0.6 * 0.006)
})

test('waits for large transfers of another thread take nothing from what tiny ones compute', () => {
  const syscall = rows('syscall', [
    { name: 'read', tid: 100, count: 500_000, ns: 400e6, resultSum: 500_000 },
    { name: 'read', tid: 101, count: 10, ns: 900e6, resultSum: 64e6 },
  ])
  const waits = `app/101: blockIo in read ${'90 '.repeat(10).trim()}`
  const [calls] = observeRows(smallIo, { ledger: 'app/100: ##########\n app/101: ..........', waits, more: { syscall } })
  expect(calls.metrics.costRatio).toBeGreaterThan(0.1)
})

test('requests at random are told from those in sequence', () => {
  const blockIo = rows('blockIo', [
    { count: 90, sequential: 0, sizeBytes: 90 * 4096, latencyNs: 500e6 },
    { count: 10, sequential: 1, sizeBytes: 10 * 4096, latencyNs: 50e6 },
  ])
  const [, requests] = observeRows(smallIo, { waits, more: { blockIo, syscall: rows('syscall', []) } })
  expect(requests.metrics).toMatchObject({ operationPerSec: 100, sizeBytes: 4096, randomRatio: 0.9, costRatio: 1 })
  expect(requests.facts).toMatchObject({ kind: 'requests', device: 'vda' })
})

test('bytes that go to another thread are messages; one wait for a child does not make them that', () => {
  const syscall = rows('syscall', [{ name: 'write', count: 500_000, ns: 400e6, resultSum: 500_000 }])
  const callsWith = (waits: string) => observeRows(smallIo, { ledger: 'app/100: ##########', waits, more: { syscall } })[0].metrics
  expect(callsWith('app/100: pipe by app/101 5*9000').operationPerSec).toBe(0)
  expect(callsWith('app/100: pipe by app/101 5*1').operationPerSec).toBe(500_000)
})
