import { expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import { observeTables } from '../../test/observe.ts'
import type { Table } from '../schema.ts'
import { forkExec } from './fork-exec.ts'

const stacks = `
  sh: main;spawn;fork@libc;do_syscall_64@kernel;__x64_sys_clone@kernel 20
  true: do_syscall_64@kernel;__x64_sys_execve@kernel 20
  true: _dl_start@ld-linux-x86-64.so.2;_dl_relocate_object@ld-linux-x86-64.so.2 20
  true: main;compute 40
`

/** The drawing, with a child that began at 0.1 s and lived for lifeNs. */
function tables(text: string, lifeNs: number) {
  const drawn = draw({ processes: { sh: { pid: 1 }, true: { pid: 2 } }, stacks: text })
  const process = { ...drawn.process, startNs: Float64Array.of(0, 0.1e9), endNs: Float64Array.of(Number.NaN, 0.1e9 + lifeNs) }
  return { ...drawn, process: process as Table<'process'> }
}

test('adds forks, and the kernel and loader of short-lived programs, but not what they compute', () => {
  const [observation] = observeTables(forkExec, tables(stacks, 5e6), contextOf())
  expect(observation.share.estimate).toBeCloseTo(0.6)
  expect(observation.metrics).toMatchObject({ startPerSec: 1, shortLivedRatio: 0.5, lifeNs: 5e6 })
  expect(observation.facts).toEqual({ parent: 'sh (pid 1)', program: 'true', functionName: 'spawn' })
})

test('what the kernel does for a program that works for a while is what it is there for', () => {
  const status = 'git: main;lstat@libc;do_syscall_64@kernel;__x64_sys_newfstatat@kernel 20\nsh: main 20'
  const [observation] = observeTables(forkExec, tables(status.replace('git', 'true'), 70e6), contextOf())
  expect(observation.share.estimate).toBe(0)
  expect(observation.metrics).toMatchObject({ shortLivedRatio: 0.5 })
})

test('a program that lives on is not short-lived', () => {
  const [observation] = observeTables(forkExec, tables(stacks, 2e9), contextOf())
  expect(observation.share.estimate).toBeCloseTo(0.4)
  expect(observation.metrics).toMatchObject({ shortLivedRatio: 0, shortLivedCpuRatio: 0 })
})

test('nothing is started', () => {
  const [observation] = observeTables(forkExec, draw({ stacks: 'app: main 100' }), contextOf())
  expect(observation).toMatchObject({ metrics: { startRatio: 0, startPerSec: 0 }, culprits: [] })
})
