/**
 * What recording costs a server: a load alone, beside autotune, beside perf record; alternating, medians. Bars: 2 % slower, own CPU
 * 1 % of the machine.
 *
 *   node bench/servers.mjs [rounds] [load …]        loads: redis, pgbench; all that are installed when none is named
 *   AUTOTUNE_BEFORE=…/dist/cli.js                   another build beside this one
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os, { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, printMachine, recorders, runBeside } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 5)
const named = process.argv.slice(3)
const postgresBin = '/usr/lib/postgresql/15/bin'
const folder = mkdtempSync(join(tmpdir(), 'bench-servers-'))
const loads = {
  redis: { isThere: isInstalled('redis-server') && isInstalled('redis-benchmark'), start: startRedis },
  pgbench: { isThere: existsSync(postgresBin) && isInstalled('pgbench'), start: startPostgres },
}
const before = process.env.AUTOTUNE_BEFORE
const own = recorders['autotune 99 Hz']
const tools = {
  nothing: undefined,
  ...(before === undefined ? {} : { 'autotune before': { ...own, command: own.command.with(1, before) } }),
  autotune: own,
  'perf record 99 Hz': recorders['perf record 99 Hz'],
}

printMachine()
try {
  for (const [name, { isThere, start }] of Object.entries(loads)) {
    if (named.length > 0 && !named.includes(name)) continue
    if (isThere) await measure(name, start)
    else console.log(`${name} is not installed.`)
  }
} finally {
  rmSync(folder, { recursive: true })
}

async function measure(name, start) {
  const { command, rateOf, stop } = await start()
  const runs = new Map(Object.keys(tools).map(tool => [tool, []]))
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [tool, recorder] of Object.entries(tools)) {
        const run = await runBeside(recorder, command)
        runs.get(tool).push({ rate: rateOf(run.stdout), cpuRatio: run.toolSeconds / run.seconds / os.cpus().length })
      }
    }
  } finally {
    await stop()
  }
  const base = median(runs.get('nothing').map(({ rate }) => rate))
  console.log(`\n${name}, medians of ${rounds}`)
  for (const [tool, results] of runs) {
    const rate = median(results.map(run => run.rate))
    const cpu = (median(results.map(run => run.cpuRatio)) * 100).toFixed(2)
    console.log(
      `${tool.padEnd(20)} ${rate.toFixed(0)}/s (${((rate / base - 1) * 100).toFixed(1)} %), own CPU ${cpu} % of the machine   ${results.map(run => run.rate.toFixed(0)).join(' ')}`,
    )
  }
}

async function startRedis() {
  const server = spawn('redis-server', ['--port', '7799', '--bind', '127.0.0.1', '--save', ''], { stdio: 'ignore' })
  const exited = new Promise(resolve => server.once('exit', resolve))
  while (spawnSync('redis-cli', ['-p', '7799', 'ping'], { encoding: 'utf8' }).stdout?.trim() !== 'PONG') {
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return {
    command: ['redis-benchmark', '-p', '7799', '-t', 'get', '-n', '300000', '-c', '20', '--csv'],
    rateOf: stdout => Number(stdout.trim().split('\n').at(-1).split(',')[1].replaceAll('"', '')),
    stop() {
      server.kill()
      return exited
    },
  }
}

/** Reads of rows that are all in memory: the load whose own waits are shortest. */
async function startPostgres() {
  const data = join(folder, 'pg')
  execFileSync('chmod', ['755', folder])
  execFileSync('install', ['-d', '-o', 'postgres', data])
  const postgres = ['runuser', '-u', 'postgres', '--']
  const run = (program, ...options) =>
    execFileSync(postgres[0], [...postgres.slice(1), `${postgresBin}/${program}`, ...options], { stdio: 'ignore', cwd: '/' })
  const options = `-p 15433 -k ${data} -c listen_addresses= -c fsync=off`
  run('initdb', '-D', data, '-A', 'trust')
  run('pg_ctl', '-D', data, '-w', '-o', options, '-l', `${data}/log`, 'start')
  run('pgbench', '-h', data, '-p', '15433', '-i', '-s', '5', 'postgres')
  return {
    command: [...postgres, `${postgresBin}/pgbench`, '-h', data, '-p', '15433', '-S', '-c', '4', '-T', '4', 'postgres'],
    rateOf: stdout => Number(/tps = ([\d.]+)/.exec(stdout)[1]),
    stop: async () => run('pg_ctl', '-D', data, '-m', 'immediate', 'stop'),
  }
}

function isInstalled(program) {
  return spawnSync('which', [program]).status === 0
}
