/** /proc/net/dev: traffic of the interfaces of our network namespace. */

import { type Differ, rateDiffer, type Totals } from './rate.ts'
import { parseCount, splitWords } from './text.ts'

/** More are left out: a machine full of containers has hundreds, and each gives six series. No source: a guess. */
const MAX_INTERFACES = 128

const names = [
  'net.receiveBytesPerSec',
  'net.sendBytesPerSec',
  'net.receivePacketPerSec',
  'net.sendPacketPerSec',
  'net.dropPerSec',
  'net.errorPerSec',
] as const

/**
 * Counters in the order of names. Interfaces that never carried anything are left out.
 *
 *     eth0: rxBytes rxPackets rxErrs rxDrop fifo frame compressed multicast txBytes txPackets txErrs txDrop …
 */
export function parseNetDev(text: string): Totals {
  const interfaces = new Map<string, readonly number[]>()
  for (const line of text.split('\n')) {
    const colon = line.lastIndexOf(':')
    if (colon === -1 || interfaces.size === MAX_INTERFACES) continue
    const counts = splitWords(line.slice(colon + 1)).map(parseCount)
    if (counts.length < 12) continue
    const totals = [counts[0], counts[8], counts[1], counts[9], counts[3] + counts[11], counts[2] + counts[10]]
    if (totals.some(total => total > 0)) interfaces.set(line.slice(0, colon).trim(), totals)
  }
  return interfaces
}

/** Once a second. Some drivers count in 32 bits. */
export const networkDiffer = (): Differ => rateDiffer(parseNetDev, names, { is32Bit: true })
