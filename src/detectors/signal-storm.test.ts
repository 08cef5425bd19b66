import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { signalStorm } from './signal-storm.ts'

test('adds sending, delivering and coming back', () => {
  const stacks = `
    app: main;nudge;kill@libc;do_syscall_64@kernel;__x64_sys_kill@kernel 20
    app: main;nudge;do_syscall_64@kernel;arch_do_signal_or_restart@kernel;get_signal@kernel 20
    app: main;handler;do_syscall_64@kernel;__x64_sys_rt_sigreturn@kernel 10
    app: main 50
  `
  const kernelEvent = rows('kernelEvent', [{ kind: 'signal', subject: 'signal 10 to pid 100', count: 50_000 }])
  const [observation] = observeRows(signalStorm, { stacks, more: { kernelEvent } })
  expect(observation.metrics).toMatchObject({ costRatio: 0.5, signalPerSec: 50_000, subjectRatio: 1 })
  expect(observation.facts).toMatchObject({ subject: 'signal 10 to pid 100', functionName: 'nudge', sender: 'app (pid 100)' })
})

test('other calls are no signals', () => {
  const stacks = 'app: main;read@libc;do_syscall_64@kernel;__x64_sys_read@kernel 100'
  const [observation] = observeRows(signalStorm, { stacks, more: { kernelEvent: rows('kernelEvent', [{ kind: 'fork' }]) } })
  expect(observation).toMatchObject({ metrics: { costRatio: 0, signalPerSec: 0 }, culprits: [] })
})
