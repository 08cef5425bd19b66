/**
 * What recording costs as the work grows: 10 → 10,000 threads at 10,000 switches a second, and 1,000 → 500,000 switches a second of
 * 16 threads. Own CPU and memory of `autotune record`, rows and stacks that were lost, and how long a drain of the eBPF collectors takes.
 *
 *   node bench/growth.mjs [seconds]        needs cc and root
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import { tableFromIPC } from 'apache-arrow'
import { buildSync } from 'esbuild'
import { cli, median, printMachine } from './measure.mjs'

const seconds = Number(process.argv[2] ?? 5)
const folder = mkdtempSync('/tmp/autotune-growth-')
const child = new URL('.growth-child.tmp.mjs', import.meta.url).pathname
const bench = new URL('.', import.meta.url).pathname
const cases = [
  [10, 10_000],
  [100, 10_000],
  [1_000, 10_000],
  [10_000, 10_000],
  [16, 1_000],
  [16, 100_000],
  [16, 500_000],
]
/** The rungs below eBPF: from tracepoints, and from /proc as a user without privilege. */
const rungs = {
  'from tracepoints': ['capsh', '--drop=cap_bpf,cap_sys_admin', '--', '-c', 'exec "$@"', 'sh'],
  'from /proc': ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
}

printMachine()
try {
  execFileSync('cc', ['-O2', '-o', `${folder}/threads`, `${bench}threads.c`, '-pthread'])
  buildSync({
    entryPoints: [`${bench}growth-child.ts`],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['koffi'],
  })
  chmodSync(folder, 0o777)
  for (const [threads, switches] of cases) await measure({ threads, switches, isRung: switches === 100_000 || threads === 1_000 })
} finally {
  rmSync(folder, { recursive: true })
  rmSync(child, { force: true })
}

async function measure({ threads, switches, isRung }) {
  const load = spawn(`${folder}/threads`, [threads, switches, 120].map(String), { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise(resolve => load.once('exit', resolve))
  await new Promise(resolve => load.stdout.once('data', resolve))
  try {
    await new Promise(resolve => setTimeout(resolve, 500))
    console.log(`\n${threads} threads, ${(await switchRate()).toFixed(0)} switches/s`)
    const drains = JSON.parse(execFileSync(process.execPath, [child, String(seconds), `${bench}../dist/bpf`], { encoding: 'utf8' }))
    console.log(
      `  drain ${median(drains.drainMs).toFixed(1)} ms (longest ${Math.max(...drains.drainMs).toFixed(1)}), ` +
        `ledger ${median(drains.ledgerMs).toFixed(1)} ms, ${drains.rows} rows of waits`,
    )
    for (const [rung, prefix] of [['by eBPF', []], ...(isRung ? Object.entries(rungs) : [])]) record(rung, prefix)
  } finally {
    load.kill('SIGKILL')
    await exited
  }
}

/** What a second of recording costs is told from two recordings: beginning and naming what was seen cost the same in both. */
function record(rung, prefix) {
  const [short, long] = [recordFor(1, prefix), recordFor(1 + seconds, prefix)]
  const perSecond = (long.cost.cpuNs - short.cost.cpuNs) / (seconds * os.cpus().length * 1e9)
  console.log(
    `  ${rung}: own CPU ${(perSecond * 100).toFixed(2)} % of the machine and ${((short.cost.cpuNs - (long.cost.cpuNs - short.cost.cpuNs) / seconds) / 1e9).toFixed(2)} s once, ` +
      `RSS ${(long.cost.rssBytes / 1048576).toFixed(0)} MiB, ${long.switches.toFixed(0)} switches/s; ${long.losses}`,
  )
}

function recordFor(duration, prefix) {
  const [before, startMs] = [contextSwitches(), performance.now()]
  const command = [...prefix, process.execPath, cli, 'record', '-q', '-d', `${duration}s`, '-o', `${folder}/r`]
  const ran = spawnSync(command[0], command.slice(1), { encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(ran.stderr)
  const switches = ((contextSwitches() - before) / (performance.now() - startMs)) * 1000
  const { cost } = JSON.parse(readFileSync(`${folder}/r/manifest.json`, 'utf8'))
  const lost = losses()
  rmSync(`${folder}/r`, { recursive: true })
  return { switches, cost, losses: lost }
}

async function switchRate() {
  const before = contextSwitches()
  await new Promise(resolve => setTimeout(resolve, 1000))
  return contextSwitches() - before
}

function contextSwitches() {
  return Number(/^ctxt (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))[1])
}

/** Losses of the recording by what was lost. */
function losses() {
  if (!existsSync(`${folder}/r/quality.arrow`)) return 'nothing lost'
  const quality = tableFromIPC(readFileSync(`${folder}/r/quality.arrow`))
  const sums = new Map()
  for (const row of quality) sums.set(row.kind, (sums.get(row.kind) ?? 0) + row.count)
  return [...sums].map(([kind, count]) => `${kind} ${count}`).join(', ') || 'nothing lost'
}
