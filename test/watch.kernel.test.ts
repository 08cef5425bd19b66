import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { WatchOptions } from '../src/pipeline/watch/options.ts'
import { markCommand, watchCommand } from '../src/pipeline/watch/watch.ts'
import { readRecording } from '../src/recording.ts'
import { textAt } from '../src/schema.ts'

const execute = promisify(execFile)
const blocker = whyNot()
if (blocker !== undefined) process.stdout.write(`kernel tests of watch are skipped: ${blocker}\n`)

function whyNot(): string | undefined {
  if (process.geteuid?.() !== 0) return 'not root'
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'no BTF'
  return spawnSync('gcc', ['--version']).status === 0 ? undefined : 'no gcc'
}

const defaults: Omit<WatchOptions, 'output'> = {
  when: [],
  before: '5s',
  after: '0s',
  max: '1',
  maxDisk: '1GiB',
  cooldown: '0s',
  memory: '16MiB',
  event: [],
  slow: '1ms',
  frequency: '99',
  rules: [],
}

let folder: string
let rare: string
let slow: string
beforeAll(() => {
  if (blocker !== undefined) return
  folder = mkdtempSync('/var/tmp/watch-test-')
  // marks of others are not for us
  process.env.XDG_RUNTIME_DIR = mkdtempSync('/tmp/watch-run-')
  rare = join(folder, 'rare')
  slow = join(folder, 'slow-requests')
  for (const path of [rare, slow])
    execFileSync('gcc', ['-O1', '-g', '-fno-omit-frame-pointer', '-pthread', '-o', path, `test/workloads/${basename(path)}.c`])
})
afterAll(() => folder !== undefined && rmSync(folder, { recursive: true, force: true }))
beforeEach(() => {
  if (folder === undefined) return
  for (const name of readdirSync(folder))
    if (!['rare', 'slow-requests'].includes(name)) rmSync(join(folder, name), { recursive: true, force: true })
})

/** The command that fails in so many runs, with a fresh counter. */
const fails = (kind: string, every: number) => [rare, kind, join(folder, 'counter'), String(every), join(folder, 'data')]

interface Watched {
  readonly output: string
  readonly lines: readonly string[]
  readonly kept: readonly string[]
  readonly exitStatus: number
}

async function watch(
  options: Partial<WatchOptions>,
  command: readonly string[] = [],
  act?: (stop: AbortController) => void,
): Promise<Watched> {
  const lines: string[] = []
  const output = join(folder, 'kept')
  const stop = new AbortController()
  const deadline = setTimeout(() => stop.abort(), 60_000)
  let hasActed = false
  const onProgress = (): void => {
    if (hasActed) return
    hasActed = true
    act?.(stop)
  }
  const result = await watchCommand(
    command,
    { ...defaults, ...options, output },
    { stop: stop.signal, onProgress, report: line => void lines.push(line) },
  )
  clearTimeout(deadline)
  const kept = existsSync(output) ? readdirSync(output).filter(name => /^\d+$/.test(name)) : []
  return { output: result.output, exitStatus: result.exitStatus, lines, kept: kept.map(name => join(output, name)) }
}

/** Starts what a trigger waits for, once the watch is armed. */
function run(kind: string): () => void {
  return () => void spawn(rare, [kind, join(folder, 'counter'), '1', join(folder, 'data')], { stdio: 'ignore' })
}

