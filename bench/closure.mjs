/**
 * How well the ledger closes under loads of different kinds, and how its times compare with those of `perf sched timehist` over the same
 * seconds. Bars: closure ≤ 2 %, running, runnable and blocked within 2 % of perf's.
 *
 *   node bench/closure.mjs [seconds] [load…]        needs root, perf, cc; PostgreSQL, Redis and stress-ng for their loads
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { tableFromIPC } from 'apache-arrow'
import { cli, printMachine } from './measure.mjs'

const seconds = Number(process.argv[2] ?? 4)
const folder = mkdtempSync('/tmp/autotune-closure-')
chmodSync(folder, 0o755)
const bench = new URL('.', import.meta.url).pathname
const port = 7798
const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : []
const postgres = `/usr/lib/postgresql/${versions.at(-1)}/bin`
const asPostgres = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']
const connection = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', 'postgres']

/** By name: what to do first, servers to start, and the load itself. */
const loads = {
  idle: {},
  compile: { prepare: writeSource, load: ['sh', '-c', `while cc -O2 -o /dev/null ${folder}/big.c; do :; done`] },
  pgbench: {
    prepare: initPostgres,
    servers: [
      [...asPostgres, `${postgres}/postgres`, '-D', `${folder}/pg`, '-k', `${folder}/pg`, '-p', port, '-c', 'listen_addresses=127.0.0.1'],
    ],
    ready: () => spawnSync(`${postgres}/pgbench`, ['-i', '-q', ...connection]).status === 0,
    load: [`${postgres}/pgbench`, '-n', '-c', '8', '-T', '100', ...connection],
  },
  redis: {
    servers: [['redis-server', '--port', port, '--bind', '127.0.0.1', '--save', '']],
    ready: () => spawnSync('redis-cli', ['-p', String(port), 'ping']).status === 0,
    load: ['redis-benchmark', '-p', port, '-t', 'get', '-n', '1000000000', '-c', '20', '-q'],
  },
  'stress-ng --switch': { load: ['stress-ng', '-q', '--switch', '2', '-t', '100'] },
  '2,000 threads': {
    prepare: () => execFileSync('cc', ['-O2', '-o', `${folder}/threads`, `${bench}threads.c`, '-pthread']),
    load: [`${folder}/threads`, '2000', '20000', '100'],
  },
}

const wanted = process.argv.slice(3)
printMachine()
try {
  for (const [name, load] of Object.entries(loads)) if (wanted.length === 0 || wanted.includes(name)) await measure(name, load)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure(name, { prepare, servers = [], ready = () => true, load }) {
  prepare?.()
  const started = servers.map(start)
  try {
    for (let tries = 0; !ready(); tries++) {
      if (tries > 100) throw new Error(`${name} does not begin`)
      await pause(100)
    }
    if (load !== undefined) started.push(start(load))
    await pause(500)
    await record()
  } finally {
    for (const { child, exited } of started.reverse()) {
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        console.log(`${name}: ${child.spawnfile} ended by itself`)
      }
      await exited
    }
  }
  const analyzed = JSON.parse(
    execFileSync(process.execPath, [cli, 'analyze', '--no-html', '--format', 'json', `${folder}/r`], { encoding: 'utf8' }),
  )
  const { closure } = analyzed.quality
  console.log(
    `${name.padEnd(20)} closure ${percent(closure.totalRatio)} in all, ${percent(closure.worstRatio)} of the worst thread; ${await besidePerf()}`,
  )
  rmSync(`${folder}/r`, { recursive: true })
}

/** perf begins first and ends last, so that both see the same seconds. */
async function record() {
  const perf = start(['perf', 'sched', 'record', '-k', 'CLOCK_MONOTONIC', '-m', '32M', '-o', `${folder}/perf.data`])
  while (!existsSync(`${folder}/perf.data`)) await pause(20)
  await pause(1000)
  const ran = spawnSync(process.execPath, [cli, 'record', '-q', '-d', `${seconds}s`, '-o', `${folder}/r`], { encoding: 'utf8' })
  perf.child.kill('SIGINT')
  await perf.exited
  if (ran.status !== 0) throw new Error(ran.stderr)
}

/** Times of the threads of which perf knows what they did nearly all of the time that the ledger tells of them. */
async function besidePerf() {
  const ours = readLedger()
  const theirs = await readTimehist(Number(JSON.parse(readFileSync(`${folder}/r/manifest.json`, 'utf8')).startNs), ours)
  if (theirs.size === 0) throw new Error('perf sched timehist told of no thread')
  const sums = { running: [0, 0], runnable: [0, 0], blocked: [0, 0] }
  let threads = 0
  for (const [tid, our] of ours) {
    const their = theirs.get(tid)
    if (their === undefined || total(their) < 0.98 * total(our)) continue
    threads++
    for (const state of Object.keys(sums)) {
      sums[state][0] += our[state]
      sums[state][1] += their[state]
    }
  }
  const told = Object.entries(sums).map(([state, [our, their]]) => `${state} ${difference(our, their)}`)
  return `${threads} of ${ours.size} threads beside perf: ${told.join(', ')}`
}

