// What an armed and silent `watch` costs, and how fast it is when it fires. node bench/watch.mjs PART [rounds]; build first.
//   cost     slowdown of loads beside `perf record --overwrite --switch-output=signal` on the same events, and beside nothing. Bar: a quarter of perf's.
//   delay    trigger → frozen and freeze → armed again, of 200 triggers, from event timestamps. Bars: 5 ms, 20 ms.
//   history  seconds of history per MiB at 10k, 100k, 500k events/s.
//   decode   speed of decoding a full ring and of writing it.
// LOADS=pipe,messaging,redis,pgbench chooses loads of cost; TOOLS=nothing,watch,perf what they run beside.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cli, median, printMachine } from './measure.mjs'

const part = process.argv[2] ?? 'cost'
const rounds = Number(process.argv[3] ?? 5)
const root = process.cwd()
const folder = mkdtempSync('/var/tmp/watch-bench-')
const bundle = join(root, 'bench-watch.tmp.mjs') // in the project, so that it finds koffi

const perfEvents = 'sched_switch,sched_waking,sched_process_fork,sched_process_exec,sched_process_exit'
  .split(',')
  .map(name => `sched:${name}`)
const tools = {
  nothing: undefined,
  watch: {
    command: [process.execPath, cli, 'watch', '--when', 'signal == SIGSEGV', '--memory', '64MiB', '--output', join(folder, 'kept')],
    isReady: line => line.includes('armed'),
    stop: 'SIGINT',
  },
  perf: {
    command: [
      ...['perf', 'record', '-a', '--overwrite', '--switch-output=signal', '-m', '32M', '-o', join(folder, 'perf.data')],
      ...['-e', 'cpu-clock/freq=99/', ...perfEvents.flatMap(name => ['-e', name])],
    ],
    stop: 'SIGINT',
  },
}

const loads = {
  pipe: { run: () => pipe(['taskset', '-c', '1']) },
  messaging: { run: () => simpleBench(['messaging', '-g', '10', '-l', '400']) },
  redis: { start: startRedis, run: runRedis },
  pgbench: { start: startPostgres, run: runPgbench },
}

printMachine()
try {
  if (part === 'cost') await measureCost()
  else await inBundle(part)
} finally {
  rmSync(folder, { recursive: true, force: true })
  rmSync(bundle, { force: true })
}

async function measureCost() {
  const wantedTools = (process.env.TOOLS ?? 'nothing,watch,perf').split(',')
  for (const name of (process.env.LOADS ?? Object.keys(loads).join(',')).split(',')) {
    const load = loads[name]
    const stop = await load.start?.()
    const seconds = Object.fromEntries(wantedTools.map(tool => [tool, []]))
    for (let round = 0; round < rounds; round++) for (const tool of wantedTools) seconds[tool].push(await beside(tools[tool], load.run))
    await stop?.()
    const bare = median(seconds.nothing)
    for (const tool of wantedTools) {
      const slowdown = ((median(seconds[tool]) / bare - 1) * 100).toFixed(1)
      console.log(name.padEnd(10), tool.padEnd(8), `${slowdown} %`.padStart(8), seconds[tool].map(value => value.toFixed(3)).join(' '))
    }
  }
}

/** Runs a load once beside a tool that is armed; the load's own time. */
async function beside(tool, run) {
  if (tool === undefined) return run()
  const child = spawn(tool.command[0], tool.command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] })
  if (tool.isReady === undefined) await new Promise(resolve => setTimeout(resolve, 2000))
  else await new Promise(resolve => child.stderr.on('data', bytes => tool.isReady(String(bytes)) && resolve(undefined)))
  child.stderr.resume()
  if (child.exitCode !== null) throw new Error(`${tool.command.join(' ')} ended`)
  const value = await run()
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.kill(tool.stop)
  await ended
  return value
}

function pipe(prefix) {
  const command = [...prefix, 'perf', 'bench', '-f', 'simple', 'sched', 'pipe', '-l', '150000']
  return Number(execFileSync(command[0], command.slice(1), { encoding: 'utf8' }).trim().split(/\s+/)[0])
}

function simpleBench(options) {
  return Number(
    execFileSync('perf', ['bench', '-f', 'simple', 'sched', ...options], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)[0],
  )
}

async function startRedis() {
  const server = spawn('redis-server', ['--port', '16379', '--bind', '127.0.0.1', '--save', '', '--dir', folder], { stdio: 'ignore' })
  while (spawnSync('redis-cli', ['-p', '16379', 'ping'], { encoding: 'utf8' }).stdout?.trim() !== 'PONG')
    await new Promise(resolve => setTimeout(resolve, 50))
  return () => {
    server.kill()
    return new Promise(resolve => server.once('exit', resolve))
  }
}

/** Seconds for a fixed number of requests. */
function runRedis() {
  const start = performance.now()
  execFileSync('redis-benchmark', ['-h', '127.0.0.1', '-p', '16379', '-q', '-t', 'get', '-n', '200000', '-c', '20'])
  return (performance.now() - start) / 1000
}

const postgresBin = '/usr/lib/postgresql/15/bin'
async function startPostgres() {
  const data = join(folder, 'pg')
  execFileSync('chmod', ['755', folder])
  execFileSync('install', ['-d', '-o', 'postgres', data])
  const asPostgres = (...command) => execFileSync('runuser', ['-u', 'postgres', '--', ...command], { stdio: 'ignore', cwd: '/' })
  asPostgres(`${postgresBin}/initdb`, '-D', data, '-A', 'trust')
  asPostgres(
    `${postgresBin}/pg_ctl`,
    '-D',
    data,
    '-w',
    '-o',
    `-p 15432 -k ${data} -c listen_addresses= -c fsync=off`,
    '-l',
    `${data}/log`,
    'start',
  )
  asPostgres(`${postgresBin}/pgbench`, '-h', data, '-p', '15432', '-i', '-s', '5', 'postgres')
  return () => asPostgres(`${postgresBin}/pg_ctl`, '-D', data, '-m', 'immediate', 'stop')
}

function runPgbench() {
  const start = performance.now()
  const options = ['-h', join(folder, 'pg'), '-p', '15432', '-S', '-c', '4', '-t', '8000', 'postgres']
  execFileSync('runuser', ['-u', 'postgres', '--', `${postgresBin}/pgbench`, ...options], { stdio: 'ignore', cwd: '/' })
  return (performance.now() - start) / 1000
}

/** Parts that work with the recorder itself. */
async function inBundle(name) {
  const source = join(root, 'bench', 'watch-rings.ts')
  const options = [
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--external:koffi',
    '--external:apache-arrow',
    '--external:@marcbachmann/cel-js',
  ]
  execFileSync('npx', ['esbuild', source, ...options, '--log-level=error', `--outfile=${bundle}`])
  const { status } = spawnSync(process.execPath, [bundle, name, String(rounds), folder], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${name} ended with ${status}`)
}
