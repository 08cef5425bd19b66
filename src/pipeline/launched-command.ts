/** The command after `--`: started by us, followed by the recorder, its exit status passed on. */

import { type ChildProcess, spawn } from 'node:child_process'
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

/** Starts it without a shell, with our terminal and environment. */
export async function launchCommand(command: readonly string[], output: CommandOutput): Promise<LaunchedCommand> {
  const child = spawn(command[0], command.slice(1), { stdio: ['inherit', output === 'stdout' ? 'inherit' : 2, 'inherit'] })
  const exitStatus = new Promise<number>(resolve => child.once('exit', (code, signal) => resolve(statusOf(code, signal))))
  return { pid: await startedPid(child, command[0]), exitStatus }
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
