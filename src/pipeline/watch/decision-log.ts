import { readBootId } from '../../collectors/host-facts.ts'
import { AutotuneError } from '../../errors.ts'
import type { Host } from '../../host.ts'
import { createRecording, type RecordingWriter } from '../../recording.ts'
import { type Row, schemaVersion, type Target } from '../../schema.ts'
import { tableOf } from '../../table-builder.ts'
import { version } from '../../version.ts'
import type { WatchRings } from './rings.ts'

/** Decisions whose rows are written; a storm is counted at the end. */
const MAX_ROWS = 100_000

/** All decisions of a watch, in a recording of their own in the folder of the kept windows. Made with the first: a quiet watch leaves nothing. */
export class DecisionLog {
  readonly #host: Host
  readonly #options: { readonly directory: string; readonly rings: WatchRings; readonly target: Target }
  #writer: RecordingWriter | undefined
  #rows = 0
  #hasFailed = false

  constructor(host: Host, options: { readonly directory: string; readonly rings: WatchRings; readonly target: Target }) {
    this.#host = host
    this.#options = options
  }

  add(row: Row<'speculations'>): void {
    if (this.#hasFailed || this.#rows++ >= MAX_ROWS) return
    this.#try(() => {
      this.#writer ??= this.#create()
      this.#writer.append('speculations', tableOf('speculations', [row]))
    })
  }

  close(): void {
    const { rings } = this.#options
    this.#try(() => this.#writer?.close({ complete: !this.#hasFailed, durationNs: rings.nowNs() }))
  }

  /** A full disk costs the rows, not the watch. */
  #try(write: () => void): void {
    try {
      write()
    } catch (error) {
      if (!(error instanceof AutotuneError)) throw error
      this.#hasFailed = true
    }
  }

  #create(): RecordingWriter {
    const { directory, rings, target } = this.#options
    return createRecording(`${directory}/decisions`, {
      schemaVersion,
      autotuneVersion: version,
      createdAt: new Date().toISOString(),
      bootId: readBootId(this.#host),
      startNs: rings.startNs,
      durationNs: rings.nowNs(),
      complete: false,
      target,
      host: rings.facts,
      sampling: undefined,
      unavailable: rings.unavailable,
      commandExitStatus: undefined,
      cost: { cpuRatio: Number.NaN, cpuNs: Number.NaN, rssBytes: process.resourceUsage().maxRSS * 1024 },
    })
  }
}