describe.runIf(blocker === undefined)('each kind of trigger keeps a window', () => {
  const shell = (script: string) => ['sh', '-c', script]
  test.each<[string, Partial<WatchOptions>, () => readonly string[]]>([
    ['exit', { when: ['exit == 3'] }, () => shell('exit 3')],
    ['signal', { when: ['signal == SIGSEGV'] }, () => fails('segfault', 1)],
    ['error', { when: ['error("openat") == EMFILE'] }, () => fails('descriptors', 1)],
    ['span of a system call', { when: ['span("syscall:clock_nanosleep").durationMs > 50'] }, () => shell('sleep 0.1')],
    ['blocked', { when: ['blocked > 200ms'] }, () => fails('vfork', 1)],
    ['event', { when: ['event("sched:sched_process_exec") && comm == "true"'] }, () => shell('true; /bin/true')],
    ['span of a function', { begin: '', commitIf: 'durationMs > 50' }, () => fails('inversion', 1)],
    [
      'span between two events',
      { begin: '', end: 'tracepoint:sched:sched_process_exit', commitIf: 'durationMs > 50' },
      () => fails('inversion', 1),
    ],
    [
      'run queue',
      { when: ['runQueue > 2ms'] },
      () => ['taskset', '-c', '0', 'sh', '-c', `${fails('hog', 1).join(' ')} & ${fails('hog', 1).join(' ')}; wait`],
    ],
    ['sequence', { when: ['seq: exec(pid) ; sleep(_, pid) ; exit(_, pid) within 5s'] }, () => shell('sleep 0.3')],
    ['stalled', { when: ['stalled("syscall:openat") > 1s'] }, () => shell('sleep 3')],
  ])('%s', async (_name, options, command) => {
    const spanned = options.begin === undefined ? options : { end: 'return', ...options, begin: `uprobe:${rare}:timed_lock` }
    const { kept, output, lines } = await watch(spanned, command())
    expect([output, ...lines].join('\n')).toContain('1 windows kept')
    const { tables, manifest } = readRecording(kept[0])
    expect(manifest.complete).toBe(true)
    expect(tables.wait?.length).toBeGreaterThan(0)
    expect(tables.speculations?.length).toBe(1)
    expect(tables.speculations?.eventCount[0]).toBeGreaterThan(10)
    expect(readFileSync(join(kept[0], 'report.html'), 'utf8')).toContain('<html')
  })

  test('a line of a log, also after the log was rotated', async () => {
    const log = join(folder, 'app.log')
    writeFileSync(log, 'timeout of old\n')
    const { lines } = await watch({ when: [`log("${log}") matches "time.?out"`] }, [], () => {
      rmSync(log)
      appendFileSync(log, 'all is well\nrequest timed out, or timeout\n')
    })
    expect(lines.join('\n')).toContain('request timed out, or timeout')
  })

  test('a static probe of a program', async () => {
    const { lines } = await watch({ when: [`event("usdt:${rare}:rare:begins")`], after: '100ms' }, fails('race', 1))
    expect(lines.join('\n')).toContain('kept: event("usdt:')
  })

  test('a variable that is written', async () => {
    const child = spawn(rare, ['toggle', join(folder, 'counter'), '1', '-'], { stdio: 'ignore' })
    const { lines } = await watch({ when: ['event("watch:is_rare")'], pid: String(child.pid) })
    child.kill()
    expect(lines.join('\n')).toContain('kept: event("watch:is_rare")')
  })

  test('a mark', async () => {
    let heard = Promise.resolve('')
    const { lines } = await watch({ when: ['mark.startsWith("deploy")'] }, [], () => {
      heard = execute(process.execPath, ['dist/cli.js', 'mark', 'deploy done']).then(({ stdout }) => stdout)
    })
    expect(lines.join('\n')).toContain('deploy done')
    expect(await heard).toBe('heard by 1\n')
  })

  test('a mark that nobody hears is an error', async () => {
    await expect(markCommand('x')).rejects.toThrow('Nobody heard the mark.')
  })

  test('pressure, by the kernel, and a series', async () => {
    const hogs = (): void => [1, 2, 3, 4].forEach(run('hog'))
    const { lines } = await watch({ when: ['psi.cpu.some > 0.2 for 1s'] }, [], hogs)
    expect(lines.join('\n')).toContain('kept: psi.cpu.some > 0.2 for 1s')
  })

  test('a series', async () => {
    const { lines } = await watch({ when: ['series("cpu.userRatio") > 0.05 for 300ms'] }, [], run('hog'))
    expect(lines.join('\n')).toContain('cpu.userRatio')
  })
})

