import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readRecording } from '../src/recording.ts'
import { type Diagnosis, type RecordedTables, textAt } from '../src/schema.ts'
import { autotune, compile, diagnosed, scratchDirectory, skipReason, startAutotune, until } from './autotune.ts'

/** Why a test of this file cannot run; said once. */
function skip(what: string, needs: Parameters<typeof skipReason>[0]): boolean {
  const reason = skipReason({ root: true, ...needs, programs: ['cc', ...(needs.programs ?? [])] })
  if (reason !== undefined) process.stderr.write(`faults.kernel.test.ts, ${what}, skipped: ${reason}\n`)
  return reason !== undefined
}

/** Whether `autotune check` says that a topic of eBPF is refused here; said once. */
function isRefused(topic: string): boolean {
  const { checks } = JSON.parse(autotune(['check', '--format', 'json']).stdout) as {
    readonly checks: readonly { readonly topic: string; readonly isAvailable: boolean; readonly detail: string }[]
  }
  const refused = checks.find(check => check.topic.startsWith(`eBPF: ${topic}`) && !check.isAvailable)
  if (refused !== undefined) process.stderr.write(`faults.kernel.test.ts, ${topic}, skipped: ${refused.detail}\n`)
  return refused !== undefined
}

const onlineFile = '/sys/devices/system/cpu/cpu1/online'
const lastPidFile = '/proc/sys/kernel/ns_last_pid'
const memoryCgroup = '/sys/fs/cgroup/memory'
const cli = join(import.meta.dirname, '..', 'dist', 'cli.js')

