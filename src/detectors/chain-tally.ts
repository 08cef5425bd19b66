import { NONE } from '../schema.ts'
import { Tally } from './tally.ts'

/** Waits that look alike: some of them had their stack taken, and these stand for the rest. */
interface Kin {
  readonly byChain: Tally
  unseenNs: number
}

/**
 * Time by callchain where stacks were taken of some waits only: a thread that waits thousands of times a second has one taken
 * now and then. What has no stack goes to the stacks of its kin (same process, same call), in their proportion.
 */
export class ChainTally {
  readonly #kin = new Map<string, Kin>()

  add(kinship: string, callchain: number, ns: number): void {
    if (!(ns > 0)) return
    const kin = this.#kin.get(kinship) ?? { byChain: new Tally(), unseenNs: 0 }
    this.#kin.set(kinship, kin)
    if (callchain === NONE) kin.unseenNs += ns
    else kin.byChain.add(callchain, ns)
  }

  /** Time by callchain, that of kin without any stack under NONE. */
  spread(): Tally {
    const spread = new Tally()
    for (const { byChain, unseenNs } of this.#kin.values()) {
      if (byChain.total === 0) spread.add(NONE, unseenNs)
      const factor = 1 + unseenNs / byChain.total
      for (const [callchain, ns] of byChain.sorted()) spread.add(callchain, ns * factor)
    }
    return spread
  }
}