describe.runIf(blocker === undefined)('a rare failure', () => {
  test.each([
    ['descriptors', /openat failed with EMFILE/],
    ['inversion', /futex waits that ended by a timeout|waits in futex/],
    ['fsync', /(waits in|slow calls of) fsync/],
    ['race', /nanosleep/],
  ])('%s is caught the first time, and what was different is its cause', async (kind, cause) => {
    const { output, kept, lines } = await watch({ when: ['exit == 1'], runs: '30' }, fails(kind, 30))
    expect(output).toContain('30 runs, 1 triggers: 1 windows kept')
    const { contrast, speculations } = readRecording(kept[0]).tables
    const named = Array.from({ length: Math.min(5, contrast?.length ?? 0) }, (_, row) => contrast && textAt(contrast.measure, row))
    expect(named.join('; ')).toMatch(cause)
    expect(lines.join('\n')).toMatch(/^ {2}(likely )?cause: /m)
    expect(speculations?.detail.values).toEqual(['run 30 ended with status 1'])
  })

  test('runs that pass leave nothing on disk', async () => {
    const { output } = await watch({ when: ['exit != 0'], runs: '30' }, ['true'])
    expect(output).toBe('30 runs, 0 triggers: 0 windows kept, 0 discarded; nothing was written\n')
    expect(readdirSync(folder).sort()).toEqual(['rare', 'slow-requests'])
  })
})

describe.runIf(blocker === undefined)('spans', () => {
  test('of a hundred requests the slow one is kept, and the others tell that its lock is the difference', async () => {
    const { output, kept, lines } = await watch(
      { begin: `uprobe:${slow}:handle_request`, end: 'return', commitIf: 'durationMs > 20 || ret < 0', max: '4', before: '1s' },
      [slow, '10'],
    )
    expect(output).toContain('4 windows kept')
    for (const path of kept) {
      const { speculations, contrast } = readRecording(path).tables
      expect(speculations && textAt(speculations.detail, 0)).toMatch(/took [2-9]\d(\.\d)? ms/)
      expect(contrast && textAt(contrast.measure, 0)).toMatch(/^waits for the lock cache_lock/)
      expect(contrast?.controlCount[0]).toBeGreaterThan(4)
    }
    expect(lines.join('\n')).toMatch(/cause: waits for the lock cache_lock, in \w.*, released in rebuild/)
  })

  test('of system calls stand against healthy calls of the same', async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8; do sleep 0.01; done; sleep 0.1'
    const { kept } = await watch({ when: ['span("syscall:clock_nanosleep").durationMs > 50'] }, ['sh', '-c', script])
    expect(readRecording(kept[0]).tables.contrast?.controlCount[0]).toBe(8)
  })
})

