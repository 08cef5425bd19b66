import { StackEnd } from '../../schema.ts'
import type { Architecture } from './architecture.ts'
import type { CodeSpace, Step } from './unwinder.ts'

/** The kernel's walk of frame pointers: addresses, leaf first. */
export interface FramePointers {
  readonly framePointers: Float64Array
  readonly framePointerCount: number
}

/** The same stack, unwound from its dump. */
export interface Unwound {
  readonly frames: Float64Array
  readonly count: number
  readonly end: number
}

/** Stacks compared before frame pointers are trusted. No source: a guess; one wrong in eight still shows a hot function's callers. */
const CHECKS = 8
/** Of the trusted stacks one in so many is compared again: a program may go on to another library. */
const RECHECK_EVERY = 32
/** Stacks that may differ since the last decision, before dumps are used for good. */
const MAX_DIFFERENCES = 1
/** Outermost frames that frame pointers may miss: glibc's start code has none, and everybody knows who calls main. */
const MAX_MISSING_ROOTS = 2
/** Proven last addresses kept: a thread's start, main's return. */
const MAX_ROOTS = 64

/**
 * Whether frame pointers tell the truth about one program image.
 *
 * They are trusted when the first stacks are the same both ways. From then on a stack is taken as the kernel walked it when
 * it ends where a compared one ended and its innermost function has set up its frame; any other is unwound.
 */
export class FramePointerTrust {
  readonly #architecture: Architecture
  readonly #roots = new Set<number>()
  #checks = 0
  #differences = 0
  #accepted = 0

  constructor(architecture: Architecture) {
    this.#architecture = architecture
  }

  /** Whether this stack can be taken as it is. */
  accepts({ framePointers, framePointerCount: count }: FramePointers, space: CodeSpace): boolean {
    if (this.#checks < CHECKS || this.#differences > MAX_DIFFERENCES || count === 0) return false
    if (!this.#roots.has(framePointers[count - 1]) || !this.#hasFrame(framePointers[0], space)) return false
    this.#accepted++
    return this.#accepted % RECHECK_EVERY !== 0
  }

  /** Learns from a stack that was unwound. */
  compare(walked: FramePointers, space: CodeSpace, unwound: Unwound): void {
    if (this.#differences > MAX_DIFFERENCES || walked.framePointerCount === 0) return
    // without its own frame the innermost function's caller is skipped by nature: that says nothing about the others
    if (!this.#hasFrame(walked.framePointers[0], space) || unwound.end !== StackEnd.Complete) return
    this.#checks++
    if (!isSame(walked, unwound)) this.#differences++
    else if (this.#roots.size < MAX_ROOTS) this.#roots.add(walked.framePointers[walked.framePointerCount - 1])
  }

  #hasFrame(address: number, space: CodeSpace): boolean {
    return keepsFrame(space.stepAt(address, true), this.#architecture)
  }
}

/** Whether the frame pointer is that of this code, and leads to its caller. Generated code sets up frames or has no other way. */
export function keepsFrame(step: Step, { framePointer }: Architecture): boolean {
  if (typeof step !== 'object') return step === 'none'
  return step.rule.cfaExpression === undefined && step.rule.cfaRegister === framePointer
}

/** Whether the frame pointers found all frames but the very outermost. */
function isSame({ framePointers, framePointerCount }: FramePointers, { frames, count }: Unwound): boolean {
  if (framePointerCount > count || framePointerCount < count - MAX_MISSING_ROOTS) return false
  for (let index = 0; index < framePointerCount; index++) if (framePointers[index] !== frames[index]) return false
  return true
}
