import { NO_CLASS } from './tape.ts'

/** What a wait was for: waits that are alike share one. */
export interface WaitClass {
  /** A WaitReason; kernelLock where a lock of the kernel was being waited for. */
  readonly reason: string
  /** Address of the futex or the lock, its lower 48 bits; 0 for none. */
  readonly key: number
}

/** What a stretch of running began or ended with. */
export interface Boundary {
  readonly kind: 'waited' | 'woke' | 'wantsLock' | 'gotLock'
  /** The wait of its own or, for woke, of the other. */
  readonly wait: WaitClass
}

/** Running between two boundaries; undefined where it began before the burst or went on after it. Stretches that are alike share one. */
export interface RunContext {
  readonly process: number
  readonly tid: number
  readonly begin: Boundary | undefined
  readonly end: Boundary | undefined
}

/** Kinds of boundaries, by code. */
const kinds = ['waited', 'woke', 'wantsLock', 'gotLock'] as const
export const BoundaryKind = { Waited: 0, Woke: 1, WantsLock: 2, GotLock: 3 } as const

/** A boundary that is not known. */
export const NO_BOUNDARY = -1

/** Bounds keep the codes below exact in a number, and memory small. */
const MAX_WAITS = 65_000
const MAX_CONTEXTS = 200_000
const REASONS = 32
const MAX_THREADS = 100_000

/** Everything that is alike, numbered. */
export class Classes {
  readonly waits: WaitClass[] = []
  readonly contexts: { readonly thread: number; readonly begin: number; readonly end: number }[] = []
  readonly devices: string[] = []
  readonly #reasons: string[] = []
  readonly #waitOf = new Map<number, number>()
  readonly #contextOf = new Map<number, number>()

  /** Number of a reason's text. More than there can be are one. */
  reason(text: string): number {
    const known = this.#reasons.indexOf(text)
    if (known >= 0) return known
    return this.#reasons.length < REASONS ? this.#reasons.push(text) - 1 : REASONS - 1
  }

  wait(reason: number, key: number): number {
    const code = key * REASONS + reason
    const known = this.#waitOf.get(code)
    if (known !== undefined) return known
    // without its key, when there are too many
    if (this.waits.length >= MAX_WAITS && key !== 0) return this.wait(reason, 0)
    const added = this.waits.push({ reason: this.#reasons[reason], key }) - 1
    this.#waitOf.set(code, added)
    return added
  }

  device(name: string): number {
    const known = this.devices.indexOf(name)
    return known >= 0 ? known : this.devices.push(name) - 1
  }

  context(thread: number, begin: number, end: number): number {
    if (thread > MAX_THREADS) return this.context(MAX_THREADS, NO_BOUNDARY, NO_BOUNDARY)
    const code = (thread * MAX_BOUNDARIES + (begin + 1)) * MAX_BOUNDARIES + (end + 1)
    const known = this.#contextOf.get(code)
    if (known !== undefined) return known
    if (this.contexts.length >= MAX_CONTEXTS && (begin !== NO_BOUNDARY || end !== NO_BOUNDARY)) {
      return this.context(thread, NO_BOUNDARY, NO_BOUNDARY)
    }
    const added = this.contexts.push({ thread, begin, end }) - 1
    this.#contextOf.set(code, added)
    return added
  }

  boundary(code: number): Boundary | undefined {
    return code === NO_BOUNDARY ? undefined : { kind: kinds[code & 3], wait: this.waits[code >> 2] }
  }
}

/** Twice MAX_WAITS classes at most (those without a key come on top), four kinds each, and none. */
const MAX_BOUNDARIES = 4 * (MAX_WAITS + REASONS) + 1

/** Code of a boundary. */
export function boundaryOf(kind: number, wait: number): number {
  return wait === NO_CLASS ? NO_BOUNDARY : wait * 4 + kind
}
