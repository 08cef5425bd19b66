/** The command after `--`: started by us, followed by the recorder, its exit status passed on. */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { AutotuneError } from '../errors.ts'

/** A command that runs. */
export interface LaunchedCommand {
  readonly pid: number
  /** 0..255, 128 + signal when it was killed. */
  readonly exitStatus: Promise<number>
}

/** Where its standard output goes: ours, or standard error when ours must hold nothing but the result. */
export type CommandOutput = 'stdout' | 'stderr'

/**
 * Starts it without a shell, with our terminal and environment. Without a terminal it gets a session of its own: where the
 * kernel divides CPUs among sessions first (sched_autogroup_enabled), ours would take from the command's part, and we run with
 * a higher priority. Beside four rivals on two CPUs it got half of what it gets without us.
 */
export async function launchCommand(command: readonly string[], output: CommandOutput): Promise<LaunchedCommand> {
  const detached = process.stdin.isTTY !== true
  const stdio: StdioOptions = ['inherit', output === 'stdout' ? 'inherit' : 2, 'inherit']
  const child = spawn(command[0], command.slice(1), { stdio, detached })
  const stopForwarding = detached ? forwardSignals(child) : () => {}
  const exitStatus = new Promise<number>(resolve =>
    child.once('exit', (code, signal) => {
      stopForwarding()
      resolve(statusOf(code, signal))
    }),
  )
  return { pid: await startedPid(child, command[0]), exitStatus }
}

/** Whoever stops us and our process group means the command, too. */
function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal)
    } catch {
      // it ended by itself
    }
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, forward)
  return () => {
    for (const signal of signals) process.off(signal, forward)
  }
}

function startedPid(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', error => reject(commandNotStarted(name, 'code' in error ? String(error.code) : error.message)))
    child.once('spawn', () => resolve(child.pid ?? 0))
  })
}

function statusOf(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code
  return 128 + (signal === null ? 0 : constants.signals[signal])
}

/** execvp(3) refused. */
export function commandNotStarted(name: string, errno: string): AutotuneError {
  const why =
    errno === 'ENOENT'
      ? `There is no such program in PATH or at that path (${errno}).`
      : errno === 'EACCES'
        ? `The file is not executable for this user, or is a directory (${errno}).`
        : `The kernel said ${errno}.`
  const next =
    errno === 'EACCES'
      ? `chmod +x ${name}, or name its interpreter: autotune diagnose -- sh ${name}`
      : 'Check the spelling, or give the full path after --'
  return new AutotuneError({ code: 'USAGE', what: `The command ${name} could not be started.`, why, next })
}
