import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnosis } from '../src/schema.ts'

/** What a finished command said. */
export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Longest that any command of a test may take. */
const LIMIT_MS = 90_000

const cli = join(import.meta.dirname, '..', 'dist', 'cli.js')

/** Runs autotune to its end. */
export function autotune(args: readonly string[], options: { cwd?: string; uid?: number } = {}): Ran {
  return spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', timeout: LIMIT_MS, ...options, gid: options.uid })
}

/** Starts autotune and lets it run. */
export function startAutotune(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** The diagnosis of `diagnose --format json`; the command's own words when it failed. */
export function diagnosed(ran: Ran): Diagnosis {
  if (ran.stdout === '') throw new Error(`autotune gave no result (status ${ran.status}):\n${ran.stderr}`)
  return JSON.parse(ran.stdout)
}

/** A directory of its own for a test, readable by other users; removed by the returned function. */
export function scratchDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'autotune-test-'))
  execFileSync('chmod', ['755', path])
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Compiles a workload of test/workloads and gives the program's path. */
export function compile(name: string, directory: string, flags: readonly string[] = ['-O2', '-g', '-fno-omit-frame-pointer']): string {
  const program = join(directory, name)
  execFileSync('cc', [...flags, '-o', program, join(import.meta.dirname, 'workloads', `${name}.c`), '-pthread'])
  return program
}

/** Starts a load and ends it, and all it started, when the returned function is called. */
export function startLoad(command: readonly string[]): { readonly pid: number; readonly ended: Promise<void>; stop(): Promise<void> } {
  const child = spawn(command[0], command.slice(1), { stdio: 'ignore', detached: true })
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const pid = child.pid ?? 0
  return {
    pid,
    ended: exited,
    async stop() {
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // it ended by itself
      }
      await exited
    },
  }
}

/** Waits until a condition holds; an error that says which after the limit. */
export async function until(what: string, holds: () => boolean, limitMs = 30_000): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`Waited ${limitMs} ms for: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/** Waits until the machine is calm, so that what is first in the ranking is what the test put there. Goes on after the limit. */
export async function calm(limitMs = 60_000): Promise<void> {
  const endMs = performance.now() + limitMs
  for (let before = busyTicks(); performance.now() < endMs; ) {
    await new Promise(resolve => setTimeout(resolve, 1000))
    const now = busyTicks()
    if (now - before < 20) return
    before = now
  }
}

/** Hundredths of a second all CPUs were busy since boot. */
function busyTicks(): number {
  const [user, nice, system] = readFileSync('/proc/stat', 'utf8').split(/\s+/).slice(1).map(Number)
  return user + nice + system
}

/** Why a kernel test cannot run here; printed once and undefined when it can. */
export function skipReason(needs: {
  readonly root?: boolean
  readonly programs?: readonly string[]
  readonly writable?: string
}): string | undefined {
  const missing: string[] = []
  if (needs.root === true && process.getuid?.() !== 0) missing.push('root')
  for (const program of needs.programs ?? []) if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) missing.push(program)
  if (needs.writable !== undefined && spawnSync('test', ['-w', needs.writable]).status !== 0) missing.push(`${needs.writable} writable`)
  return missing.length === 0 ? undefined : `needs ${missing.join(', ')}`
}

/** Self time of a function in `perf report`, 0..1. */
export function perfShare(perfData: string, symbol: string): number {
  const report = execFileSync('perf', ['report', '-i', perfData, '--no-children', '--stdio', '-F', 'overhead,symbol', '-g', 'none'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // a JavaScript function has a row for each of its compilations
  let share = 0
  for (const line of report.split('\n')) {
    const match = /^\s*([\d.]+)%\s+\[[.k]\]\s+(.*?)\s*$/.exec(line)
    if (match?.[2].split(/[^\w]+/).includes(symbol)) share += Number(match[1]) / 100
  }
  return share
}
