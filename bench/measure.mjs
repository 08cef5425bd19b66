/** What the benchmarks share: a fixed load, a tool that records beside it, medians of alternating runs. */
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import os from 'node:os'

export const cli = new URL('../dist/cli.js', import.meta.url).pathname

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** utime + stime of a living process and its reaped children, in seconds. */
function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return Number.NaN
  }
}

function rssBytes(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024
  } catch {
    return Number.NaN
  }
}

/** Tools that record the whole machine until SIGINT. */
export const recorders = {
  nothing: undefined,
  'autotune 99 Hz': {
    command: [process.execPath, cli, 'record', '-q', '-d', '10m', '-F', '99', '-o', '/tmp/autotune-bench'],
    ready: '/tmp/autotune-bench/manifest.json',
  },
  'autotune 999 Hz': {
    command: [process.execPath, cli, 'record', '-q', '-d', '10m', '-F', '999', '-o', '/tmp/autotune-bench'],
    ready: '/tmp/autotune-bench/manifest.json',
  },
  'perf record 99 Hz': {
    command: ['perf', 'record', '-q', '-F', '99', '-g', '-a', '-o', '/tmp/perf-bench.data'],
    ready: '/tmp/perf-bench.data',
  },
  'perf record 999 Hz': {
    command: ['perf', 'record', '-q', '-F', '999', '-g', '-a', '-o', '/tmp/perf-bench.data'],
    ready: '/tmp/perf-bench.data',
  },
}

/** Runs a load once beside a recorder: wall seconds of the load, CPU seconds and peak memory of the recorder while the load ran. */
export async function runBeside(recorder, load) {
  rmSync('/tmp/autotune-bench', { recursive: true, force: true })
  rmSync('/tmp/perf-bench.data', { force: true })
  const tool = recorder === undefined ? undefined : spawn(recorder.command[0], recorder.command.slice(1), { stdio: 'ignore' })
  if (tool !== undefined) {
    while (spawnSync('test', ['-e', recorder.ready]).status !== 0) await new Promise(resolve => setTimeout(resolve, 20))
    await new Promise(resolve => setTimeout(resolve, 500))
  }
  const cpuBefore = tool === undefined ? 0 : cpuSeconds(tool.pid)
  const start = performance.now()
  const { status, stdout } = spawnSync(load[0], load.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const seconds = (performance.now() - start) / 1000
  const toolSeconds = tool === undefined ? 0 : cpuSeconds(tool.pid) - cpuBefore
  const toolBytes = tool === undefined ? 0 : rssBytes(tool.pid)
  if (tool !== undefined) {
    const exited = new Promise(resolve => tool.once('exit', resolve))
    tool.kill('SIGINT')
    await exited
  }
  if (status !== 0) throw new Error(`${load.join(' ')} failed`)
  return { seconds, toolSeconds, toolBytes, stdout }
}

export function printMachine() {
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim()
  console.log(`${os.cpus()[0].model}, ${os.cpus().length} CPUs, Linux ${os.release()}, Node ${process.version}, commit ${commit}`)
}
