/**
 * Samples lost at 999 Hz for 30 s under load. Bar: 0.
 *
 *   node bench/loss.mjs [seconds]
 */
import { spawn, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { cli, printMachine } from './measure.mjs'

const seconds = Number(process.argv[2] ?? 30)
printMachine()
for (const load of [
  ['stress-ng', '-q', '--cpu', '8'],
  ['stress-ng', '-q', '--switch', '8'],
  ['stress-ng', '-q', '--fork', '4', '--vm', '2', '--vm-bytes', '64m'],
]) {
  const child = spawn(load[0], [...load.slice(1), '-t', String(seconds + 10)], { stdio: 'ignore' })
  rmSync('/tmp/autotune-bench', { recursive: true, force: true })
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [cli, 'diagnose', '-q', '-F', '999', '-d', `${seconds}s`, '--format', 'json', '-o', '/tmp/autotune-bench'],
    { encoding: 'utf8' },
  )
  const exited = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGINT')
  await exited
  if (stdout === '') throw new Error(stderr)
  const { quality, cost } = JSON.parse(stdout)
  console.log(
    `${load.join(' ').padEnd(48)} ${quality.machineSamples} samples, ${quality.lost} lost, own CPU ${(cost.cpuRatio * 100).toFixed(2)} % of the machine, RSS ${(cost.rssBytes / 1048576).toFixed(0)} MiB`,
  )
}
