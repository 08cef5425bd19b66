// What an armed and silent `watch` costs, and how fast it is when it fires. node bench/watch.mjs PART [rounds]; build first.
//   cost     slowdown of loads beside `perf record --overwrite --switch-output=signal` on the same events, and beside nothing. Bar: a quarter of perf's.
//   delay    trigger → frozen and freeze → armed again, of 200 triggers, from event timestamps. Bars: 5 ms, 20 ms.
//   history  seconds of history per MiB at 10k, 100k, 500k events/s.
//   decode   speed of decoding a full ring and of writing it.
//   programs what each program in the kernel costs a run, by the kernel's own count.
// LOADS=pipe,messaging,redis,pgbench chooses loads; TOOLS=nothing,watch,perf,rings what cost runs beside; rings: watch without eBPF.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
const watch = [process.execPath, cli, 'watch', '--when', 'signal == SIGSEGV', '--memory', '64MiB', '--output', join(folder, 'kept')]
const withoutBpf = ['setpriv', '--bounding-set', '-bpf,-sys_admin', '--inh-caps', '-bpf,-sys_admin']
const isReady = line => line.includes('armed')
const tools = {
  nothing: undefined,
  watch: { command: watch, isReady },
  perf: {
    command: [
      ...['perf', 'record', '-a', '--overwrite', '--switch-output=signal', '-m', '32M', '-o', join(folder, 'perf.data')],
      ...['-e', 'cpu-clock/freq=99/', ...perfEvents.flatMap(name => ['-e', name])],
    ],
  },
  rings: { command: [...withoutBpf, ...watch], isReady },
}

const postgresBin = '/usr/lib/postgresql/15/bin'
const loads = {
  pipe: { run: () => pipe(['taskset', '-c', '1']) },
  messaging: { run: () => simpleBench(['messaging', '-g', '10', '-l', '150']) },
  redis: { start: startRedis, run: runRedis },
  pgbench: { start: startPostgres, run: runPgbench },
}

// what we started ends with us, also when we are told to end
const children = new Set()
process.on('exit', () => {
  for (const child of children) child.kill()
})
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

printMachine()
try {
  if (part === 'cost') await measureCost()
  else if (part === 'programs') await measurePrograms()
  else await inBundle(part)
} finally {
  rmSync(folder, { recursive: true, force: true })
  rmSync(bundle, { force: true })
}

/** Every round has each tool once, in turn; a tool's time is the best of three, which is what others on this machine disturbed least. */
async function measureCost() {
  const wantedTools = (process.env.TOOLS ?? 'nothing,watch,perf').split(',')
  for (const name of wantedLoads()) {
    const load = loads[name]
    const stop = await load.start?.()
    const seconds = Object.fromEntries(wantedTools.map(tool => [tool, []]))
    for (let round = 0; round < rounds; round++) {
      const turn = round % wantedTools.length
      for (const tool of [...wantedTools.slice(turn), ...wantedTools.slice(0, turn)])
        seconds[tool].push(await beside(tools[tool], async () => Math.min(await load.run(), await load.run(), await load.run())))
    }
    await stop?.()
    const bare = median(seconds.nothing)
    for (const tool of wantedTools) {
      const slowdown = ((median(seconds[tool]) / bare - 1) * 100).toFixed(1)
      console.log(name.padEnd(10), tool.padEnd(8), `${slowdown} %`.padStart(8), seconds[tool].map(value => value.toFixed(3)).join(' '))
    }
  }
}

function wantedLoads() {
  return (process.env.LOADS ?? Object.keys(loads).join(',')).split(',')
}

/** ns a run and runs a second; counting them costs some 50 ns of each. */
async function measurePrograms() {
  const setting = '/proc/sys/kernel/bpf_stats_enabled'
  const before = readFileSync(setting, 'utf8')
  writeFileSync(setting, '1')
  try {
    for (const name of wantedLoads()) {
      const stop = await loads[name].start?.()
      await beside(tools.watch, async child => {
        const [first, seconds] = [programTimes(child), await loads[name].run()]
        for (const [id, { program, ns, runs }] of programTimes(child)) {
          const more = runs - (first.get(id)?.runs ?? 0)
          const each = (ns - (first.get(id)?.ns ?? 0)) / more
          if (more > 0) console.log(name.padEnd(10), program.padEnd(12), `${each.toFixed(0)} ns × ${(more / seconds).toFixed(0)} a second`)
        }
      })
      await stop?.()
    }
  } finally {
    writeFileSync(setting, before)
  }
}

function programTimes({ pid }) {
  const listed = JSON.parse(execFileSync('bpftool', ['-j', 'prog', 'show'], { encoding: 'utf8' }))
  const own = listed.filter(({ pids }) => pids === undefined || pids.some(one => one.pid === pid))
  return new Map(own.map(({ id, name, run_time_ns: ns = 0, run_cnt: runs = 0 }) => [id, { program: name, ns, runs }]))
}

/** Runs a load beside a tool that is armed. */
async function beside(tool, run) {
  if (tool === undefined) return run()
  const child = spawn(tool.command[0], tool.command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] })
  children.add(child)
  const ended = new Promise(resolve => child.once('exit', resolve))
  const failed = ended.then(status => Promise.reject(new Error(`${tool.command.join(' ')} ended with ${status}`)))
  failed.catch(() => {})
  const ready =
    tool.isReady === undefined
      ? new Promise(resolve => setTimeout(resolve, 1500))
      : new Promise(resolve => child.stderr.on('data', bytes => tool.isReady(String(bytes)) && resolve(undefined)))
  await Promise.race([ready, failed])
  child.stderr.resume()
  const value = await run(child)
  child.kill('SIGINT')
  await ended
  return value
}

function pipe(prefix) {
  const command = [...prefix, 'perf', 'bench', '-f', 'simple', 'sched', 'pipe', '-l', '100000']
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
  children.add(server)
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
  execFileSync('redis-benchmark', ['-h', '127.0.0.1', '-p', '16379', '-q', '-t', 'get', '-n', '60000', '-c', '20'])
  return (performance.now() - start) / 1000
}

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
  const options = ['-h', join(folder, 'pg'), '-p', '15432', '-S', '-c', '4', '-t', '3000', 'postgres']
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
