/** Stacks of programs compiled here: complete while they are recorded, and equal to those of perf where perf completes them. */

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { linuxHost } from '../src/linux-host.ts'
import { readRecording } from '../src/recording.ts'
import { StackEnd, textAt } from '../src/schema.ts'
import { autotune, scratchDirectory, skipReason } from './autotune.ts'
import { unwindBesidePerf } from './unwind-beside-perf.ts'

const scratch = scratchDirectory()
afterAll(() => scratch.remove())

const workload = (name: string): string => join(import.meta.dirname, 'workloads', name)
/** Programs run long enough for some hundred samples. */
const SECONDS = '2'
const FREQUENCY = '499'
const ENOUGH = 100

interface Program {
  /** Builds it if need be, and gives the command; a text says why it cannot run. */
  command(): readonly string[] | string
  /** Name of its process. */
  readonly comm: string
  readonly complete: number
}

function compiled(name: string, comm: string, compiler: readonly string[]): Program {
  return {
    comm,
    complete: 0.99,
    command() {
      const missing = skipReason({ programs: [compiler[0]] })
      if (missing !== undefined) return missing
      const program = join(scratch.path, comm)
      if (!existsSync(program)) execFileSync(compiler[0], [...compiler.slice(1), '-o', program, workload(name)], { stdio: 'ignore' })
      return [program, SECONDS]
    },
  }
}

function interpreted(interpreter: readonly string[], script: string, comm: string): Program {
  const missing = (): string | undefined => skipReason({ programs: [interpreter[0]] })
  return { comm, complete: 0.98, command: () => missing() ?? [...interpreter, workload(script), SECONDS] }
}

const gcc = ['-O2', '-g', '-fomit-frame-pointer', '-pthread']
const python = '/usr/bin/python3'
const programs: Readonly<Record<string, Program>> = {
  'C without frame pointers': compiled('stacks.c', 'stacks-c', ['gcc', ...gcc]),
  'C++ without frame pointers': compiled('stacks.cpp', 'stacks-cpp', ['g++', ...gcc]),
  'C++ of clang, position independent': compiled('stacks.cpp', 'stacks-clang', ['clang++', ...gcc, '-fPIE', '-pie']),
  'C, statically linked': compiled('stacks.c', 'stacks-static', ['gcc', ...gcc, '-static']),
  'C with frame pointers': compiled('stacks.c', 'stacks-fp', ['gcc', '-O2', '-fno-omit-frame-pointer', '-pthread']),
  Rust: compiled('stacks.rs', 'stacks-rust', ['rustc', '-O']),
  Python: interpreted([python], 'stacks.py', 'python3'),
  'Python 3.12 with trampolines': interpreted([python312(), '-X', 'perf'], 'stacks.py', 'python3.12'),
  Node: interpreted([process.execPath], 'stacks.mjs', 'node'),
}

/** One that runs: the shims of pyenv are there also for versions that are not chosen. */
function python312(): string {
  const versions = join(homedir(), '.pyenv', 'versions')
  const own = existsSync(versions) ? readdirSync(versions).filter(version => version.startsWith('3.12.')) : []
  const candidates = ['python3.12', ...own.map(version => join(versions, version, 'bin', 'python3.12'))]
  return candidates.find(candidate => spawnSync(candidate, ['--version']).status === 0) ?? 'python3.12'
}

/** Of the samples of a process with user code: how they end. */
function endsOf(directory: string, comm: string): Record<string, number> {
  const { sample, process } = readRecording(directory).tables
  if (sample === undefined || process === undefined) throw new Error('The recording has no samples.')
  const ends: Record<string, number> = {}
  for (let row = 0; row < sample.length; row++) {
    const isOurs = process.role[sample.process[row]] === 1 && textAt(process.comm, sample.process[row]) === comm
    const name = Object.entries(StackEnd).find(([, value]) => value === sample.stackEnd[row])?.[0] ?? 'unknown'
    if (isOurs && name !== 'NoUserCode') ends[name] = (ends[name] ?? 0) + 1
  }
  return ends
}

test.for(Object.entries(programs))('%s: stacks are complete while it is recorded', ([name, { command, comm, complete }], context) => {
  const wanted = command()
  const reason = skipReason({ root: true }) ?? (typeof wanted === 'string' ? wanted : undefined)
  if (typeof wanted === 'string' || reason !== undefined) return context.skip(reason)
  const directory = join(scratch.path, `recording-${comm}`)
  const ran = autotune(['record', '-q', '-F', FREQUENCY, '-o', directory, '--', ...wanted])
  expect(ran.status, `${name}: ${ran.stderr}`).toBe(0)
  const ends = endsOf(directory, comm)
  const total = Object.values(ends).reduce((sum, count) => sum + count, 0)
  expect(total).toBeGreaterThan(ENOUGH)
  expect((ends.Complete ?? 0) / total, JSON.stringify(ends)).toBeGreaterThanOrEqual(complete)
})

/** perf gives up at code without unwind information, so what runtimes generate is compared where perf comes through. */
test.for(Object.entries(programs))('%s: stacks equal those of perf', ([, { command, comm }], context) => {
  const wanted = command()
  const reason = skipReason({ root: true, programs: ['perf'] }) ?? (typeof wanted === 'string' ? wanted : undefined)
  if (typeof wanted === 'string' || reason !== undefined) return context.skip(reason)
  const file = join(scratch.path, `${comm}.data`)
  const recorder = ['record', '-q', '--call-graph', 'dwarf,24576', '-F', FREQUENCY, '-e', 'cpu-clock', '-o', file, '--']
  execFileSync('perf', [...recorder, ...wanted], { stdio: 'ignore' })
  const { perfComplete, equal, differences } = unwindBesidePerf(linuxHost(), file, { comm })
  expect(equal, differences.join('\n')).toBeGreaterThanOrEqual(perfComplete * 0.98)
})
