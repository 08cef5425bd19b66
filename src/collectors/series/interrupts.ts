/** /proc/interrupts, /proc/softirqs and /proc/net/softnet_stat. */

import type { Reading } from '../../schema.ts'
import { CounterSet, type Differ, ReadingList, rateDiffer, type Totals } from './rate.ts'

/** Most lines of /proc/interrupts that are stored, those with the highest rates. */
const MAX_LINES = 64
const MAX_NAME_LENGTH = 80

/** A table of counts by line and CPU. */
export interface InterruptTable {
  /** Line → count over all CPUs; lines that never fired are left out. */
  readonly lines: Totals
  /** cpu0, … → count over all lines. */
  readonly cpus: Totals
  /** Counts by CPU of the lines that were asked for. */
  readonly lineCpus: ReadonlyMap<string, Totals>
}

/**
 * Both files have the same shape; soft interrupts have no description.
 *
 *                CPU0       CPU1
 *      36:          0     115244 PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0
 *     LOC:      46607      45593   Local timer interrupts
 *     ERR:          0
 */
export function parseInterrupts(text: string, wanted: readonly string[] = []): InterruptTable {
  const header = text.slice(0, Math.max(0, text.indexOf('\n')))
  const cpuNames = header
    .split(' ')
    .filter(word => word.startsWith('CPU'))
    .map(word => word.toLowerCase())
  const perCpu = new Float64Array(cpuNames.length)
  const lines = new Map<string, readonly number[]>()
  const lineCpus = new Map<string, Totals>()
  for (let start = header.length + 1; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const colon = text.indexOf(':', start)
    if (colon !== -1 && colon < end) {
      const { counts, next } = readCounts(text, { start: colon + 1, end, limit: cpuNames.length })
      const id = text.slice(start, colon).trim()
      const total = counts.reduce((sum, count) => sum + count, 0)
      if (total > 0) lines.set(nameOf(id, text.slice(next, end)), [total])
      // ERR and MIS have one count for the machine, which is nobody's
      if (counts.length === cpuNames.length) for (let cpu = 0; cpu < counts.length; cpu++) perCpu[cpu] += counts[cpu]
      if (wanted.includes(id)) lineCpus.set(id, byCpu(cpuNames, counts))
    }
    start = end + 1
  }
  return { lines, cpus: byCpu(cpuNames, perCpu), lineCpus }
}

/** Up to limit numbers between start and end. Read digit by digit: with many CPUs this file has 100,000 of them. */
function readCounts(
  text: string,
  { start, end, limit }: { start: number; end: number; limit: number },
): { counts: number[]; next: number } {
  const counts: number[] = []
  let position = start
  while (counts.length < limit) {
    while (position < end && text.charCodeAt(position) === SPACE) position++
    let next = position
    let count = 0
    for (let digit = text.charCodeAt(next) - ZERO; next < end && digit >= 0 && digit <= 9; digit = text.charCodeAt(++next) - ZERO) {
      count = count * 10 + digit
    }
    // "2-edge" is no count
    if (next === position || (next < end && text.charCodeAt(next) !== SPACE)) break
    counts.push(count)
    position = next
  }
  return { counts, next: position }
}

const SPACE = 32
const ZERO = 48

/** "36 virtio1-req.0", "LOC Local timer interrupts", "NET_RX". The handlers follow the last gap of two blanks. */
function nameOf(id: string, description: string): string {
  const words = description.trim()
  const device = /^\d/.test(id) ? words.slice(words.lastIndexOf('  ') + 1).trim() : words
  return `${id} ${device}`.trim().slice(0, MAX_NAME_LENGTH)
}

function byCpu(names: readonly string[], counts: ArrayLike<number>): Totals {
  return new Map(names.slice(0, counts.length).map((name, cpu) => [name, [counts[cpu]]]))
}

/** Once a second, /proc/interrupts: by line and by CPU. */
export function interruptDiffer(): Differ {
  // each count is 32 bits wide, so a sum falls by 2^32 when one of its parts wraps
  const lines = new CounterSet({ is32Bit: true })
  const cpus = new CounterSet({ is32Bit: true })
  return (text, timeNs) => {
    const table = parseInterrupts(text)
    const changes = lines.advance(timeNs, table.lines)
    const list = new ReadingList(changes)
    const busiest = [...changes.bySubject].sort(([, [left]], [, [right]]) => right - left).slice(0, MAX_LINES)
    for (const [line, [growth]] of busiest) list.addRate('interrupt.perSec', line, growth)
    return list.readings.concat(cpuRates('interrupt.cpuPerSec', cpus, { timeNs, totals: table.cpus }))
  }
}

/** Once a second, /proc/softirqs: by kind, and NET_RX by CPU. */
export function softirqDiffer(): Differ {
  const kinds = new CounterSet({ is32Bit: true })
  const cpus = new CounterSet({ is32Bit: true })
  return (text, timeNs) => {
    const table = parseInterrupts(text, ['NET_RX'])
    const changes = kinds.advance(timeNs, table.lines)
    const list = new ReadingList(changes)
    for (const [kind, [growth]] of changes.bySubject) list.addRate('softirq.perSec', kind, growth)
    // the file lists CPUs that could be plugged in, too: those never received anything
    const received = [...(table.lineCpus.get('NET_RX') ?? [])].filter(([, [count]]) => count > 0)
    return list.readings.concat(cpuRates('softirq.netReceiveCpuPerSec', cpus, { timeNs, totals: new Map(received) }))
  }
}

function cpuRates(
  name: 'interrupt.cpuPerSec' | 'softirq.netReceiveCpuPerSec',
  counters: CounterSet,
  { timeNs, totals }: { timeNs: number; totals: Totals },
): Reading[] {
  const changes = counters.advance(timeNs, totals)
  const list = new ReadingList(changes)
  for (const [cpu, [growth]] of changes.bySubject) list.addRate(name, cpu, growth)
  return list.readings
}

/** Column of /proc/net/softnet_stat with the CPU, since Linux 5.10: softnet_seq_show() in net/core/net-procfs.c. */
const CPU_COLUMN = 12

/** A line per CPU of hexadecimal counts: handled, dropped, squeezed, … */
export function parseSoftnet(text: string): Totals {
  const cpus = new Map<string, readonly number[]>()
  const lines = text.split('\n').filter(line => line !== '')
  for (const [index, line] of lines.entries()) {
    const counts = line.trim().split(' ').map(parseHex)
    if (counts.length >= 3) cpus.set(`cpu${counts[CPU_COLUMN] ?? index}`, counts.slice(0, 3))
  }
  return cpus
}

function parseHex(word: string): number {
  return /^[\da-f]{1,8}$/i.test(word) ? Number.parseInt(word, 16) : Number.NaN
}

/** Once a second, /proc/net/softnet_stat. */
export const softnetDiffer = (): Differ =>
  rateDiffer(parseSoftnet, ['softnet.packetPerSec', 'softnet.dropPerSec', 'softnet.squeezePerSec'], { is32Bit: true })
