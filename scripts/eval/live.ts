/** Runs workloads for real: their preparation, their load, and autotune beside them. */

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from 'simple-statistics'
import type { Measured, Workload } from './workload.ts'

const repository = join(import.meta.dirname, '..', '..')
const cli = join(repository, 'dist', 'cli.js')
const flags = ['-O2', '-g', '-fno-omit-frame-pointer', '-pthread']
/** Longest that anything of a workload may take besides its own length. */
const PATIENCE_MS = 60_000

/** Whether the cause is there, and how much of it. */
export interface Variant {
  readonly hasCause: boolean
  readonly isWeak?: boolean
  readonly seconds: number
}

/** Programs a workload needs and this machine has not. */
export function missingPrograms({ needs }: Workload): readonly string[] {
  return needs.filter(program => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
}

/** How often each way is measured, in turn. Odd. */
const ROUNDS = 3

/** How fast a workload works with and without its cause, without autotune beside it. */
export async function measure(workload: Workload, seconds: number): Promise<Measured> {
  const rateOf = (hasCause: boolean) => prepared(workload, { hasCause, seconds }, stage => runToEnd(stage))
  const [withCause, withoutCause]: number[][] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    withCause.push(await rateOf(true))
    withoutCause.push(await rateOf(false))
  }
  return { withCause: median(withCause), withoutCause: median(withoutCause) }
}

/** Records a workload into a folder. */
export async function recordLive(workload: Workload, variant: Variant, directory: string): Promise<void> {
  await prepared(workload, variant, async ({ environment, scratch }) => {
    const record = [cli, 'record', '-o', directory]
    const limit = ['--duration', `${variant.seconds}s`]
    if (workload.target === 'command') {
      const ran = spawnSync(process.execPath, [...record, '--', 'sh', '-c', workload.run], {
        env: environment,
        cwd: scratch,
        encoding: 'utf8',
        timeout: PATIENCE_MS + variant.seconds * 1000,
      })
      check(workload, ran)
      return
    }
    const load = start(workload.run, { environment: { ...environment, LENGTH: String(variant.seconds + 4) }, cwd: scratch })
    await pause(500)
    const target = workload.target === 'pid' ? ['--pid', readFileSync(join(scratch, 'pid'), 'utf8').trim()] : []
    check(
      workload,
      spawnSync(process.execPath, [...record, ...limit, ...target], { encoding: 'utf8', timeout: PATIENCE_MS + variant.seconds * 1000 }),
    )
    await stop(load)
  })
}

/** What another tool says of a workload. */
export async function prove(workload: Workload): Promise<string> {
  const { evidence } = workload
  if (evidence === undefined) return ''
  return prepared(workload, { hasCause: true, seconds: 3 }, async ({ environment, scratch }) => {
    const script = `exec 2>&1\n${evidence}`
    const { stdout } = spawnSync('sh', ['-c', script], { env: environment, cwd: scratch, encoding: 'utf8', timeout: PATIENCE_MS })
    return stdout.replaceAll(scratch, '$DIR')
  })
}

interface Stage {
  readonly workload: Workload
  readonly environment: NodeJS.ProcessEnv
  readonly scratch: string
  readonly seconds: number
}

/** Does something while the preparation of a workload is in place; nothing of it is left afterwards. */
async function prepared<Result>(workload: Workload, variant: Variant, use: (stage: Stage) => Promise<Result>): Promise<Result> {
  const scratch = mkdtempSync(join(tmpdir(), `${workload.name}-`))
  chmodSync(scratch, 0o777)
  const { strength } = workload
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    DIR: scratch,
    HERE: workload.directory,
    LENGTH: String(variant.seconds),
    CAUSE: variant.hasCause ? '1' : '0',
    ...(strength === undefined ? {} : { STRENGTH: String(variant.isWeak === true ? strength.weak : strength.value) }),
  }
  if (workload.source !== undefined) environment.PROGRAM = build(workload, workload.source, scratch)
  let background: ChildProcess | undefined
  try {
    if (workload.prepare !== undefined) background = await prepare(workload.prepare, { environment, cwd: scratch })
    return await use({ workload, environment, scratch, seconds: variant.seconds })
  } finally {
    if (background !== undefined) await stop(background)
    if (workload.cleanup !== undefined) spawnSync('sh', ['-c', workload.cleanup], { env: environment, cwd: scratch })
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** The program: compiled, or as it is. */
function build({ directory }: Workload, source: string, scratch: string): string {
  const shared = join(repository, 'test', 'workloads')
  const path = existsSync(join(directory, source)) ? join(directory, source) : join(shared, source)
  if (!source.endsWith('.c')) return path
  const program = join(scratch, source.slice(0, -2))
  execFileSync('cc', [...flags, `-I${shared}`, '-o', program, path, '-lm'])
  return program
}

interface Surroundings {
  readonly environment: NodeJS.ProcessEnv
  readonly cwd: string
}

/** Runs a script whose background processes stay, as children of a shell that stays too. */
async function prepare(script: string, { environment, cwd }: Surroundings): Promise<ChildProcess> {
  const child = start(`set -e\n${script}\ntouch ready; exec sleep 1000`, { environment, cwd })
  const endMs = performance.now() + PATIENCE_MS
  while (!existsSync(join(cwd, 'ready'))) {
    if (child.exitCode !== null || performance.now() > endMs) throw new Error(`The preparation failed: ${script}`)
    await pause(50)
  }
  return child
}

function start(script: string, { environment, cwd }: Surroundings): ChildProcess {
  return spawn('sh', ['-c', script], { env: environment, cwd, stdio: ['ignore', 'ignore', 'inherit'], detached: true })
}

/** Ends a shell and all it started. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  const exited = child.exitCode === null && child.signalCode === null ? new Promise(resolve => child.once('exit', resolve)) : undefined
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(-child.pid, signal)
    } catch {
      break // it has ended
    }
    await pause(300)
  }
  await exited
}

/** Work done per second. */
async function runToEnd({ workload, environment, scratch, seconds }: Stage): Promise<number> {
  const startMs = performance.now()
  const ran = spawnSync('sh', ['-c', workload.run], {
    env: environment,
    cwd: scratch,
    encoding: 'utf8',
    timeout: PATIENCE_MS + seconds * 1000,
  })
  const elapsed = (performance.now() - startMs) / 1000
  check(workload, ran)
  const rate = /^rate ([\d.]+)$/m.exec(ran.stdout)
  if (rate !== null) return Number(rate[1])
  const done = /^done ([\d.]+)$/m.exec(ran.stdout)
  return (done === null ? 1 : Number(done[1])) / elapsed
}

function check({ name }: Workload, { status, stderr, error }: { status: number | null; stderr: string; error?: Error | undefined }): void {
  if (status !== 0) throw new Error(`${name} failed (status ${status}): ${error?.message ?? stderr.slice(-2000)}`)
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
