import { StackEnd } from '../../schema.ts'
import type { Architecture } from './architecture.ts'
import { type FramePointers, keepsFrame, type Unwound } from './frame-pointer-trust.ts'
import { type CodeSpace, isCode } from './unwinder.ts'

/** Outermost frames of a stack whose callers are remembered: from main to an event loop's callback. */
const OUTER_FRAMES = 16
/** Those that are remembered, of one program image. */
const MAX_CALLERS = 512
/** Stacks that went the same way before others are taken to. No source: a guess, the same as for frame pointers. */
const SURE_AFTER = 8
/** The caller of the outermost frame. */
const NOBODY = 0
/** Several callers. */
const SEVERAL = -1

/**
 * Outer frames of stacks that are longer than their dump.
 *
 * The kernel walked the frame pointers in the whole stack: from the last frame that the dump holds on its walk is followed, through
 * functions that keep the frame pointer only. The outermost frames are known from stacks that were unwound to their end, where an
 * address never had but one caller.
 */
export class CutStacks {
  readonly #architecture: Architecture
  readonly #callers = new Map<number, { caller: number; count: number }>()

  constructor(architecture: Architecture) {
    this.#architecture = architecture
  }

  /** Remembers who called the outermost frames. */
  learn({ frames, count, end }: Unwound): void {
    if (end !== StackEnd.Complete) return
    for (let index = 0; index < count; index++) {
      const caller = index + 1 < count ? frames[index + 1] : NOBODY
      const known = this.#callers.get(frames[index])
      if (known !== undefined) {
        known.count++
        if (known.caller !== caller) known.caller = SEVERAL
      } else if (index >= count - OUTER_FRAMES && this.#callers.size < MAX_CALLERS) this.#callers.set(frames[index], { caller, count: 1 })
    }
  }

  /** Adds to frames what the kernel found beyond the dump; the new count and end. */
  extend({ framePointers, framePointerCount }: FramePointers, space: CodeSpace, cut: Unwound): { count: number; end: number } {
    const { frames } = cut
    const keepsAt = (index: number) => keepsFrame(space.stepAt(frames[index], index === 0), this.#architecture)
    const walked = framePointers.subarray(0, framePointerCount)
    const dumped = frames.subarray(0, cut.count)
    const keeps = Array.from(dumped, (_, index) => keepsAt(index))
    // generated code may have been sampled before it set up its frame
    let next = countWalked(walked, dumped, keeps) ?? countWalked(walked, dumped, [!keeps[0], ...keeps.slice(1)])
    let { count } = cut
    if (next === undefined) return this.#followCallers(frames, count)
    while (next < framePointerCount && count < frames.length && keepsAt(count - 1) && isCode(space, framePointers[next])) {
      frames[count++] = framePointers[next++]
    }
    return this.#followCallers(frames, count)
  }

  /** Goes on to the root where only one way was ever seen. */
  #followCallers(frames: Float64Array, count: number): { count: number; end: number } {
    for (let at = count; at <= frames.length; at++) {
      const known = this.#callers.get(frames[at - 1])
      if (known === undefined || known.caller === SEVERAL || known.count < SURE_AFTER) break
      if (known.caller === NOBODY) return { count: at, end: StackEnd.Complete }
      if (at < frames.length) frames[at] = known.caller
    }
    return { count, end: StackEnd.Truncated }
  }
}

/**
 * How many addresses of the walk belong to the frames; undefined where the two are not of one stack, or the walk need not go on from the
 * last frame.
 *
 * The walk has the innermost frame and the callers of all frames that keep the frame pointer: the caller of one that does not is missing.
 * That one may also have used the register for something else, so what comes after the last frame is believed only where the frame
 * before it keeps the pointer.
 */
function countWalked(walked: Float64Array, frames: Float64Array, keeps: readonly boolean[]): number | undefined {
  if (frames.length > 1 && !keeps[frames.length - 2]) return undefined
  let count = 0
  for (let index = 0; index < frames.length; index++) {
    if (index > 0 && !keeps[index - 1]) continue
    if (walked[count] !== frames[index]) return undefined
    count++
  }
  return count
}
