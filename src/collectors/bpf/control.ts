import type { BpfHost } from '../../host-bpf.ts'
import { type BpfMap, lookupElement, readArray, updateElement } from './bpf-map.ts'

/** enum scope of topic.h. */
const scopes = ['machine', 'targets', 'targets-in-detail'] as const

/** Switches of a topic: struct control of topic.h. */
export interface Control {
  /** Stacks only for waits at least this long. */
  readonly lazyNs: number
  /** At most one user stack per thread in this time. */
  readonly userStackNs: number
  /** Its lowest bit chooses the map of a pair that is written. */
  readonly epoch: number
  /** Who is recorded: everybody, only processes in the map `targets`, or those in detail and of all others sums. */
  readonly scope: (typeof scopes)[number]
  readonly ownPid: number
  /** Stacks for one wait in so many. */
  readonly stackEvery: number
  readonly futexNumber: number
  /** Too many rows: 1: short waits without waker thread and argument, occupants by process, 2: long ones too, and without stacks. */
  readonly coarse: number
  /** Addresses of __local_bh_enable_ip: tells wake-ups by a local sender from those by a device. 0n when not known. */
  readonly bhEnable: readonly [first: bigint, end: bigint]
  /** Addresses of the code that interrupts enter by: what lies beyond was interrupted. 0n when not known. */
  readonly interruptEntry: readonly [first: bigint, end: bigint]
  /** CLOCK_MONOTONIC when the topic was attached again: an interval that began before has no known length. */
  readonly openedNs: bigint
}

/** Name of the map that holds it. */
export const CONTROL_MAP = '.data.control'

/** struct control as bytes. */
export function controlBytes(control: Control): Uint8Array {
  const bytes = new Uint8Array(80)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(control.lazyNs), true)
  view.setBigUint64(8, BigInt(control.userStackNs), true)
  const words = [control.epoch, scopes.indexOf(control.scope), control.ownPid, control.stackEvery, control.futexNumber, control.coarse]
  view.setBigUint64(40, control.bhEnable[0], true)
  view.setBigUint64(48, control.bhEnable[1], true)
  view.setBigUint64(56, control.interruptEntry[0], true)
  view.setBigUint64(64, control.interruptEntry[1], true)
  view.setBigUint64(72, control.openedNs, true)
  words.forEach((word, index) => {
    view.setUint32(16 + index * 4, word, true)
  })
  return bytes
}

/** Programs that only hand targets down to their children: nothing to do where everybody is recorded. */
const inheriting: ReadonlySet<string> = new Set(['follow_fork'])

/** Names of the programs that are attached. */
export function wantedPrograms(programs: readonly { readonly name: string }[], { scope }: Control): ReadonlySet<string> {
  return new Set(programs.map(({ name }) => name).filter(name => scope === 'targets' || !inheriting.has(name)))
}

/** Makes a topic follow other switches from now on. */
export function writeControl(host: BpfHost, map: BpfMap, control: Control): void {
  updateElement(host, map, { key: new Uint8Array(4), value: controlBytes(control) })
}

/** Counters of topic.h in their order. */
export const counterNames = ['lostRows', 'lostThreads', 'lostStacks', 'lostStarts', 'unmatchedWakeups', 'events', 'lostFiles'] as const

/** Sums over CPUs since the topic was loaded. */
export type Counters = Readonly<Record<(typeof counterNames)[number], number>>

/** Reads the counters of a topic. possibleCpus: as /sys/devices/system/cpu/possible counts them, not those online. */
export function readCounters(host: BpfHost, map: BpfMap, possibleCpus: number): Counters {
  const all = readArray(host, map, { count: COUNTERS, perCpu: possibleCpus })
  const sums = counterNames.map((name, index) => {
    if (all !== undefined) return [name, sumOf(all.subarray(index * 8 * possibleCpus, (index + 1) * 8 * possibleCpus))] as const
    const key = new Uint8Array(4)
    key[0] = index
    const values = lookupElement(host, map, key, possibleCpus)
    return [name, values === undefined ? 0 : sumOf(values)] as const
  })
  return Object.fromEntries(sums) as Counters
}

/** Elements of the map: COUNTERS of topic.h. */
const COUNTERS = 8

function sumOf(values: Uint8Array): number {
  let sum = 0
  for (const value of new BigUint64Array(values.buffer, values.byteOffset, values.byteLength / 8)) sum += Number(value)
  return sum
}

/** "0-3,8" of /sys/devices/system/cpu/possible → how many; 1 when it can't be read. */
export function countPossibleCpus(text: string | undefined): number {
  const last = /(\d+)\s*$/.exec(text ?? '')
  return last === null ? 1 : Number(last[1]) + 1
}