/**
 * A line of timehist is a stretch of running with what came before: "time [cpu] comm[tid/pid] wait delay run state", at its end and
 * in ms. The state says what the next wait of the thread is. What falls outside of the ledger is cut off. Times are cut to whole
 * microseconds, so that on average half of one is missing.
 *
 *     |····· wait ·····|··· delay ···|■■■■ run ■■■■|  time
 */
async function readTimehist(startNs, ledger) {
  const timehist = spawn('perf', ['sched', 'timehist', '-i', `${folder}/perf.data`, '--state'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const threads = new Map()
  const within = (span, fromNs, toNs) => Math.max(0, Math.min(toNs, startNs + span.toNs) - Math.max(fromNs, startNs + span.fromNs))
  const nsOf = ms => (Number(ms) === 0 ? 0 : Number(ms) * 1e6 + 500)
  for await (const line of createInterface({ input: timehist.stdout })) {
    const match = /^\s*(\d+)\.(\d{6}) \[\d+\]\s+.*\[(\d+)(?:\/\d+)?\]\s+[\d.]+\s+([\d.]+)\s+([\d.]+)\s+(\S+)\s*$/.exec(line)
    const span = ledger.get(Number(match?.[3]))
    if (span === undefined) continue
    const outNs = Number(match[1]) * 1e9 + Number(match[2]) * 1e3
    const [delayNs, runNs] = [nsOf(match[4]), Number(match[5]) * 1e6 + 500]
    const thread = threads.get(Number(match[3])) ?? { running: 0, runnable: 0, blocked: 0, state: 'S', outNs: outNs - runNs - delayNs }
    threads.set(Number(match[3]), thread)
    const inNs = Math.max(thread.outNs, outNs - runNs)
    const readyNs = thread.state.startsWith('R') ? thread.outNs : Math.max(thread.outNs, inNs - delayNs)
    thread.running += within(span, inNs, outNs)
    thread.runnable += within(span, readyNs, inNs)
    thread.blocked += within(span, thread.outNs, readyNs)
    thread.state = match[6]
    thread.outNs = outNs
  }
  rmSync(`${folder}/perf.data`)
  return threads
}

function total({ running, runnable, blocked }) {
  return running + runnable + blocked
}

/** ThreadState of src/schema/tables.ts: running, runnable, blocked, preempted, throttled. */
function readLedger() {
  const table = tableFromIPC(readFileSync(`${folder}/r/threadTime.arrow`))
  const [tids, states, times, starts, durations] = ['tid', 'state', 'ns', 'timeNs', 'durationNs'].map(column =>
    table.getChild(column).toArray(),
  )
  const stateOf = ['running', 'runnable', 'blocked', 'runnable', 'runnable']
  const threads = new Map()
  for (let row = 0; row < tids.length; row++) {
    const thread = threads.get(tids[row]) ?? { running: 0, runnable: 0, blocked: 0, fromNs: starts[row], toNs: 0 }
    thread.toNs = starts[row] + durations[row]
    threads.set(tids[row], thread)
    if (stateOf[states[row]] !== undefined) thread[stateOf[states[row]]] += times[row]
  }
  return threads
}

function difference(ours, theirs) {
  return theirs === 0 ? '–' : `${(ours / 1e9).toFixed(2)} s (${(ours >= theirs ? '+' : '') + ((ours / theirs - 1) * 100).toFixed(2)} %)`
}

function start(command) {
  const child = spawn(String(command[0]), command.slice(1).map(String), { stdio: 'ignore', detached: true, cwd: folder })
  return { child, exited: new Promise(resolve => child.once('exit', resolve)) }
}

function initPostgres() {
  execFileSync('install', ['-d', '-o', 'postgres', '-m', '700', `${folder}/pg`])
  execFileSync(asPostgres[0], [...asPostgres.slice(1), `${postgres}/initdb`, '-D', `${folder}/pg`, '-A', 'trust', '-N'], {
    stdio: 'ignore',
    cwd: '/',
  })
}

/** A file that takes the compiler a second. */
function writeSource() {
  const functions = Array.from(
    { length: 2000 },
    (_, i) => `int f${i}(int a, int b) { int s = 0; for (int i = 0; i < a; i++) s += (i * ${i}) ^ b; return s; }`,
  )
  writeFileSync(`${folder}/big.c`, `${functions.join('\n')}\nint main(void) { return f0(1, 2); }\n`)
}

function percent(ratio) {
  return `${(ratio * 100).toFixed(2)} %`
}

function pause(ms) {
  return new Promise(resolve => setTimeout(resolve, ms))
}
