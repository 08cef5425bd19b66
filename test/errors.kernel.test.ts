import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { autotune, scratchDirectory } from './autotune.ts'

/** Every refusal says what happened, why and what to do, with the status of DESIGN.md: 2 usage, 3 host refused, 4 bad input. */
describe('bad input', () => {
  const scratch = scratchDirectory()
  const path = (name: string) => join(scratch.path, name)
  afterAll(() => scratch.remove())
  mkdirSync(path('empty'))
  writeFileSync(path('file'), 'no recording')
  writeFileSync(path('not-executable'), '#!/bin/sh\n')
  mkdirSync(path('newer'))
  writeFileSync(join(path('newer'), 'manifest.json'), JSON.stringify({ schemaVersion: 999, autotuneVersion: '9.0.0' }))
  mkdirSync(path('damaged'))
  writeFileSync(join(path('damaged'), 'manifest.json'), '{"schemaVersion":1')

  test.each([
    ['a duration that is none', ['diagnose', '--duration', 'soon'], 2],
    ['an unknown option', ['diagnose', '--durration', '3s'], 2],
    ['an unknown command', ['diagnoze'], 2],
    ['two targets', ['diagnose', '--pid', '1', '--comm', 'x'], 2],
    ['a command that is not there', ['diagnose', '-o', path('a'), '--', '/no/such/program'], 2],
    ['a command that is not executable', ['diagnose', '-o', path('b'), '--', path('not-executable')], 2],
    ['no such pid', ['diagnose', '--pid', '4194304', '-o', path('c')], 4],
    ['no process of that name', ['diagnose', '--comm', 'no-such-program', '-o', path('d')], 4],
    ['no such cgroup', ['diagnose', '--cgroup', '/no/such/cgroup', '-o', path('e')], 4],
    ['no such recording', ['analyze', path('nowhere')], 4],
    ['a folder that is no recording', ['analyze', path('empty')], 4],
    ['a file that is no recording', ['analyze', path('file')], 4],
    ['a newer recording', ['analyze', path('newer')], 4],
    ['a damaged recording', ['analyze', path('damaged')], 4],
    ['an output that is a file', ['record', '-o', path('file'), '--duration', '1s'], 3],
    ['an output that cannot be made', ['record', '-o', '/proc/nowhere', '--duration', '1s'], 3],
    ['no such rules folder', ['rules', 'list', '--rules', path('nowhere')], 4],
    ['no such rule', ['rules', 'show', 'no-such-rule'], 4],
  ] as const)('%s', (_, args, status) => {
    const ran = autotune(args)
    expect([ran.status, ran.stdout]).toEqual([status, ''])
    expect(ran.stderr).not.toMatch(/This is a bug|\bat .*\.js:\d/)
    expect(ran.stderr).toMatch(
      status === 2 && !ran.stderr.startsWith('error U') ? /^error: / : /^error [A-Z_]+: .+\n {2}why: {2}.+\n {2}next: .+/,
    )
  })

  test.skipIf(process.getuid?.() !== 0)('an output that another user may not write ends what looks at /proc, too', () => {
    const ran = autotune(['diagnose', '--duration', '1s'], { uid: 65534, cwd: '/' })
    expect([ran.status, ran.stdout], ran.stderr).toEqual([3, ''])
  })

  test('a full disk keeps what was written and still reports', () => {
    const ran = autotune(['record', '-q', '-o', '/dev/full/x', '--duration', '1s'])
    expect(ran.status).toBe(3)
  })
})
