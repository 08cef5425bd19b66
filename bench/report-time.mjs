/**
 * End of recording → report, and the same samples through perf script and folding. Also Node's start: autotune --help.
 *
 *   node bench/report-time.mjs [rounds]
 */
import { spawn, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { cli, median, printMachine } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 5)
const seconds = 30
printMachine()

const load = spawn('stress-ng', ['-q', '--cpu', '2', '--fork', '1', '-t', String(seconds + 20)], { stdio: 'ignore' })
rmSync('/tmp/autotune-bench', { recursive: true, force: true })
const perf = spawn('perf', ['record', '-q', '-F', '99', '-g', '-a', '-o', '/tmp/perf-bench.data', '--', 'sleep', String(seconds)], {
  stdio: 'ignore',
})
const perfDone = new Promise(resolve => perf.once('exit', resolve))
const tool = spawn(process.execPath, [cli, 'diagnose', '-d', `${seconds}s`, '-o', '/tmp/autotune-bench'], {
  stdio: ['ignore', 'pipe', 'pipe'],
})
const start = performance.now()
let recordingAt = 0
tool.stderr.on('data', data => {
  if (recordingAt === 0 && String(data).includes('recording')) recordingAt = performance.now()
})
let reportAt = 0
tool.stdout.on('data', () => {
  reportAt ||= performance.now()
})
await new Promise(resolve => tool.once('exit', resolve))
await perfDone
load.kill('SIGINT')
console.log(
  `first progress after ${((recordingAt - start) / 1000).toFixed(2)} s; recording of ${seconds} s to printed report: ${((reportAt - recordingAt) / 1000 - seconds).toFixed(2)} s (bar: 2)`,
)

const times = { 'autotune analyze': [], 'perf script | fold': [], 'autotune --help': [] }
const timed = (name, command) => {
  const began = performance.now()
  const { status } = spawnSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'ignore'] })
  if (status !== 0) throw new Error(`${command} failed`)
  times[name].push(performance.now() - began)
}
const fold = `awk '/^$/{if(s!="")n[s]++;s="";next} /^\\t/{s=$2";"s}  END{for(k in n)print k,n[k]}'`
for (let round = 0; round < rounds; round++) {
  timed('autotune analyze', `${process.execPath} ${cli} analyze /tmp/autotune-bench`)
  timed('perf script | fold', `perf script -i /tmp/perf-bench.data 2>/dev/null | ${fold}`)
  timed('autotune --help', `${process.execPath} ${cli} --help`)
}
for (const [name, values] of Object.entries(times)) console.log(`${name.padEnd(20)} ${median(values).toFixed(0)} ms (median of ${rounds})`)
