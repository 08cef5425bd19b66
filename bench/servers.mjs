/**
 * What recording costs a server: redis-benchmark alone, beside autotune, beside perf record; alternating, medians.
 *
 *   node bench/servers.mjs [rounds]        needs redis-server and redis-benchmark
 */
import { spawn } from 'node:child_process'
import { median, printMachine, recorders, runBeside } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 5)
const server = spawn('redis-server', ['--port', '7799', '--bind', '127.0.0.1', '--save', ''], { stdio: 'ignore' })
await new Promise(resolve => setTimeout(resolve, 1000))
printMachine()
try {
  const tools = ['nothing', 'autotune 99 Hz', 'perf record 99 Hz']
  const rates = new Map(tools.map(tool => [tool, []]))
  const own = new Map(tools.map(tool => [tool, []]))
  for (let round = 0; round < rounds; round++) {
    for (const tool of tools) {
      const run = await runBeside(recorders[tool], ['redis-benchmark', '-p', '7799', '-t', 'get', '-n', '300000', '-c', '20', '--csv'])
      rates.get(tool).push(Number(run.stdout.trim().split('\n').at(-1).split(',')[1].replaceAll('"', '')))
      own.get(tool).push(run.toolSeconds / run.seconds)
    }
  }
  const base = median(rates.get('nothing'))
  for (const tool of tools) {
    const rate = median(rates.get(tool))
    console.log(
      `${tool.padEnd(20)} ${rate.toFixed(0)} requests/s (${((rate / base - 1) * 100).toFixed(1)} %), own CPU ${(median(own.get(tool)) * 100).toFixed(1)} % of a CPU`,
    )
  }
} finally {
  server.kill()
}
