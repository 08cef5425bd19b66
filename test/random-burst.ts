/** Bursts by chance: threads that run, queue, and wait for each other, devices, timers, peers and input. */

import { seededRandom } from '../src/detectors/statistics/random.ts'
import { type BurstVariation, type DrawnBurst, drawBurst } from './burst-drawing.ts'

/** One of them, the same for the same seed. */
export function drawRandomBurst(
  seed: number,
  variation: BurstVariation = {},
): DrawnBurst & { readonly endsRunning: boolean; readonly drawing: string } {
  const random = seededRandom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const threads = 2 + below(5)
  const columns = 20 + below(60)
  const text = Array.from({ length: threads }, () => '')
  const states = Array.from({ length: threads }, () => '#~.'[below(3)])
  for (let column = 0; column < columns; column++) {
    const before = [...states]
    for (let thread = 0; thread < threads; thread++) text[thread] += before[thread]
    for (let thread = 0; thread < threads; thread++) {
      if (random() < 0.6) continue
      if (before[thread] === '#') states[thread] = random() < 0.3 ? '~' : '.'
      else if (before[thread] === '~') states[thread] = '#'
      else {
        const wakers = before.flatMap((state, other) => (state === '#' && other !== thread ? [String(other + 1)] : []))
        const mark = [...'DTRP', ...wakers, ...wakers][below(4 + 2 * wakers.length)]
        text[thread] = text[thread].slice(0, -1) + mark
        states[thread] = random() < 0.4 ? '~' : '#'
      }
    }
  }
  const drawing = text.map((line, thread) => `${thread + 1}: ${line}`).join('\n')
  return { ...drawBurst(drawing, variation), endsRunning: text.some(line => /#{6}$/.test(line)), drawing }
}
