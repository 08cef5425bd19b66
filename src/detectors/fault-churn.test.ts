import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { faultChurn } from './fault-churn.ts'

const stacks = `
  app: main;churn;memset@libc;asm_exc_page_fault@kernel;clear_page@kernel 60
  app: main;churn;munmap@libc;do_syscall_64@kernel;__x64_sys_munmap@kernel 20
  app: main;compute 20
`

test('adds faults and mapping calls, and names who asks for the memory', () => {
  const more = {
    fault: rows('fault', [{ count: 600_000, majorCount: 0 }]),
    syscall: rows('syscall', [{ name: 'munmap', count: 5000, ns: 200e6 }]),
  }
  const [observation] = observeRows(faultChurn, { stacks, waits: '', more })
  expect(observation.metrics).toMatchObject({
    faultRatio: 0.6,
    mappingRatio: 0.2,
    faultPerSec: 600_000,
    mappingPerSec: 5000,
    faultNs: 1000,
  })
  expect(observation.share.estimate).toBeCloseTo(0.8)
  expect(observation.culprits[0]).toMatchObject({ kind: 'function', name: 'churn' })
})

test('a program that only computes faults for nothing', () => {
  const more = { fault: rows('fault', []), syscall: rows('syscall', []) }
  const [observation] = observeRows(faultChurn, { stacks: 'app: main;compute 100', waits: '', more })
  expect(observation).toMatchObject({ metrics: { costRatio: 0 }, culprits: [] })
})

test('with too few samples nothing is concluded', () => {
  const more = { fault: rows('fault', [{ count: 600_000 }]), syscall: rows('syscall', []) }
  expect(observeRows(faultChurn, { stacks: 'app: main;asm_exc_page_fault@kernel 5', waits: '', more })).toEqual([])
})