describe.runIf(blocker === undefined)('what goes wrong', () => {
  test('a storm is throttled and said, and every decision is a row', async () => {
    const failing = `import os\nfor turn in range(3000):\n  try: os.open("/nonexistent", 0)\n  except OSError: pass\n`
    const { output, lines } = await watch({ when: ['error("openat") == ENOENT'], max: '3', before: '1s' }, ['python3', '-c', failing])
    expect(output).toMatch(/3 windows kept, .* discarded; .* more came in seconds with over 100 and were counted only/)
    expect(lines.join('\n')).toContain('fires more than 100 times a second')
    const { tables } = readRecording(join(folder, 'kept', 'decisions'))
    const discarded = Number(/(\d+) discarded/.exec(output)?.[1])
    expect(tables.speculations?.length).toBe(3 + discarded)
  })

  test('a condition that does not hold discards', async () => {
    const { output } = await watch({ when: ['exit == 3'], commitIf: 'events < 0', runs: '2' }, ['sh', '-c', 'exit 3'])
    expect(output).toContain('2 triggers: 0 windows kept, 2 discarded')
    const { tables } = readRecording(join(folder, 'kept', 'decisions'))
    expect(tables.speculations?.reason.values).toEqual(['condition'])
  })

  test('a full disk is said and leaves no half of a window, and watch keeps the next once there is room', async () => {
    const disk = join(folder, 'kept')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40k', 'tmpfs', disk])
    try {
      // from its third run on there is room
      const script = 'echo >> runs; [ $(wc -l < runs) -lt 3 ] || mount -o remount,size=64m kept; exit 3'
      const { output, lines } = await watch({ when: ['exit == 3'], runs: '4' }, ['sh', '-c', `cd ${folder}; ${script}`])
      expect(output).toContain('3 runs, 3 triggers: 1 windows kept, 2 discarded')
      expect(lines.join('\n')).toMatch(/could not be kept in .*0001.*disk is full/s)
      expect(readdirSync(disk).filter(name => /^\d+$/.test(name))).toEqual(['0003'])
    } finally {
      execFileSync('umount', [disk])
    }
  })

  test('a target that is killed fires, and watch ends with its time', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' })
    const { lines, output } = await watch({ when: ['exit != 0'], pid: String(child.pid) }, [], () => child.kill('SIGKILL'))
    expect(lines.join('\n')).toMatch(/sleep \(thread \d+\): ended with status 137/)
    expect(output).toContain('1 windows kept')
  })

  test('a command that the user ends with watch has not failed', async () => {
    const beganMs = performance.now()
    const { output, exitStatus } = await watch({ when: ['exit != 0'] }, ['sh', '-c', 'sleep 30; exit 1'], stop => stop.abort())
    expect(performance.now() - beganMs).toBeLessThan(15_000)
    expect([output, exitStatus]).toEqual(['1 runs, 0 triggers: 0 windows kept, 0 discarded; nothing was written\n', 0])
  })

  test('a command that outlives watch goes on unwatched, and nothing of ours is left meanwhile', async () => {
    const { output, lines, exitStatus } = await watch({ when: ['exit != 0'], duration: '1s' }, ['sh', '-c', 'sleep 3; exit 1'])
    expect(lines).toContainEqual(expect.stringContaining('it goes on unwatched'))
    expect([output, exitStatus]).toEqual(['1 runs, 0 triggers: 0 windows kept, 0 discarded; nothing was written\n', 0])
  })

  test('a command that does not start is the error of the one who gave it', async () => {
    await expect(watch({ when: ['exit != 0'] }, ['/nonexistent/program'])).rejects.toThrow('could not be started')
  })

  test('nothing of it is left in the kernel, whatever ends it', async () => {
    const command = ['dist/cli.js', 'watch', '--when', `event("uprobe:${rare}:timed_lock")`]
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'pipe'] })
    await new Promise(resolve => child.stderr.once('data', resolve))
    const ours = kernelObjects(child.pid ?? 0)
    expect(ours.filter(([kind]) => kind === 'prog').length).toBeGreaterThan(5)
    expect(ours.filter(([kind]) => kind === 'link').length).toBeGreaterThan(5)
    child.kill('SIGKILL')
    await new Promise(resolve => child.once('exit', resolve))
    await expect.poll(() => ours.filter(isInKernel), { timeout: 10_000 }).toEqual([])
  })
})

type KernelObject = readonly [kind: string, id: string]

/** Programs, maps and links that a process has descriptors of. */
function kernelObjects(pid: number): readonly KernelObject[] {
  return readdirSync(`/proc/${pid}/fdinfo`).flatMap(name => {
    const info = readFileSync(`/proc/${pid}/fdinfo/${name}`, 'utf8')
    return [...info.matchAll(/^(link|map|prog)_id:\s+(\d+)$/gm)].map(([, kind, id]): KernelObject => [kind, id])
  })
}

function isInKernel([kind, id]: KernelObject): boolean {
  return spawnSync('bpftool', [kind, 'show', 'id', id]).status === 0
}
