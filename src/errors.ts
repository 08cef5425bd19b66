/** Errors a user can act on. Anything else that is thrown is a bug in autotune. */

/** Code → exit status. Codes are stable: scripts and docs refer to them. */
export const exitStatus = {
  USAGE: 2,
  HOST_REFUSED: 3,
  BAD_INPUT: 4,
} as const

/** Stable name of a cause of failure. */
export type ErrorCode = keyof typeof exitStatus

/** What an error must be able to say. */
export interface ErrorParts {
  readonly code: ErrorCode
  /** What happened: one sentence, no trailing advice. */
  readonly what: string
  /** Why it happened, with the value that was found. */
  readonly why: string
  /** What to do next: a command or a setting; the least privilege that works. */
  readonly next: string
  readonly cause?: unknown
}

/** An expected failure: it explains itself and is printed without a stack trace. */
export class AutotuneError extends Error {
  readonly code: ErrorCode
  readonly why: string
  readonly next: string

  constructor({ code, what, why, next, cause }: ErrorParts) {
    super(what, { cause })
    this.name = 'AutotuneError'
    this.code = code
    this.why = why
    this.next = next
  }
}

/** Bytes that do not follow their format. The offset is where the bad field starts. */
export class FormatError extends AutotuneError {
  readonly source: string
  readonly offset: number

  constructor(source: string, offset: number, why: string) {
    super({
      code: 'BAD_INPUT',
      what: `${source} is damaged at byte ${offset} (0x${offset.toString(16)}).`,
      why,
      next: 'Record again; if a fresh recording fails too, attach it to a bug report.',
    })
    this.name = 'FormatError'
    this.source = source
    this.offset = offset
  }
}

/** The text the CLI prints to stderr. A stack trace is printed for bugs only. */
export function describeError(error: unknown): string {
  if (error instanceof AutotuneError) {
    return `error ${error.code}: ${error.message}\n  why:  ${error.why}\n  next: ${error.next}`
  }
  const stack = error instanceof Error ? error.stack : String(error)
  return `This is a bug in autotune. Please report it with the text below.\n${stack}`
}
