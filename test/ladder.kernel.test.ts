import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Diagnosis } from '../src/schema.ts'
import { compile, diagnosed, scratchDirectory, skipReason, startAutotune, startLoad, until } from './autotune.ts'

const reason = skipReason({ root: true, programs: ['cc', 'setpriv', 'capsh'] })
if (reason !== undefined) process.stderr.write(`ladder.kernel.test.ts skipped: ${reason}\n`)
const noBpftool = skipReason({ root: true, programs: ['bpftool'] })
if (noBpftool !== undefined) process.stderr.write(`ladder.kernel.test.ts, what is left after SIGKILL, skipped: ${noBpftool}\n`)

const cli = join(import.meta.dirname, '..', 'dist', 'cli.js')

/** A user without any privilege. */
const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
/** Root without eBPF: perf events and tracefs are as always. CAP_SYS_ADMIN would stand in for CAP_BPF. */
const withoutBpf = ['capsh', '--drop=cap_bpf,cap_sys_admin', '--', '-c', 'exec "$@"', 'sh']

describe.skipIf(reason !== undefined)('with less privilege there is less to say', () => {
  const scratch = scratchDirectory()
  chmodSync(scratch.path, 0o777)
  afterAll(() => scratch.remove())

  const diagnose = (name: string, prefix: readonly string[], args: readonly string[]): Diagnosis => {
    const command = [
      ...prefix,
      process.execPath,
      cli,
      'diagnose',
      '-q',
      '--no-html',
      '--format',
      'json',
      '-o',
      join(scratch.path, name),
      ...args,
    ]
    return diagnosed(spawnSync(command[0], command.slice(1), { encoding: 'utf8', timeout: 90_000 }))
  }
  const run = (workload: string) => ['--', compile(workload, scratch.path), '4', scratch.path]
  const classes = ({ findings }: Diagnosis) => findings.map(finding => finding.class)
  const missing = ({ unavailable }: Diagnosis) => unavailable.map(({ reason: why }) => why).join('\n')

  test.each([
    ['lock-compute', /^lock\./, /compute_locked|worker/],
    ['slow-pipe', /^wait\.downstream$/, /slow-worker/],
    ['fsync-record', /^io\.fsync$/, /fsync-record/],
  ])('another user, from /proc alone: %s keeps its class', (workload, findingClass, culprit) => {
    const diagnosis = diagnose(`nobody-${workload}`, asNobody, run(workload))
    const found = diagnosis.findings.find(finding => findingClass.test(finding.class))
    expect(
      found?.culprits.map(({ name }) => name),
      classes(diagnosis).join(),
    ).toContainEqual(expect.stringMatching(culprit))
    expect(missing(diagnosis)).toContain('looked at in /proc')
  })

  test.each([
    ['lock-compute', /^lock\./, /compute_locked|worker/],
    ['slow-pipe', /^wait\.downstream$/, /slow-worker/],
  ])('eBPF refused and perf events allowed, from tracepoints: %s keeps its class', (workload, findingClass, culprit) => {
    const diagnosis = diagnose(`tracepoints-${workload}`, withoutBpf, run(workload))
    const found = diagnosis.findings.find(finding => findingClass.test(finding.class))
    expect(
      found?.culprits.map(({ name }) => name),
      classes(diagnosis).join(),
    ).toContainEqual(expect.stringMatching(culprit))
    expect(missing(diagnosis)).toContain('waits come from tracepoints')
  })

  test.each([
    ['nobody', asNobody],
    ['tracepoints', withoutBpf],
  ])('processes that come and go by the thousand do no harm: %s', (name, prefix) => {
    const diagnosis = diagnose(`storm-${name}`, prefix, run('fork-loop'))
    const manifest = JSON.parse(readFileSync(join(scratch.path, `storm-${name}`, 'manifest.json'), 'utf8'))
    expect(manifest.complete).toBe(true)
    expect(diagnosis.durationNs).toBeGreaterThan(0)
  })

  test('a suspended process is no loss', async () => {
    const load = startLoad([compile('hot', scratch.path), '60'])
    try {
      process.kill(load.pid, 'SIGSTOP')
      await until('the process is stopped', () => readFileSync(`/proc/${load.pid}/stat`, 'utf8').includes(') T '))
      for (const [name, prefix] of [['root', ['env']] as const, ['tracepoints', withoutBpf] as const]) {
        expect(classes(diagnose(`stopped-${name}`, prefix, ['--pid', String(load.pid), '--duration', '2s']))).toEqual([])
      }
    } finally {
      await load.stop()
    }
  })

  /** What a process holds of BPF: "prog 12", "map 7", "link 3". Its descriptors say so. */
  const heldBy = (pid: number): string[] => {
    const folder = `/proc/${pid}/fdinfo`
    return readdirSync(folder).flatMap(fd => {
      try {
        return Array.from(
          readFileSync(join(folder, fd), 'utf8').matchAll(/^(prog|map|link)_id:\s*(\d+)$/gm),
          ([, kind, id]) => `${kind} ${id}`,
        )
      } catch {
        return [] // closed meanwhile
      }
    })
  }
  const inKernel = (): ReadonlySet<string> =>
    new Set(
      ['prog', 'map', 'link'].flatMap(kind => {
        const shown = JSON.parse(execFileSync('bpftool', ['-j', kind, 'show'], { encoding: 'utf8' })) as { readonly id: number }[]
        return shown.map(({ id }) => `${kind} ${id}`)
      }),
    )
  const exited = (child: ChildProcess) => new Promise<void>(resolve => void child.once('exit', () => resolve()))

  test.skipIf(noBpftool !== undefined)('after SIGKILL nothing of ours is left in the kernel', async () => {
    const path = join(scratch.path, 'killed')
    const child = startAutotune(['record', '-q', '--duration', '60s', '-o', path])
    const gone = exited(child)
    let held: string[] = []
    try {
      // the manifest is written when everything is loaded
      await until('recording begins', () => existsSync(join(path, 'manifest.json')))
      held = heldBy(child.pid ?? 0)
      const present = inKernel()
      expect(held.filter(id => present.has(id)).length).toBeGreaterThan(20)
    } finally {
      child.kill('SIGKILL')
      await gone
    }
    await until('all of it is gone', () => {
      const left = inKernel()
      return !held.some(id => left.has(id))
    })
    const probes = '/sys/kernel/tracing/uprobe_events'
    expect(existsSync(probes) ? readFileSync(probes, 'utf8') : '').not.toContain('autotune')
  })

  test('two at once do not disturb each other', async () => {
    const program = compile('lock-compute', scratch.path)
    const paths = ['first', 'second'].map(name => join(scratch.path, name))
    const children = paths.map(path => startAutotune(['record', '-q', '-o', path, '--', program, '5']))
    await Promise.all(children.map(exited))
    for (const path of paths) {
      const ran = spawnSync(process.execPath, [cli, 'analyze', '--no-html', '--format', 'json', path], { encoding: 'utf8' })
      expect(classes(diagnosed(ran))).toContainEqual(expect.stringMatching(/^lock\./))
    }
  })
})
