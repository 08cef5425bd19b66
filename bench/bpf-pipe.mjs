// Slowdown of `perf bench sched pipe` and `perf bench sched messaging` by our scheduler topic, by several, by all, by the whole
// of autotune with its defaults, and by `perf sched record`, interleaved. Bar: below half of what `perf sched record` adds.
// node bench/bpf-pipe.mjs [rounds] [loops of pipe] [loops of messaging; 0: without]
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cli } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 5)
const loads = {
  pipe: ['taskset', '-c', '1', 'perf', 'bench', '-f', 'simple', 'sched', 'pipe', '-l', process.argv[3] ?? '60000'],
  messaging: ['perf', 'bench', '-f', 'simple', 'sched', 'messaging', '-g', '5', '-l', process.argv[4] ?? '2000'],
}
if (process.argv[4] === '0') delete loads.messaging
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
  'autotune record': [process.execPath, cli, 'record', '-q', '-d', '10m', '-o', join(folder, 'recording')],
  'perf sched record': ['perf', 'sched', 'record', '-a', '-o', join(folder, 'perf.data')],
}

try {
  writeFileSync(join(folder, 'collect.ts'), source)
  const options = ['--bundle', '--platform=node', '--format=esm', '--external:koffi', '--log-level=error']
  execFileSync('npx', ['esbuild', join(folder, 'collect.ts'), ...options, `--outfile=${bundle}`])
  for (const [load, command] of Object.entries(loads)) await compare(load, command)
} finally {
  rmSync(folder, { recursive: true })
  rmSync(bundle, { force: true })
}

async function compare(load, command) {
  const results = Object.fromEntries(Object.keys(variants).map(name => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(variants)) results[name].push(await measure(variants[name], command))
  }
  const bare = median(results.nothing)
  console.log(`perf bench sched ${load}, ${bare.toFixed(2)} s alone`)
  for (const [name, seconds] of Object.entries(results)) {
    console.log((median(seconds) / bare).toFixed(2), name, seconds.map(value => value.toFixed(2)).join(' '))
  }
}

async function measure(recorder, load) {
  const tool = recorder && spawn(recorder[0], recorder.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] })
  if (recorder?.[1] === bundle) await new Promise(resolve => tool.stdout.once('data', resolve))
  else if (recorder?.[1] === cli) await began(join(folder, 'recording', 'manifest.json'))
  else if (recorder) await new Promise(resolve => setTimeout(resolve, 1500))
  const { stdout } = spawnSync(load[0], load.slice(1), { encoding: 'utf8' })
  if (tool) {
    tool.stdout.resume()
    tool.kill(recorder[1] === bundle ? 'SIGTERM' : 'SIGINT')
    await new Promise(resolve => tool.on('close', resolve))
    rmSync(join(folder, 'recording'), { recursive: true, force: true })
  }
  return Number(stdout.trim().split(/\s+/)[0])
}

async function began(path) {
  while (!existsSync(path)) await new Promise(resolve => setTimeout(resolve, 20))
  await new Promise(resolve => setTimeout(resolve, 500))
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}
