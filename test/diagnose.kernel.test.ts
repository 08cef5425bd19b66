import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Diagnosis } from '../src/schema.ts'
import { autotune, calm, compile, diagnosed, perfShare, scratchDirectory, skipReason, startAutotune, startLoad, until } from './autotune.ts'

const reason = skipReason({ root: true, programs: ['cc', 'perf', 'stress-ng'] })
if (reason !== undefined) process.stderr.write(`diagnose.kernel.test.ts skipped: ${reason}\n`)

const CGROUP = '/sys/fs/cgroup/cpu/autotune-test'

describe.skipIf(reason !== undefined)('diagnose on this kernel', () => {
  const scratch = scratchDirectory()
  let hot = ''
  const output = (name: string) => join(scratch.path, name)
  const diagnose = (name: string, args: readonly string[]) =>
    diagnosed(autotune(['diagnose', '-q', '--format', 'json', '-o', output(name), ...args]))

  beforeAll(async () => {
    hot = compile('hot', scratch.path)
    await calm()
  })
  afterAll(() => scratch.remove())

  /** The same seconds of the same process, seen by autotune and by perf. */
  async function besidePerf(name: string, command: readonly string[]): Promise<{ diagnosis: Diagnosis; perfData: string }> {
    const load = startLoad(command)
    const perfData = output(`${name}.perf.data`)
    try {
      const perf = startLoad(['perf', 'record', '-q', '-F', '499', '-g', '-p', String(load.pid), '-o', perfData, '--', 'sleep', '5'])
      const diagnosis = diagnose(name, ['--pid', String(load.pid), '--duration', '5s', '--frequency', '499'])
      await perf.ended
      return { diagnosis, perfData }
    } finally {
      await load.stop()
    }
  }

  test('a C program with one hot function: that function first, with the share perf report gives', async () => {
    const { diagnosis, perfData } = await besidePerf('hot-c', [hot, '60'])
    const [first] = diagnosis.findings
    expect([first.class, first.culprits[0].name]).toEqual(['cpu.hot-function', 'hot'])
    expect(Math.abs(first.culprits[0].share - perfShare(perfData, 'hot'))).toBeLessThan(0.03)
  })

  test('a Node program with a perf map: the JavaScript function first, with the share perf report gives', async () => {
    const flags = ['--perf-basic-prof-only-functions', '--interpreted-frames-native-stack']
    const { diagnosis, perfData } = await besidePerf('hot-node', [
      process.execPath,
      ...flags,
      join(import.meta.dirname, 'workloads', 'hot.mjs'),
      '60',
    ])
    const [first] = diagnosis.findings
    expect(first.class).toBe('cpu.hot-function')
    expect(first.culprits[0].name).toContain('hotLoop')
    expect(Math.abs(first.culprits[0].share - perfShare(perfData, 'hotLoop'))).toBeLessThan(0.03)
  })

  test('the exit status of the command is passed on', () => {
    expect(autotune(['record', '-q', '-o', output('status'), '--', hot, '0.3', '7']).status).toBe(7)
    expect(autotune(['record', '-q', '-o', output('signal'), '--', 'sh', '-c', 'kill -TERM $$']).status).toBe(128 + 15)
  })

  test('more threads than CPUs: saturation first', async () => {
    const cpus = spawnSync('nproc', { encoding: 'utf8' }).stdout.trim()
    const load = startLoad(['stress-ng', '--cpu', String(Number(cpus) * 4), '--timeout', '60'])
    try {
      await until('the load runs', () => Number(readFileSync('/proc/stat', 'utf8').match(/procs_running (\d+)/)?.[1]) > Number(cpus) * 3)
      expect(diagnose('saturated', ['--duration', '5s']).findings[0].class).toBe('cpu.saturation')
    } finally {
      await load.stop()
    }
  })

  test.skipIf(!existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'))(
    'half a CPU of quota: throttling first, with the cgroup named',
    async () => {
      mkdirSync(CGROUP, { recursive: true })
      const load = startLoad([hot, '60'])
      try {
        writeFileSync(`${CGROUP}/cpu.cfs_quota_us`, '50000')
        writeFileSync(`${CGROUP}/cgroup.procs`, String(load.pid))
        for (const [name, target] of [
          ['pid', ['--pid', String(load.pid)]],
          ['cgroup', ['--cgroup', '/autotune-test']],
          ['machine', []],
        ] as const) {
          const [first] = diagnose(`throttled-${name}`, ['--duration', '4s', ...target]).findings
          expect(first.class, name).toBe('cpu.throttled')
          expect(first.culprits, name).toContainEqual(expect.objectContaining({ kind: 'cgroup', name: '/autotune-test' }))
        }
      } finally {
        await load.stop()
        await until('the cgroup is empty', () => readFileSync(`${CGROUP}/cgroup.procs`, 'utf8') === '')
        rmdirSync(CGROUP)
      }
    },
  )

  test('analyze after the processes ended gives the same bytes twice, and what diagnose said', () => {
    autotune(['record', '-q', '-o', output('kept'), '--', hot, '2'])
    const analyze = () => autotune(['analyze', '--format', 'json', '--no-html', output('kept')]).stdout
    const first = analyze()
    expect(analyze()).toBe(first)
    expect(JSON.parse(first).findings[0].culprits[0].name).toBe('hot')
  })

  test('another user can analyze a recording given to him', () => {
    autotune(['record', '-q', '-o', output('given'), '--', hot, '1'])
    spawnSync('chown', ['-R', '65534:65534', output('given')])
    const ran = autotune(['analyze', '--format', 'json', '--no-html', output('given')], { uid: 65534 })
    expect(diagnosed(ran).findings[0].culprits[0].name).toBe('hot')
  })

  test('killed in the middle: analyze reports what was written until then', async () => {
    const load = startLoad([hot, '60'])
    const child = startAutotune(['record', '-q', '--duration', '60s', '--pid', String(load.pid), '-o', output('killed')])
    const durationNs = () =>
      existsSync(join(output('killed'), 'manifest.json'))
        ? JSON.parse(readFileSync(join(output('killed'), 'manifest.json'), 'utf8')).durationNs
        : 0
    await until('three seconds are recorded', () => durationNs() > 3e9)
    child.kill('SIGKILL')
    const diagnosis = diagnosed(autotune(['analyze', '--format', 'json', '--no-html', output('killed')]))
    await load.stop()
    expect(diagnosis.durationNs).toBeGreaterThan(3e9)
    expect(diagnosis.findings[0].culprits[0].name).toBe('hot')
  })

  test('without privilege a started command is followed all the same', () => {
    const ran = autotune(
      ['diagnose', '-q', '--format', 'json', '-o', join('/tmp', `autotune-nobody-${process.pid}`), '--', hot, '2', '3'],
      { uid: 65534, cwd: '/tmp' },
    )
    spawnSync('rm', ['-rf', join('/tmp', `autotune-nobody-${process.pid}`)])
    expect(ran.status).toBe(3)
    expect(diagnosed(ran).findings[0].culprits[0].name).toBe('hot')
    expect(diagnosed(ran).unavailable.map(({ topic }) => topic)).toContain('CPU samples of other processes')
  })

  test('a thread called like markup stays text', () => {
    const named = output('<img src=x onerror=alert(1)>').slice(0, -1)
    copyFileSync(hot, named)
    const html = output('hostile.html')
    autotune(['diagnose', '-q', '-o', output('hostile'), '--html', html, '--', named, '1.5'])
    expect(readFileSync(html, 'utf8')).not.toMatch(/<img/i)
  })

  test('Ctrl-C ends the recording and still reports', async () => {
    const load = startLoad([hot, '60'])
    const child = startAutotune([
      'diagnose',
      '--duration',
      '60s',
      '--format',
      'json',
      '--pid',
      String(load.pid),
      '-o',
      output('interrupted'),
    ])
    let stdout = ''
    let stderr = ''
    child.stdout?.on('data', data => (stdout += data))
    child.stderr?.on('data', data => (stderr += data))
    await until('it records', () => stderr.includes('recording'))
    const exited = new Promise<number | null>(resolve => child.once('exit', resolve))
    child.kill('SIGINT')
    expect(await exited).toBe(0)
    await load.stop()
    expect(JSON.parse(stdout).durationNs).toBeLessThan(30e9)
  })

  test('a command without a terminal has a session of its own, and hears of what ends us', async () => {
    const session = output('session')
    const script = `cut -d' ' -f6 /proc/self/stat > ${session}; trap 'echo told >> ${session}; exit 3' TERM; while :; do sleep 0.05; done`
    const child = startAutotune(['diagnose', '-q', '-o', output('told'), '--', 'sh', '-c', script])
    const exited = new Promise<number | null>(resolve => child.once('exit', resolve))
    await until('the command to run', () => existsSync(session) && readFileSync(session, 'utf8').endsWith('\n'))
    child.kill('SIGTERM')
    expect(await exited).toBe(3)
    const [of, told] = readFileSync(session, 'utf8').split('\n')
    expect(Number(of)).not.toBe(Number(readFileSync('/proc/self/stat', 'utf8').split(' ')[5]))
    expect(told).toBe('told')
  })
})
