import { NONE } from '../../schema.ts'
import type { Boundary, RunContext } from './classes.ts'
import type { Looks, Replay, ReplayCause } from './replay.ts'

/** Samples of running threads in time order, of the whole recording, and which of them are in the code in question. */
export interface CodeSamples extends Looks {
  readonly isCause: Uint8Array
}

/**
 * Few samples lie in any one stretch of running, so what is known of more stretches counts as so many samples: of all that
 * begin and end alike in the process, and for those of the thread. No source: a guess.
 */
const PRIOR_SAMPLES = 4

/**
 * Code as a cause. A thread's mean would not do: a lock is held while other code runs than when nobody waits, and only the
 * stretches in which it is held decide.
 */
export function runningCause(replay: Replay, samples: CodeSamples): ReplayCause & { readonly kind: 'running' } {
  const located = replay.locate(samples)
  const threads = new Shares<number>()
  const alike = new Shares<string>()
  const contexts = new Shares<RunContext>()
  for (let look = 0; look < samples.length; look++) {
    const hit = samples.isCause[look]
    threads.add(samples.tid[look], hit)
    if (located[look] === NONE) continue
    const context = replay.contexts[located[look]]
    contexts.add(context, hit)
    alike.add(shapeOf(context), hit)
  }
  return {
    kind: 'running',
    shareOf(context) {
      const ofThread = threads.share(context.tid, 0)
      return contexts.share(context, alike.share(shapeOf(context), ofThread))
    },
  }
}

function shapeOf({ process, begin, end }: RunContext): string {
  return `${process} ${describe(begin)} ${describe(end)}`
}

function describe(boundary: Boundary | undefined): string {
  return boundary === undefined ? '' : `${boundary.kind} ${boundary.wait.reason} ${boundary.wait.key}`
}

/** Part of samples that are the cause, by what they are of. */
class Shares<Key> {
  readonly #counts = new Map<Key, { hits: number; count: number }>()

  add(key: Key, hit: number): void {
    const known = this.#counts.get(key)
    if (known === undefined) this.#counts.set(key, { hits: hit, count: 1 })
    else {
      known.hits += hit
      known.count++
    }
  }

  share(key: Key, prior: number): number {
    const { hits, count } = this.#counts.get(key) ?? { hits: 0, count: 0 }
    return (hits + prior * PRIOR_SAMPLES) / (count + PRIOR_SAMPLES)
  }
}
