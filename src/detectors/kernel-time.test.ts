import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { kernelTime } from './kernel-time.ts'

const entry = 'entry_SYSCALL_64_after_hwframe@kernel;do_syscall_64@kernel'

test('names the system call, the kernel function, and who asked for it', () => {
  const [observation] = observe(kernelTime, {
    stacks: `
      dd: main;copy;read@libc;${entry};__x64_sys_read@kernel;vfs_read@kernel;clear_user@kernel 60
      dd: main;copy;write@libc;${entry};__x64_sys_write@kernel;vfs_write@kernel 20
      dd: main;copy 20
    `,
  })
  expect(observation.facts).toEqual({ entry: 'read()', kernelFunction: 'clear_user', caller: 'copy', process: 'dd (pid 100)' })
  expect(observation.metrics).toEqual({
    kernelRatio: 0.8,
    userRatio: expect.closeTo(0.2),
    interruptRatio: 0,
    entryRatio: 0.75,
    functionRatio: 0.75,
    sampleCount: 100,
  })
  expect(observation.culprits).toEqual([
    { kind: 'process', name: 'dd (pid 100)', share: 1 },
    { kind: 'function', name: 'copy', share: 0.8 },
  ])
  expect(observation.share.low).toBeCloseTo(0.711, 3)
})

test('a page fault within a system call is a page fault; an interrupt is not the program’s time at all', () => {
  const [observation] = observe(kernelTime, {
    stacks: `
      app: main;${entry};__x64_sys_read@kernel;asm_exc_page_fault@kernel;handle_mm_fault@kernel 30
      app: main;asm_sysvec_apic_timer_interrupt@kernel;handle_softirqs@kernel 50
      app: main 20
    `,
  })
  expect(observation.facts).toMatchObject({ entry: 'page fault', kernelFunction: 'handle_mm_fault' })
  expect(observation.metrics).toMatchObject({ kernelRatio: 0.3, interruptRatio: 0.5, userRatio: expect.closeTo(0.2) })
})

test('a program that computes has no kernel time', () => {
  const [observation] = observe(kernelTime, { stacks: 'app: main;hot 100' })
  expect(observation).toMatchObject({ share: { estimate: 0, low: 0 }, culprits: [], facts: { entry: '', kernelFunction: '' } })
})

test("autotune's own kernel time does not count", () => {
  const processes = { autotune: { role: ProcessRole.Autotune } }
  const [observation] = observe(kernelTime, { processes, stacks: `autotune: main;${entry};__x64_sys_poll@kernel 90\n app: main 10` })
  expect(observation.metrics.kernelRatio).toBe(0)
})

test('where kernel code may not be seen nothing is observed', () => {
  expect(observe(kernelTime, { stacks: 'app: main;hot 100' }, contextOf({ kernel: false }))).toEqual([])
})
