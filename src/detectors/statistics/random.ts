/** A generator of our own: the same seed gives the same bytes on every machine and in every version of Node.js. */

/** Numbers in [0, 1), by mulberry32 (Tommy Ettinger, public domain): 2^32 states are plenty for resampling. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A whole number in [0, count). */
export function randomIndex(random: () => number, count: number): number {
  return Math.min(count - 1, Math.floor(random() * count))
}

/** A draw of the standard normal distribution (Box & Muller 1958). */
export function randomNormal(random: () => number): number {
  // 1 − u is never 0
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
