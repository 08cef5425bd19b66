/**
 * Unwinding: stacks per second cold and warm, share complete, share equal to `perf script`; and what dumps cost the load.
 *
 *   node bench/unwind.mjs [rounds] [slowdown]      slowdown: only what dumps cost the load
 *
 * Needs root, gcc, g++, perf; rustc, clang++ and python3 are used where they are.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { median, printMachine } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 3)
const directory = mkdtempSync(join(tmpdir(), 'autotune-bench-'))
const root = join(import.meta.dirname, '..')
const workload = name => join(root, 'test', 'workloads', name)
const cli = join(root, 'dist', 'cli.js')

const entry = `export { linuxHost } from './src/linux-host.ts'\nexport { unwindBesidePerf } from './test/unwind-beside-perf.ts'`
const outfile = join(root, 'node_modules', '.unwind-bench.mjs') // beside koffi, which it imports
await build({
  stdin: { contents: entry, resolveDir: root, loader: 'ts' },
  ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error' },
})
const { linuxHost, unwindBesidePerf } = await import(pathToFileURL(outfile).href)
rmSync(outfile)

const gcc = ['-O2', '-g', '-fomit-frame-pointer', '-pthread']
const programs = {
  'C gcc': ['c', 'gcc', ...gcc, workload('stacks.c')],
  'C++ gcc': ['cpp', 'g++', ...gcc, workload('stacks.cpp')],
  'C++ clang PIE': ['clang', 'clang++', ...gcc, '-fPIE', '-pie', workload('stacks.cpp')],
  'C static': ['static', 'gcc', ...gcc, '-static', workload('stacks.c')],
  Rust: ['rust', 'rustc', '-O', workload('stacks.rs')],
}

printMachine()
for (const bytes of process.argv[3] === 'slowdown' ? [] : [8192, 24576]) {
  console.log(`\nDumps of ${bytes} bytes, 499 Hz, 2 s`)
  for (const [name, [comm, compiler, ...options]] of Object.entries(programs)) {
    const program = join(directory, comm)
    if (spawnSync(compiler, [...options, '-o', program]).status !== 0) console.log(`  ${name.padEnd(16)} needs ${compiler}`)
    else report(name, comm, { bytes, command: [program, '2'] })
  }
  report('python3', 'python3', { bytes, command: ['/usr/bin/python3', workload('stacks.py'), '2'] })
  report('node', 'node', { bytes, command: [process.execPath, workload('stacks.mjs'), '2'] })
}
slowdown()
rmSync(directory, { recursive: true })

/** The first pass over a file reads rules, the later ones find them: the second number is the best of them. */
function report(name, comm, { bytes, command }) {
  const file = join(directory, 'perf.data')
  const recorder = ['record', '-q', '--call-graph', `dwarf,${bytes}`, '-F', '499', '-e', 'cpu-clock', '-o', file, '--']
  execFileSync('perf', [...recorder, ...command], { stdio: 'ignore' })
  const { total, complete, perfComplete, equal, seconds, warmSeconds } = unwindBesidePerf(linuxHost(), file, { comm, passes: 20 })
  const percent = (part, whole) => (whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`)
  const rate = time => Math.round(total / time).toString()
  console.log(
    `  ${name.padEnd(16)} complete ${percent(complete, total).padStart(7)} of ${total}, perf ${percent(perfComplete, total)}, equal ${percent(equal, perfComplete)}; stacks/s cold ${rate(seconds)} warm ${rate(warmSeconds)}`,
  )
}

/** Wall time of a load that does a fixed amount of work, alone and beside each recorder; variants alternate. */
function slowdown() {
  const load = ['python3', '-c', 'def fib(n): return n if n < 2 else fib(n-1) + fib(n-2)\nfor _ in range(25): fib(27)']
  const data = join(directory, 'slow.data')
  const recording = join(directory, 'recording')
  const own = callGraph => [process.execPath, cli, 'record', '-q', '--call-graph', callGraph, '-o', recording, '--']
  const perf = graph => ['perf', 'record', '-q', '-a', '-F', '99', '-e', 'cpu-clock', '--call-graph', graph, '-o', data, '--']
  const variants = {
    'autotune fp': own('fp'),
    'autotune auto,8k': own('auto,8k'),
    'autotune auto,24k': own('auto,24k'),
    'perf fp': perf('fp'),
    'perf dwarf,8192': perf('dwarf,8192'),
  }
  const timed = ['sh', '-c', 'exec "$@"', 'sh']
  const timesOf = new Map([['alone', []], ...Object.keys(variants).map(name => [name, []])])
  for (let round = 0; round < rounds; round++) {
    for (const [name, prefix] of [['alone', timed], ...Object.entries(variants)]) {
      rmSync(recording, { recursive: true, force: true })
      timesOf.get(name).push(cpuSeconds([...prefix, ...load]))
    }
  }
  const base = median(timesOf.get('alone'))
  console.log(`\nCPU time of a Python load (${base.toFixed(2)} s alone, medians of ${rounds})`)
  for (const [name, times] of timesOf) console.log(`  ${name.padEnd(18)} × ${(median(times) / base).toFixed(3)}`)
}

/** CPU seconds of the load itself, which prints them: the recorder's own time is not the target's. */
function cpuSeconds(command) {
  const script = command.at(-1)
  const printed = [...command.slice(0, -1), `import time\n${script}\nprint("cpu", time.process_time())`]
  const { stdout } = spawnSync(printed[0], printed.slice(1), { encoding: 'utf8' })
  return Number(/cpu ([\d.]+)/.exec(stdout)?.[1])
}