describe('what goes wrong on a machine costs no more than it must', () => {
  const scratch = scratchDirectory()
  chmodSync(scratch.path, 0o777)
  afterAll(() => scratch.remove())
  const path = (name: string): string => join(scratch.path, name)
  const record = (name: string, args: readonly string[]): RecordedTables => {
    const ran = autotune(['record', '-q', '-o', path(name), ...args])
    expect([ran.status, ran.stderr]).toEqual([0, expect.not.stringContaining('This is a bug')])
    return readRecording(path(name)).tables
  }
  /** Rows of kernelEvent of a kind: whose they are, and what they are about. */
  const eventsOf = ({ kernelEvent, process }: RecordedTables, kind: string) =>
    Array.from({ length: kernelEvent?.length ?? 0 }, (_, row) => row).flatMap(row => {
      if (kernelEvent === undefined || process === undefined || textAt(kernelEvent.kind, row) !== kind) return []
      return [{ comm: textAt(process.comm, kernelEvent.process[row]), subject: textAt(kernelEvent.subject, row) }]
    })

  test.skipIf(skip('containers', { programs: ['unshare'] }))(
    'a process with a pid namespace of its own is told with both ids, everywhere',
    () => {
      const program = compile('hot', scratch.path)
      const said = autotune(['diagnose', '-o', path('inside'), '--', 'unshare', '-pf', '--mount-proc', program, '3'])
      expect(said.stdout).toMatch(/hot \(pid \d+, 1 in its container\)/)
      const json = autotune(['analyze', '--no-html', '--format', 'json', path('inside')]).stdout
      expect(json).toMatch(/"name": "hot \(pid \d+, 1 in its container\)"/)
      const html = readFileSync(/Report\s+(\S+\.html)/.exec(said.stdout)?.[1] ?? '', 'utf8')
      expect(html).toMatch(/hot \(pid \d+, 1 in its container\)/)
    },
  )

  test.skipIf(skip('CPU hotplug', { writable: onlineFile }))('a CPU that leaves and comes back while recording', async () => {
    const program = compile('hot', scratch.path)
    const child = startAutotune(['record', '-q', '-o', path('hotplug'), '--', program, '3'])
    const exit = new Promise<number | null>(resolve => void child.once('exit', resolve))
    try {
      await until('recording begins', () => existsSync(join(path('hotplug'), 'manifest.json')))
      writeFileSync(onlineFile, '0')
    } finally {
      writeFileSync(onlineFile, '1')
    }
    expect(await exit).toBe(0)
    expect(readFileSync(onlineFile, 'utf8').trim()).toBe('1')
    const diagnosis = diagnosed(autotune(['analyze', '--no-html', '--format', 'json', path('hotplug')]))
    expect(diagnosis.durationNs).toBeGreaterThan(1e9)
    // the kernel gives no samples of a CPU after it came back: how many there are depends on where the program ran
    expect(diagnosis.quality.samples).toBeGreaterThan(0)
    expect(diagnosis.unavailable.map(({ topic }) => topic)).toContain('CPU samples of CPU 1 after it went offline')
  })

  test.skipIf(skip('pid reuse', { writable: lastPidFile }))('two programs in one pid, one after the other, stay two', () => {
    const [first, second] = ['first', 'second'].map(name => {
      cpSync(compile('hot', scratch.path), path(name))
      return path(name)
    })
    // somebody else may take the pid: then again
    const script = `${first} 1 & P=$!; wait $P; for i in $(seq 100); do echo $((P - 1)) > ${lastPidFile}; ${second} 1 & [ $! = $P ] && break; kill $!; done; wait`
    const { process: processes, sample } = record('reuse', ['--', 'sh', '-c', script])
    if (processes === undefined || sample === undefined) throw new Error('no samples')
    const rowsOf = (name: string) =>
      Array.from({ length: processes.length }, (_, row) => row).filter(
        row => textAt(processes.comm, row) === name && sample.process.includes(row),
      )
    const pids = (name: string) => rowsOf(name).map(row => processes.pid[row])
    expect(pids('first')).toHaveLength(1)
    expect(pids('second')).toContain(pids('first')[0])
    const [before] = rowsOf('first')
    const after = rowsOf('second').find(row => processes.pid[row] === processes.pid[before]) ?? before
    expect(processes.endNs[before]).toBeLessThanOrEqual(processes.startNs[after])
  })

  test.skipIf(skip('locked memory', { programs: ['prlimit', 'setpriv'] })).each([
    ['root', []],
    ['nobody', ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']],
  ] as const)('hardly any memory may be locked: %s still gets a diagnosis', (who, prefix) => {
    const command = ['prlimit', '--memlock=4096', ...prefix, process.execPath, cli, 'diagnose', '-q', '--no-html', '--format', 'json']
    const program = compile('hot', scratch.path)
    const ran = spawnSync(command[0], [...command.slice(1), '-o', path(`memlock-${who}`), '--', program, '2'], { encoding: 'utf8' })
    const { verdict, quality } = diagnosed(ran)
    expect(verdict.text).not.toBe('')
    // a ring that was refused is said, and says how to get it
    if (quality.samples === 0) expect(ran.stdout).toMatch(/memlock|perf_event_mlock_kb/)
  })

  /** Runs in mounts of its own, where these folders are empty. */
  const without = (...folders: readonly string[]) => [
    'unshare',
    '-m',
    'sh',
    '-c',
    `${folders.map(folder => `mount -t tmpfs none ${folder} && `).join('')}exec "$@"`,
    'sh',
  ]
  const asNobodyWith = (caps: string) => [
    'setpriv',
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    `--inh-caps=${caps}`,
    `--ambient-caps=${caps}`,
  ]
  const diagnoseAs = (name: string, prefix: readonly string[], workload: string): Diagnosis => {
    const command = [...prefix, process.execPath, cli, 'diagnose', '-q', '--no-html', '--format', 'json', '-o', path(name), '--']
    return diagnosed(spawnSync(command[0], [...command.slice(1), compile(workload, scratch.path), '4', scratch.path], { encoding: 'utf8' }))
  }
  const classesOf = ({ findings }: Diagnosis) => findings.map(finding => finding.class)

  test.skipIf(skip('a user with CAP_BPF', { programs: ['setpriv'] }))(
    'another user with CAP_BPF and CAP_PERFMON follows the scheduler by eBPF, and is told what names of the kernel would add',
    () => {
      const diagnosis = diagnoseAs('with-caps', asNobodyWith('+bpf,+perfmon'), 'lock-compute')
      expect(classesOf(diagnosis)).toContainEqual(expect.stringMatching(/^lock\./))
      const reasons = diagnosis.unavailable.map(({ topic }) => topic).join('; ')
      expect(reasons).not.toMatch(/waits, wakers/)
      expect(diagnosis.quality.closure?.totalRatio).toBeLessThan(0.02)
    },
  )

  test.skipIf(skip('no BTF', { programs: ['unshare'] }))('a kernel that does not describe its types: waits come from tracepoints', () => {
    const diagnosis = diagnoseAs('no-btf', without('/sys/kernel/btf'), 'lock-compute')
    expect(classesOf(diagnosis)).toContainEqual(expect.stringMatching(/^lock\./))
    expect(diagnosis.unavailable).toContainEqual(
      expect.objectContaining({ reason: "/sys/kernel/btf/vmlinux can't be read (ENOENT).", remedy: expect.stringContaining('BTF') }),
    )
    expect(diagnosis.unavailable.map(({ reason }) => reason).join()).toContain('waits come from tracepoints')
  })

  test.skipIf(skip('no tracefs', { programs: ['unshare'] }))('without BTF and without tracefs /proc is looked at', () => {
    const diagnosis = diagnoseAs('no-tracefs', without('/sys/kernel/btf', '/sys/kernel/tracing', '/sys/kernel/debug'), 'lock-compute')
    expect(classesOf(diagnosis)).toContainEqual(expect.stringMatching(/^lock\./))
    expect(diagnosis.unavailable.map(({ reason }) => reason).join()).toContain('looked at in /proc')
  })

  test.skipIf(skip('a program the verifier refuses', {}))('the topic is named, its log is kept, and all others go on', () => {
    const folder = join(import.meta.dirname, '..', 'dist-refused.tmp')
    try {
      cpSync(join(import.meta.dirname, '..', 'dist'), folder, { recursive: true })
      for (const arch of ['x64', 'arm64']) refuseAll(join(folder, 'bpf', `lock.${arch}.json`))
      const program = compile('lock-compute', scratch.path)
      const run = (...args: readonly string[]) => spawnSync(process.execPath, [join(folder, 'cli.js'), ...args], { encoding: 'utf8' })
      const ran = run('diagnose', '--no-html', '-o', path('refused'), '--', program, '2')
      expect(ran.stdout.replace(/\s+/g, ' ')).toMatch(/kernel locks( \(\d+ rules need it\))?: bpf\(2\) refused to load/)
      expect(readFileSync(join(path('refused'), 'bpf-lock.log'), 'utf8')).toMatch(/last insn is not an exit|invalid func unknown/)
      const { unavailable } = JSON.parse(run('analyze', '--no-html', '--format', 'json', path('refused')).stdout) as Diagnosis
      expect(unavailable).toContainEqual(
        expect.objectContaining({ topic: 'kernel locks', tables: ['lock'], remedy: expect.stringContaining('bpf-lock.log') }),
      )
      expect(readRecording(path('refused')).tables.wait?.length).toBeGreaterThan(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test.skipIf(skip('accept queues', {}) || isRefused('full accept queues'))(
    'a full accept queue is told with the process that listens',
    () => {
      const found = eventsOf(record('overflow', ['--', compile('full-queue', scratch.path), '3']), 'acceptQueueFull')
      expect(found).toContainEqual({ comm: 'full-queue', subject: expect.stringMatching(/^port \d+$/) })
    },
  )

  test.skipIf(skip('OOM kills', { writable: `${memoryCgroup}/memory.limit_in_bytes` }))(
    'who is killed for want of memory is recorded',
    () => {
      const group = join(memoryCgroup, 'autotune-test')
      mkdirSync(group)
      try {
        writeFileSync(join(group, 'memory.limit_in_bytes'), String(16 << 20))
        writeFileSync(
          path('hog.c'),
          'int main(void) { static char all[256 << 20]; for (long i = 0; i < sizeof all; i += 4096) all[i] = 1; return 0; }\n',
        )
        execFileSync('cc', ['-O0', '-o', path('hog'), path('hog.c')])
        const script = `echo $$ > ${group}/cgroup.procs; exec ${path('hog')}`
        const tables = record('oom', ['--', 'sh', '-c', `sleep 0.3; sh -c '${script}'; sleep 0.3`])
        expect(eventsOf(tables, 'oomKill')).toEqual([{ comm: 'hog', subject: undefined }])
      } finally {
        rmdirSync(group)
      }
    },
  )
})

/** Makes each program of a compiled topic end with a call of a function that is none, and not at all: no verifier takes that. */
function refuseAll(file: string): void {
  const skeleton = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  const exit = Buffer.from('9500000000000000', 'hex')
  const nonsense = Buffer.from('85000000ffffff7f', 'hex') // BPF_JMP | BPF_CALL, helper 2147483647
  for (const part of ['data', 'object']) {
    const bytes = Buffer.from(String(skeleton[part]), 'base64')
    for (let at = bytes.indexOf(exit); at >= 0; at = bytes.indexOf(exit, at + 8)) nonsense.copy(bytes, at)
    skeleton[part] = bytes.toString('base64')
  }
  writeFileSync(file, JSON.stringify(skeleton))
}
