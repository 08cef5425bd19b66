/**
 * Own CPU and memory, and slowdown of the load, beside perf record on the same load; all variants alternate.
 *
 *   node bench/overhead.mjs [rounds]
 */
import { median, printMachine, recorders, runBeside } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 5)
const loads = {
  idle: ['sleep', '8'],
  'stress-ng --cpu 2': ['stress-ng', '-q', '--cpu', '2', '--cpu-method', 'matrixprod', '--cpu-ops', '6000'],
  'sched messaging': ['perf', 'bench', 'sched', 'messaging', '-g', '5', '-l', '6000'],
}

printMachine()
for (const [name, load] of Object.entries(loads)) {
  const results = new Map(Object.keys(recorders).map(tool => [tool, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [tool, recorder] of Object.entries(recorders)) results.get(tool).push(await runBeside(recorder, load))
  }
  const base = median(results.get('nothing').map(({ seconds }) => seconds))
  console.log(`\n${name} (${base.toFixed(2)} s alone, medians of ${rounds})`)
  for (const [tool, runs] of results) {
    const seconds = median(runs.map(run => run.seconds))
    const cpu = median(runs.map(run => run.toolSeconds / run.seconds))
    const bytes = median(runs.map(run => run.toolBytes))
    console.log(
      `  ${tool.padEnd(20)} load × ${(seconds / base).toFixed(3)}   own CPU ${(cpu * 100).toFixed(2)} % of a CPU   RSS ${(bytes / 1048576).toFixed(0)} MiB`,
    )
  }
}
