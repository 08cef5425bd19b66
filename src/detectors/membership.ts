import { type AnalysisContext, NONE, ProcessRole, type Table, ThreadState } from '../schema.ts'

/** Whose time counts. autotune's own never does. */
export function membership(process: Table<'process'>, { target }: AnalysisContext): (row: number) => boolean {
  if (target.kind === 'machine') {
    return row => row === NONE || (row >= 0 && row < process.length && process.role[row] !== ProcessRole.Autotune)
  }
  return row => row >= 0 && row < process.length && process.role[row] === ProcessRole.Target
}

/** Whether a thread in this state could run, if it had a CPU. */
export function isQueued(state: number): boolean {
  return state === ThreadState.Runnable || state === ThreadState.Preempted || state === ThreadState.Throttled
}
