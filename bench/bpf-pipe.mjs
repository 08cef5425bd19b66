// Slowdown of `perf bench sched pipe` by our scheduler topic, by several, by all, and by `perf sched record`, interleaved.
// Bar: below half of what `perf sched record` adds. node bench/bpf-pipe.mjs [rounds] [loops]
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const rounds = Number(process.argv[2] ?? 5)
const loops = process.argv[3] ?? '60000'
const folder = mkdtempSync(join(tmpdir(), 'bpf-bench-'))
const root = process.cwd()
const bundle = join(root, 'bench-bpf-pipe.tmp.mjs') // in the project, so that it finds koffi

const source = `
import { linuxBpfHost } from '${root}/src/linux-bpf-host.ts'
import { linuxHost } from '${root}/src/linux-host.ts'
import { openBpf } from '${root}/src/collectors/bpf/collector.ts'
const host = linuxBpfHost(linuxHost())
const topics = process.argv[2] === 'all' ? undefined : process.argv[2].split(',')
const collector = openBpf(host, { startNs: host.monotonicNs(), skeletonFolder: '${root}/src/collectors/bpf/out', architecture: process.arch, topics })
process.stdout.write('ready')
setInterval(() => collector.drain(), 1000)
process.on('SIGTERM', () => { collector.close(); process.exit(0) })
`
const variants = {
  nothing: undefined,
  sched: [process.execPath, bundle, 'sched'],
  'all but system calls': [process.execPath, bundle, 'sched,lock,block,irq,net,process,memory,fault'],
  'every topic': [process.execPath, bundle, 'all'],
  'perf sched record': ['perf', 'sched', 'record', '-a', '-o', join(folder, 'perf.data')],
}

try {
  writeFileSync(join(folder, 'collect.ts'), source)
  const options = ['--bundle', '--platform=node', '--format=esm', '--external:koffi', '--log-level=error']
  execFileSync('npx', ['esbuild', join(folder, 'collect.ts'), ...options, `--outfile=${bundle}`])
  const results = Object.fromEntries(Object.keys(variants).map(name => [name, []]))
  for (let round = 0; round < rounds; round++) for (const name of Object.keys(variants)) results[name].push(await measure(variants[name]))
  const bare = median(results.nothing)
  for (const [name, seconds] of Object.entries(results)) {
    console.log((median(seconds) / bare).toFixed(2), name, seconds.map(value => value.toFixed(2)).join(' '))
  }
} finally {
  rmSync(folder, { recursive: true })
  rmSync(bundle, { force: true })
}

async function measure(command) {
  const collector = command && spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] })
  if (command?.[0] === process.execPath) await new Promise(resolve => collector.stdout.once('data', resolve))
  else if (command) await new Promise(resolve => setTimeout(resolve, 1500))
  const { stdout } = spawnSync('taskset', ['-c', '1', 'perf', 'bench', '-f', 'simple', 'sched', 'pipe', '-l', loops], { encoding: 'utf8' })
  if (collector) {
    collector.kill(command[0] === 'perf' ? 'SIGINT' : 'SIGTERM')
    await new Promise(resolve => collector.on('close', resolve))
  }
  return Number(stdout.trim().split(/\s+/)[0])
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}
