/**
 * Time of an analysis by the length of the recording: 1,000 threads and 5,000 stacks, as many rows a second as eBPF gives.
 *
 *   node bench/analysis-time.mjs [rounds] [seconds...]       default: 3 rounds of 30 and 600
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { cli, median, printMachine } from './measure.mjs'

const [rounds = 3, ...lengths] = process.argv.slice(2).map(Number)
const root = join(import.meta.dirname, '..')
const directory = mkdtempSync(join(tmpdir(), 'autotune-bench-'))
const outfile = join(root, 'node_modules', `.analysis-bench-${process.pid}.mjs`)
await build({
  entryPoints: [join(root, 'bench', 'large-recording.ts')],
  ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error' },
})
const { writeLargeRecording } = await import(pathToFileURL(outfile).href)
rmSync(outfile)

printMachine()
const times = new Map()
for (const seconds of lengths.length > 0 ? lengths : [30, 600]) {
  const recording = join(directory, String(seconds))
  const rows = writeLargeRecording(recording, seconds)
  const all = []
  let peak = 0
  let user = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%M %U', process.execPath, cli, 'analyze', recording], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    all.push((performance.now() - began) / 1000)
    const [kilobytes, userSeconds] = stderr.trim().split('\n').at(-1).split(' ').map(Number)
    peak = Math.max(peak, kilobytes / 1024)
    user = Math.min(user, userSeconds)
  }
  times.set(seconds, median(all))
  console.log(
    `${seconds} s (${rows} rows): ${median(all).toFixed(2)} s, report included (${rounds} rounds: ${all.map(time => time.toFixed(2)).join(' ')}), ${user.toFixed(2)} s of user CPU time, ${peak.toFixed(0)} MiB`,
  )
}
const [[short, shortTime], last] = [[...times][0], [...times].at(-1)]
if (times.size > 1) {
  const [long, longTime] = last
  console.log(`${(long / short).toFixed(0)} times as long takes ${(longTime / shortTime).toFixed(1)} times as long`)
}
rmSync(directory, { recursive: true, force: true })
