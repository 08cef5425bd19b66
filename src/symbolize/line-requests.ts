/** Collects which addresses want a file and line, and gives each callchain row what was found. */

import { demangle } from './demangle.ts'
import type { SourceFrames } from './dwarf/resolve.ts'
import type { FrameSource } from './frame-tables.ts'
import type { OpenedFile } from './mapped-files.ts'
import type { LineRequest } from './source-lines.ts'

/** Frames of one request, by index of its addresses, and why some are missing. */
export interface LineAnswer {
  readonly frames: ReadonlyMap<number, SourceFrames>
  readonly reasons: readonly string[]
}

/** Who reads debug information: another thread, while we read symbols. */
export interface LineSource {
  /** Takes a request; requests that come first are answered first. */
  ask(request: LineRequest): void
  /** The answers in order of the requests; waits for them as long as it may. Ends the source. */
  finish(): readonly LineAnswer[]
}

/** A file whose addresses were named. */
export interface AskedFile {
  /** Path as its process sees it. */
  readonly path: string
  readonly roots: readonly string[]
  readonly opened: OpenedFile
}

/** What came back. */
export interface FoundSources {
  /** By place in FrameTables. */
  readonly sourcesOf: (place: number) => readonly FrameSource[] | undefined
  /** Path → why lines are missing. */
  readonly reasons: ReadonlyMap<string, string>
}

/** Inlined calls shown for one address: more would make the tables of stacks explode. */
const MAX_FRAMES = 64

/** The requests of one recording. */
export class LineRequests {
  readonly #source: LineSource | undefined
  readonly #rows: { readonly weights: Float64Array; readonly placeOf: Int32Array }
  readonly #paths: string[] = []
  /** For each place its request and the index of its address there. */
  readonly #addressOf = new Map<number, { readonly request: number; readonly index: number }>()

  /** For each row of callchain how much it matters, and its place in FrameTables. */
  constructor(source: LineSource | undefined, rows: { readonly weights: Float64Array; readonly placeOf: Int32Array }) {
    this.#source = source
    this.#rows = rows
  }

  /** Asks for lines: addresses in the file by the first row of callchain that has each, and all rows of the file. */
  ask({ path, roots, opened }: AskedFile, addresses: ReadonlyMap<number, number>, rows: readonly number[]): void {
    if (this.#source === undefined || addresses.size === 0) return
    const { weights, placeOf } = this.#rows
    const indexOf = new Map<number, number>()
    for (const [row, address] of addresses) {
      const index = indexOf.get(address) ?? indexOf.size
      indexOf.set(address, index)
      this.#addressOf.set(placeOf[row], { request: this.#paths.length, index })
    }
    const sums = new Float64Array(indexOf.size)
    for (const row of rows) {
      const asked = this.#addressOf.get(placeOf[row])
      if (asked !== undefined) sums[asked.index] += weights[row]
    }
    this.#paths.push(path)
    const { device, inode } = opened.file
    const file = { path, openPath: opened.openPath, device, inode, roots }
    this.#source.ask({ ...file, addresses: Float64Array.from(indexOf.keys()), weights: sums })
  }

  /** Waits for what can be told in time. */
  finish(): FoundSources {
    const answers = this.#source?.finish() ?? []
    const demangled = new Map<string, string>()
    const reasons = new Map<string, string>()
    answers.forEach((answer, request) => {
      if (answer.reasons.length > 0) reasons.set(this.#paths[request], answer.reasons.join('; '))
    })
    return { reasons, sourcesOf: place => this.#sourcesOf(place, answers, demangled) }
  }

  #sourcesOf(place: number, answers: readonly LineAnswer[], demangled: Map<string, string>): readonly FrameSource[] | undefined {
    const asked = this.#addressOf.get(place)
    const frames = asked === undefined ? undefined : answers[asked.request]?.frames.get(asked.index)
    const isLong = frames !== undefined && frames.length > MAX_FRAMES
    const shown = isLong ? [...frames.slice(0, MAX_FRAMES - 1), frames[frames.length - 1]] : frames
    return shown?.map(({ functionName, file, line }) => {
      const name = functionName === undefined ? undefined : (demangled.get(functionName) ?? demangle(functionName))
      if (functionName !== undefined && name !== undefined) demangled.set(functionName, name)
      return { functionName: name, file, line }
    })
  }
}
