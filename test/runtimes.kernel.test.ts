import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, type TestContext, test } from 'vitest'
import { readRecording } from '../src/recording.ts'
import { Ownership, textAt } from '../src/schema.ts'
import { autotune, diagnosed, scratchDirectory, skipReason, startLoad, until } from './autotune.ts'

const reason = skipReason({ root: true })
if (reason !== undefined) process.stderr.write(`runtimes.kernel.test.ts skipped: ${reason}\n`)

const workload = (name: string) => join(import.meta.dirname, 'workloads', name)

interface Seen {
  /** The hot function, whatever else runs on this machine. */
  readonly hot: string | undefined
  readonly hints: string
  /** Function → ownership and samples whose leaf it is. */
  readonly leaves: ReadonlyMap<string, { readonly ownership: number; readonly count: number }>
}

describe.skipIf(reason !== undefined)('programs of runtimes', () => {
  const scratch = scratchDirectory()
  afterAll(() => scratch.remove())

  /** Diagnoses a running process for three seconds. */
  function look(name: string, pid: number): Seen {
    return lookWith(name, ['--pid', String(pid), '--duration', '3s'], pid)
  }

  /** Leaves are those of a process, or of all. */
  function lookWith(name: string, target: readonly string[], pid?: number): Seen {
    const directory = join(scratch.path, name)
    const ran = autotune(['diagnose', '-q', '--no-html', '--format', 'json', '-o', directory, '--frequency', '199', ...target])
    const { tables } = readRecording(directory)
    const { sample, process, callchainStack, stack, frame, symbol } = tables
    const leaves = new Map<string, { ownership: number; count: number }>()
    if (sample && process && callchainStack && stack && frame && symbol) {
      for (let row = 0; row < sample.length; row++) {
        if ((pid !== undefined && process.pid[sample.process[row]] !== pid) || sample.callchain[row] < 0) continue
        const found = frame.symbol[stack.frame[callchainStack.stack[sample.callchain[row]]]]
        const leaf = textAt(symbol.name, found) ?? ''
        const known = leaves.get(leaf)
        leaves.set(leaf, { ownership: symbol.ownership[found], count: (known?.count ?? 0) + 1 })
      }
    }
    const hot = diagnosed(ran).findings.find(finding => finding.class === 'cpu.hot-function')?.culprits[0].name
    return { hot, hints: ran.stderr, leaves }
  }

  async function lookAt(name: string, command: readonly string[], whenReady?: (pid: number) => Promise<void>): Promise<Seen> {
    const load = startLoad(command)
    try {
      await whenReady?.(load.pid)
      return look(name, load.pid)
    } finally {
      await load.stop()
    }
  }

  const hottest = ({ leaves }: Seen) => [...leaves].sort((left, right) => right[1].count - left[1].count)[0]

  // V8 may keep the end of its dump in memory until it exits
  test('Node with a jitdump: the JavaScript function first, own code', () => {
    const dump = `cd ${scratch.path} && exec ${process.execPath} --perf-prof ${workload('hot.mjs')} 3`
    const seen = lookWith('node-dump', ['--', 'sh', '-c', dump])
    expect(seen.hot).toContain('hotLoop')
    expect(hottest(seen)).toEqual([expect.stringContaining('hotLoop'), expect.objectContaining({ ownership: Ownership.Own })])
    expect(seen.hints).not.toContain('--perf-basic-prof')
  })

  test('Node without flags: node JIT, and the flags that give names, once', async () => {
    const seen = await lookAt('node', [process.execPath, workload('hot.mjs'), '60'])
    expect(hottest(seen)[0]).toBe('[unknown] in [node JIT]')
    expect(seen.hints.match(/--perf-basic-prof-only-functions --interpreted-frames-native-stack/g)).toHaveLength(1)
  })

  const python = findPython()

  test.each([
    ['a perf map', '-X perf', 12],
    ['a jitdump', '-X perf_jit', 13],
  ])('Python with %s: what it compiled has the names of its functions', async (kind, flags, minor, context?: TestContext) => {
    const path = python.get(minor as number)
    if (path === undefined) return context?.skip(`needs Python 3.${minor}, which Debian 12 has not`)
    const command = [path, ...(flags as string).split(' '), workload('hot.py'), '60']
    const seen = await lookAt(`python-${minor}`, command)
    // whether the walk from the interpreter reaches the trampolines depends on how this Python was compiled
    expect(
      [...seen.leaves.keys()].some(name => name.includes('(interpreted Python)')),
      String(kind),
    ).toBe(true)
    expect(seen.hints).not.toContain('-X perf')
  })

  test('Python without flags: its interpreter, and the flag that gives names', async (context: TestContext) => {
    const path = python.get(12) ?? python.get(13) ?? python.get(11)
    if (path === undefined) return context.skip('needs Python')
    const seen = await lookAt('python', [path, workload('hot.py'), '60'])
    const interpreter = [...seen.leaves].find(([name]) => name.endsWith('(interpreted Python)'))
    expect(interpreter?.[1].ownership).toBe(Ownership.Runtime)
    expect(seen.hints.match(/-X perf/g)).toHaveLength(1)
  })

  test('Java with a perf map: the hot method; without: Java JIT, and what gives names', async (context: TestContext) => {
    const missing = skipReason({ programs: ['java', 'javac', 'jcmd'] })
    if (missing !== undefined) return context.skip(`${missing}: apt-get install default-jdk-headless`)
    expect(spawnSync('javac', ['-d', scratch.path, workload('Hot.java')]).status).toBe(0)
    const java = ['java', '-XX:+PreserveFramePointer', '-cp', scratch.path, 'Hot', '60']
    const plain = await lookAt('java', java)
    expect(hottest(plain)).toEqual(['[unknown] in [Java JIT]', expect.objectContaining({ ownership: Ownership.Runtime })])
    expect(plain.hints).toContain('jcmd PID Compiler.perfmap')
    const named = await lookAt('java-map', java, async pid => {
      // the map is of the moment: HotSpot compiles the method anew as it learns of it
      let before = ''
      await until('the hot method is compiled for good', () => {
        spawnSync('jcmd', [String(pid), 'Compiler.perfmap'])
        const now = spawnSync('grep', ['hotLoop', `/tmp/perf-${pid}.map`], { encoding: 'utf8' }).stdout
        const isSame = now !== '' && now === before
        before = now
        return isSame
      })
    })
    expect(hottest(named)).toEqual([expect.stringContaining('hotLoop'), expect.objectContaining({ ownership: Ownership.Own })])
    expect(named.hints).not.toContain('jcmd')
  })

  test('a stripped Go program: its function, own code', async (context: TestContext) => {
    const missing = skipReason({ programs: ['go'] })
    if (missing !== undefined) return context.skip(`${missing}: apt-get install golang-go`)
    const program = join(scratch.path, 'hot-go')
    const built = spawnSync('go', ['build', '-ldflags=-s -w', '-o', program, workload('hot.go')], {
      env: { ...process.env, GO111MODULE: 'off' },
    })
    expect(built.status, String(built.stderr)).toBe(0)
    const seen = await lookAt('go', [program, '60'])
    expect(seen.hot).toBe('main.hotLoop')
    expect(hottest(seen)).toEqual(['main.hotLoop', expect.objectContaining({ ownership: Ownership.Own })])
  })
})

/** Minor version → program: on the path, or where pyenv puts them. */
function findPython(): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  const versions = join(homedir(), '.pyenv', 'versions')
  const installed = existsSync(versions) ? readdirSync(versions).map(version => join(versions, version, 'bin', 'python3')) : []
  for (const path of [...installed, 'python3.12', 'python3.13', 'python3']) {
    const minor = /^Python 3\.(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1]
    if (minor !== undefined) found.set(Number(minor), path)
  }
  return found
}
