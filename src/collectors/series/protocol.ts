/** /proc/net/snmp and /proc/net/netstat: TCP and UDP of our network namespace. */

import type { SeriesName } from '../../schema.ts'
import { type Differ, rateDiffer, type Totals } from './rate.ts'
import { parseCount } from './text.ts'

type Field = readonly [SeriesName, group: string, counter: string]

const snmpFields: readonly Field[] = [
  ['tcp.sendSegmentPerSec', 'Tcp', 'OutSegs'],
  ['tcp.receiveSegmentPerSec', 'Tcp', 'InSegs'],
  ['tcp.retransmitPerSec', 'Tcp', 'RetransSegs'],
  ['tcp.activeOpenPerSec', 'Tcp', 'ActiveOpens'],
  ['tcp.passiveOpenPerSec', 'Tcp', 'PassiveOpens'],
  ['tcp.resetPerSec', 'Tcp', 'OutRsts'],
  ['udp.receiveBufferErrorPerSec', 'Udp', 'RcvbufErrors'],
]

const netstatFields: readonly Field[] = [
  ['tcp.listenOverflowPerSec', 'TcpExt', 'ListenOverflows'],
  ['tcp.listenDropPerSec', 'TcpExt', 'ListenDrops'],
  ['tcp.delayedAckPerSec', 'TcpExt', 'DelayedACKs'],
]

/**
 * Counters by group and name.
 *
 *     Udp: InDatagrams NoPorts InErrors
 *     Udp: 75 0 0
 */
export function parseProtocolCounters(text: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const groups = new Map<string, ReadonlyMap<string, number>>()
  const lines = text.split('\n')
  for (let line = 0; line + 1 < lines.length; line += 2) {
    const names = lines[line].split(' ')
    const values = lines[line + 1].split(' ')
    if (names[0] !== values[0] || !names[0].endsWith(':')) continue
    groups.set(names[0].slice(0, -1), new Map(names.slice(1).map((name, index) => [name, parseCount(values[index + 1])])))
  }
  return groups
}

function totalsOf(text: string, fields: readonly Field[]): Totals {
  const groups = parseProtocolCounters(text)
  return new Map([['', fields.map(([, group, counter]) => groups.get(group)?.get(counter) ?? Number.NaN)]])
}

// unsigned long in the kernel: they wrap on 32-bit kernels only
const differOf = (fields: readonly Field[]): Differ =>
  rateDiffer(
    text => totalsOf(text, fields),
    fields.map(([name]) => name),
    { is32Bit: true },
  )

/** Once a second, /proc/net/snmp. */
export const snmpDiffer = (): Differ => differOf(snmpFields)

/** Once a second, /proc/net/netstat. */
export const netstatDiffer = (): Differ => differOf(netstatFields)
