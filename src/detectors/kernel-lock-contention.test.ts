import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { kernelLockContention } from './kernel-lock-contention.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })
const processes = { app: { pid: 100 }, other: { pid: 200, role: ProcessRole.Other } }
const ten = (word: string) => Array.from({ length: 10 }, () => word).join(' ')
const mmap = 'main;__x64_sys_munmap@kernel;__vm_munmap@kernel;down_write_killable@kernel;rwsem_down_write_slowpath@kernel'
const custom = 'main;__x64_sys_ioctl@kernel;frobnicate@kernel;mutex_lock@kernel;__mutex_lock@kernel'
const stacks = `app: ${mmap} 0\n app: ${custom} 0`

test('names the lock by what takes it, the call it is for, and who had it', () => {
  const locks = `app/1: rwsemWrite@ff owner app/2 kernel=${mmap} ${ten('60*10')}\n app/2: rwsemWrite@ff owner app/1 ${ten('20*10')}`
  const [observation, ...others] = observe(
    kernelLockContention,
    { processes, ledger: 'app/1: 4444444444\n app/2: 8888888888', stacks, locks },
    program,
  )
  expect(others).toEqual([])
  expect(observation.facts).toEqual({ lock: 'mmap_lock', caller: 'munmap()', owner: 'thread2 (tid 2)', process: 'app (pid 100)' })
  expect(observation.metrics).toMatchObject({ waitPerSec: 200, meanWaitNs: 4e6, maxWaitNs: 6e6, waiterThreadsCount: 2, spinRatio: 0 })
  expect(observation.share.estimate).toBeCloseTo(0.8 / 2)
})

test('a lock nobody knows is named after the function that takes it, or by its address', () => {
  const locks = `app/1: mutex@ff kernel=${custom} 60\n app/1: mutex@ee 20`
  const observations = observe(kernelLockContention, { processes, ledger: 'app/1: 4', stacks, locks }, program)
  expect(observations.map(({ facts }) => facts.lock)).toEqual(['a lock taken by frobnicate', '0xee'])
})

test('spinning is on a CPU already: it is not added to the time of the target', () => {
  const [observation] = observe(
    kernelLockContention,
    { processes, ledger: 'app/1: ##########', locks: `app/1: spin@aa ${ten('50*1000')}` },
    program,
  )
  expect(observation.metrics.spinRatio).toBe(1)
  expect(observation.share.estimate).toBeCloseTo(0.5)
})

test('waits of others are not the target’s', () => {
  expect(observe(kernelLockContention, { processes, ledger: 'app/1: #', locks: 'other/9: mutex@ff 90' }, program)).toEqual([])
})
