// Bursts: events decoded a second, replay of three bursts of 500,000 events, and the slowdown of `perf bench sched pipe` while one
// is going on beside the scheduler topic. Bars: 5 M events/s; 50 ms a play. node bench/bursts.mjs [rounds] [loops]
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const rounds = Number(process.argv[2] ?? 5)
const loops = process.argv[3] ?? '60000'
const root = process.cwd()
const folder = mkdtempSync(join(tmpdir(), 'burst-bench-'))

const offline = `
import { decodeFlight } from '${root}/src/collectors/bpf/decode-flight.ts'
import { eventTable } from '${root}/src/collectors/bpf/event-table.ts'
import { openReplay } from '${root}/src/detectors/replay/replay.ts'
import { tableOf } from '${root}/src/table-builder.ts'
const region = 1 << 18, cpus = 2, rows = region * cpus
const bytes = new Uint8Array(rows * 32), view = new DataView(bytes.buffer)
for (let cpu = 0; cpu < cpus; cpu++) for (let n = 0; n < region; n++) {
  // two pairs of threads in turn: one wakes the other, then waits
  const at = (cpu * region + n) * 32, even = n % 4 < 2, self = 100 + cpu * 2 + (even ? 0 : 1), other = 100 + cpu * 2 + (even ? 1 : 0)
  view.setBigUint64(at, BigInt(n * 1900 + cpu), true); view.setBigUint64(at + 8, 0x7f0000001000n, true)
  view.setUint32(at + 16, n % 2 === 0 ? other : self, true); view.setUint32(at + 20, n % 2 === 0 ? self : other, true)
  view.setUint32(at + 24, 100, true); view.setUint16(at + 28, 202, true); view.setUint8(at + 30, n % 2 === 0 ? 2 : 1)
}
const regions = { bytes, region, heads: [region, region], keeps: 'oldest' }
const naming = { beginSlice() {}, name: () => ({ reason: 'futex', syscall: 'futex', argument: 0 }) }
const time = (what, count, act) => {
  const ms = []
  let result
  for (let round = 0; round < 7; round++) { const began = performance.now(); result = act(); ms.push(performance.now() - began) }
  const median = ms.sort((a, b) => a - b)[3]
  console.log(what, median.toFixed(0) + ' ms', (count / median / 1000).toFixed(1) + ' M events/s')
  return result
}
const decoded = time('decode', rows, () => decodeFlight(regions, { startNs: 0n, fromNs: 0, toNs: 1e9 }))
const event = time('rows', rows, () => eventTable(decoded.events, { processRowAt: () => 0, naming, futexNumber: 202 }))
const join = (name, column) => { const whole = new event[name].constructor(rows * 3); for (let i = 0; i < 3; i++) whole.set(column(event[name], i), i * rows); return whole }
const same = column => column
const three = { length: rows * 3, timeNs: join('timeNs', (column, i) => column.map(t => t + i * 1e10)), what: { values: event.what.values, codes: Int32Array.from({ length: rows * 3 }, (_, row) => event.what.codes[row % rows]) } }
for (const name of ['cpu', 'type', 'flags', 'process', 'tid', 'otherTid', 'key']) three[name] = join(name, same)
const burst = tableOf('burst', [0, 1, 2].map(i => ({ timeNs: i * 1e10, durationNs: 1e9, count: rows, lostCount: 0 })))
const replay = time('open', rows * 3, () => openReplay(three, burst))
time('play', rows * 3, () => replay.withCause({ kind: 'lock', key: 0x7f0000001000 }, 0.5))
console.log('contexts', replay.contexts.length, 'rss MiB', (process.memoryUsage().rss / 1048576).toFixed(0))
`
const live = `
import { linuxBpfHost } from '${root}/src/linux-bpf-host.ts'
import { linuxHost } from '${root}/src/linux-host.ts'
import { openBursts } from '${root}/src/collectors/bpf/burst.ts'
import { openBpf } from '${root}/src/collectors/bpf/collector.ts'
const host = linuxBpfHost(linuxHost())
const options = { startNs: host.monotonicNs(), skeletonFolder: '${root}/src/collectors/bpf/out', architecture: process.arch, topics: ['sched'] }
const sched = openBpf(host, options)
const bursts = openBursts(host, options)
const began = performance.now()
if (process.argv[2] === 'burst') bursts.begin()
process.stdout.write('ready ' + (performance.now() - began).toFixed(1) + ' ms to attach')
process.on('SIGTERM', () => { bursts.close(); sched.close(); process.exit(0) })
setInterval(() => {}, 1e6)
`
const variants = { nothing: undefined, sched: 'sched', 'sched and a burst': 'burst' }

try {
  runBundle('offline', offline)
  const results = Object.fromEntries(Object.keys(variants).map(name => [name, []]))
  for (let round = 0; round < rounds; round++) for (const [name, kind] of Object.entries(variants)) results[name].push(await measure(kind))
  const bare = median(results.nothing)
  for (const [name, seconds] of Object.entries(results)) {
    console.log((median(seconds) / bare).toFixed(2), name, seconds.map(value => value.toFixed(2)).join(' '))
  }
} finally {
  rmSync(folder, { recursive: true })
  for (const name of ['offline', 'live']) rmSync(join(root, `bench-${name}.tmp.mjs`), { force: true })
}

function bundle(name, source) {
  const entry = join(folder, `${name}.ts`)
  const file = join(root, `bench-${name}.tmp.mjs`) // in the project, so that it finds koffi
  writeFileSync(entry, source)
  const options = ['--bundle', '--platform=node', '--format=esm', '--external:koffi', '--log-level=error']
  execFileSync('npx', ['esbuild', entry, ...options, `--outfile=${file}`])
  return file
}

function runBundle(name, source) {
  execFileSync(process.execPath, [bundle(name, source)], { stdio: 'inherit' })
}

async function measure(kind) {
  const collector = kind && spawn(process.execPath, [bundle('live', live), kind], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (collector) await new Promise(resolve => collector.stdout.once('data', resolve))
  const { stdout } = spawnSync('taskset', ['-c', '1', 'perf', 'bench', '-f', 'simple', 'sched', 'pipe', '-l', loops], { encoding: 'utf8' })
  if (collector) {
    collector.kill('SIGTERM')
    await new Promise(resolve => collector.on('close', resolve))
  }
  return Number(stdout.trim().split(/\s+/)[0])
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}
