import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { syscallStorm } from './syscall-storm.ts'

const ledger = 'app/100: ##########'

test('counts small calls by their CPU time and names who makes them', () => {
  const stacks = `
    app: main;poll_state;getppid@libc;do_syscall_64@kernel;__x64_sys_getppid@kernel 50
    app: main;compute 50
  `
  const syscall = rows('syscall', [{ name: 'getppid', count: 1e6, ns: 400e6, tid: 101 }])
  const [observation] = observeRows(syscallStorm, { ledger, stacks, waits: '', more: { syscall } })
  expect(observation.metrics).toMatchObject({ callPerSec: 1e6, runningCallPerSec: 1e6, callNs: 400, topRatio: 1, cpuRatio: 0.4 })
  expect(observation.facts).toMatchObject({ call: 'getppid', functionName: 'poll_state', thread: 'tid 101' })
})

test('waiting in a call is no cost of calling', () => {
  const syscall = rows('syscall', [{ name: 'futex', count: 10, ns: 900e6 }])
  const [observation] = observeRows(syscallStorm, {
    ledger,
    waits: 'app/100: futex@a0 by app/101 90 90 90 90 90 90 90 90 90 90',
    more: { syscall },
  })
  expect(observation.metrics.cpuRatio).toBe(0)
})

test('calls that others account for are left to them', () => {
  const names = ['read', 'openat', 'mmap', 'execve', 'connect', 'close', 'fsync', 'sendto', 'rt_sigreturn']
  const syscall = rows(
    'syscall',
    names.map(name => ({ name, count: 1e6, ns: 90e6 })),
  )
  expect(observeRows(syscallStorm, { ledger, waits: '', more: { syscall } })[0].metrics).toMatchObject({ callPerSec: 0, cpuRatio: 0 })
})

test('time in calls is never more than the samples saw in the kernel: a preempted thread pays with the clock', () => {
  const stacks = 'app: main;getppid@libc;do_syscall_64@kernel;__x64_sys_getppid@kernel 10\napp: main 90'
  const syscall = rows('syscall', [{ name: 'getppid', count: 1e6, ns: 900e6 }])
  const [observation] = observeRows(syscallStorm, { ledger, stacks, waits: '', more: { syscall } })
  expect(observation.metrics.cpuRatio).toBeCloseTo(0.1)
})
