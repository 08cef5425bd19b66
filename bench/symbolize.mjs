/**
 * A recording with stack dumps → stacks with names, files, lines and inlined calls, beside `perf script --inline`. Bar: 5 × as fast.
 *
 *   node bench/symbolize.mjs [rounds]
 *
 * Needs root, g++, perf and the cpuacct controller: perf leaves its addr2line processes unreaped, so that wait4(2) does not tell
 * their time. User code only, so that both do the same: kernel names are another matter.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { median, printMachine } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 3)
const directory = mkdtempSync(join(tmpdir(), 'autotune-bench-'))
const workload = name => join(import.meta.dirname, '..', 'test', 'workloads', name)
const child = join(import.meta.dirname, '..', 'node_modules', `.symbolize-bench-${process.pid}.mjs`) // beside what it imports
await build({
  entryPoints: [join(import.meta.dirname, 'symbolize-child.ts')],
  ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external', outfile: child, logLevel: 'error' },
})

printMachine()
console.log(`CPU seconds (medians of ${rounds}), dumps of 8 KB at 499 Hz`)
const program = join(directory, 'stacks')
execFileSync('g++', ['-O2', '-g', '-fomit-frame-pointer', '-std=c++17', '-pthread', '-o', program, workload('stacks.cpp')])
compare('C++', [program, '10'])
compare('python3', ['/usr/bin/python3', workload('stacks.py'), '10'])
rmSync(directory, { recursive: true })
rmSync(child)

function compare(name, command) {
  const data = join(directory, 'perf.data')
  const record = ['record', '-q', '--call-graph', 'dwarf,8192', '-F', '499', '-e', 'cpu-clock:u', '-o', data, '--', ...command]
  execFileSync('perf', record, { stdio: 'ignore' })
  const own = measure([process.execPath, child, data])
  const lines = measure(['perf', 'script', '--inline', '-F', 'comm,tid,time,ip,sym,srcline', '-i', data])
  const inline = measure(['perf', 'script', '--inline', '-F', 'comm,tid,time,ip,sym', '-i', data])
  const found = JSON.parse(own.stdout)
  console.log(
    `  ${name.padEnd(8)} ${found.samples} samples → ${found.stacks} stacks, ${found.lines} frames with lines, ${found.inlined} inlined\n` +
      `    autotune ${own.cpuSeconds.toFixed(2)}; perf script --inline ${inline.cpuSeconds.toFixed(2)} (× ${(inline.cpuSeconds / own.cpuSeconds).toFixed(1)}), ` +
      `with lines ${lines.cpuSeconds.toFixed(2)} (× ${(lines.cpuSeconds / own.cpuSeconds).toFixed(1)})`,
  )
}

function measure(command) {
  const group = `/sys/fs/cgroup/cpuacct/autotune-bench-${process.pid}`
  const runs = Array.from({ length: rounds }, () => {
    mkdirSync(group)
    const script = `echo $$ > ${group}/tasks; "$@"; status=$?; while [ $(wc -l < ${group}/tasks) -gt 2 ]; do sleep 0.05; done; exit $status`
    const { stdout, stderr, status } = spawnSync('sh', ['-c', script, 'sh', ...command], { encoding: 'utf8', maxBuffer: 1 << 30 })
    const cpuSeconds = Number(readFileSync(`${group}/cpuacct.usage`, 'utf8')) / 1e9
    rmdirSync(group)
    if (status !== 0) throw new Error(`${command.join(' ')} failed:\n${stderr}`)
    return { stdout, cpuSeconds }
  })
  return { stdout: runs[0].stdout, cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)) }
}
