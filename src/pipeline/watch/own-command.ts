/** The command that `watch` runs. What it does after we ended it, or when watch is over, is no failure of it. */

import { launchCommand } from '../launched-command.ts'

/** How a run went. */
export interface EndedRun {
  /** 0..255, 128 + signal when it was killed. */
  readonly status: number
  readonly pid: number
  /** Whether watch was there to its end, and it ended by itself. */
  readonly isWatched: boolean
}

/** Runs it, one run after the other. */
export class OwnCommand {
  /** When we ended it. */
  endedNs = Number.POSITIVE_INFINITY
  readonly #nowNs: () => number
  #isRunning = false
  #isUnwatched = false
  #pid: number | undefined

  constructor(nowNs: () => number) {
    this.#nowNs = nowNs
  }

  /** Starts it and waits for its end. */
  async run(command: readonly string[], onStart: (pid: number) => void): Promise<EndedRun> {
    this.#isRunning = true
    try {
      const { pid, exitStatus } = await launchCommand(command, 'stderr')
      this.#pid = pid
      onStart(pid)
      if (this.#isEndedByUs) killGently(pid)
      return { pid, status: await exitStatus, isWatched: !this.#isEndedByUs && !this.#isUnwatched }
    } finally {
      this.#isRunning = false
      this.#pid = undefined
    }
  }

  /** Watch is over; whether a run goes on without it. */
  outlives(): boolean {
    this.#isUnwatched = true
    return this.#isRunning && !this.#isEndedByUs
  }

  /** Ends the run, also one that is just being started. */
  end(): void {
    if (!this.#isRunning || this.#isEndedByUs) return
    this.endedNs = this.#nowNs()
    if (this.#pid !== undefined) killGently(this.#pid)
  }

  get #isEndedByUs(): boolean {
    return Number.isFinite(this.endedNs)
  }
}

/** With what it started, where it leads a group of its own: a shell alone would leave its children behind. */
function killGently(pid: number): void {
  for (const id of [-pid, pid]) {
    try {
      process.kill(id, 'SIGTERM')
      return
    } catch {
      // no such group, or it ended by itself
    }
  }
}
