/**
 * End of recording → report, on a computing, a forking and a server load; the same samples through perf script and folding;
 * and Node's start: autotune --help.
 *
 *   node bench/report-time.mjs [rounds] [seconds] [LOAD...]      loads: cpu forks server; the last is that of perf script
 *
 * Needs root, stress-ng and perf; redis-server and redis-benchmark for `server`.
 */
import { spawn, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { cli, median, printMachine } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 5)
const seconds = Number(process.argv[3] ?? 30)
const length = String(seconds + 20)
const recording = '/tmp/autotune-bench'
const loads = {
  forks: [['stress-ng', '-q', '--fork', '2', '--exec', '1', '-t', length]],
  server: [
    ['redis-server', '--port', '7799', '--bind', '127.0.0.1', '--save', '', '--loglevel', 'warning'],
    ['redis-benchmark', '-p', '7799', '-q', '-l', '-t', 'get,set', '-c', '50'],
  ],
  cpu: [['stress-ng', '-q', '--cpu', '2', '--fork', '1', '-t', length]],
}

printMachine()
for (const name of process.argv.length > 4 ? process.argv.slice(4) : Object.keys(loads)) await measure(name, loads[name])
if (rounds > 0) compare()

async function measure(name, commands) {
  const running = []
  for (const [program, ...options] of commands) {
    running.push(spawn(program, options, { stdio: 'ignore' }))
    await new Promise(resolve => setTimeout(resolve, 300)) // a server listens before its clients come
  }
  rmSync(recording, { recursive: true, force: true })
  const record = ['record', '-q', '-F', '99', '-g', '-a', '-o', '/tmp/perf-bench.data', '--', 'sleep', String(seconds)]
  const perf = rounds > 0 ? spawn('perf', record, { stdio: 'ignore' }) : undefined
  const perfDone = new Promise(resolve => (perf === undefined ? resolve() : perf.once('exit', resolve)))
  try {
    const { firstMs, reportMs } = await diagnose()
    console.log(
      `${name}: first progress after ${(firstMs / 1000).toFixed(2)} s; end of a recording of ${seconds} s → printed report: ` +
        `${(reportMs / 1000 - seconds).toFixed(2)} s (bar: 2)`,
    )
    await perfDone
  } finally {
    for (const process of running) process.kill('SIGINT')
  }
}

/** Milliseconds from the start to the first progress, and from there to the report: the recording and what follows. */
async function diagnose() {
  const start = performance.now()
  const tool = spawn(process.execPath, [cli, 'diagnose', '-d', `${seconds}s`, '-o', recording], { stdio: ['ignore', 'pipe', 'pipe'] })
  let recordingAt = 0
  let reportAt = 0
  tool.stderr.on('data', data => {
    if (recordingAt === 0 && String(data).includes('recording')) recordingAt = performance.now()
  })
  tool.stdout.on('data', () => {
    reportAt ||= performance.now()
  })
  await new Promise(resolve => tool.once('exit', resolve))
  return { firstMs: recordingAt - start, reportMs: reportAt - recordingAt }
}

function compare() {
  const times = { 'autotune analyze': [], 'perf script | fold': [], 'autotune --help': [] }
  const timed = (name, command) => {
    const began = performance.now()
    const { status } = spawnSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'ignore'] })
    if (status !== 0) throw new Error(`${command} failed`)
    times[name].push(performance.now() - began)
  }
  const fold = `awk '/^$/{if(s!="")n[s]++;s="";next} /^\\t/{s=$2";"s}  END{for(k in n)print k,n[k]}'`
  for (let round = 0; round < rounds; round++) {
    timed('autotune analyze', `${process.execPath} ${cli} analyze ${recording}`)
    timed('perf script | fold', `perf script -i /tmp/perf-bench.data 2>/dev/null | ${fold}`)
    timed('autotune --help', `${process.execPath} ${cli} --help`)
  }
  for (const [name, values] of Object.entries(times))
    console.log(`${name.padEnd(20)} ${median(values).toFixed(0)} ms (median of ${rounds})`)
}
