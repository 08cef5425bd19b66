/** The flight recorder at work: loaded, armed, frozen and copied when a trigger fires. See flight.bpf.c. */

import type { WatchHost } from '../../host-watch.ts'
import type { FiredRule, KernelRule, ProbeEvent, Unavailable } from '../../schema.ts'
import { encodeAttr, OPEN_CLOEXEC, PerfIoctl, PerfType, SoftwareEvent } from '../perf-attr.ts'
import { syscallNames } from '../syscall-names.ts'
import { lookupElement, updateElement } from './bpf-map.ts'
import { CONTROL_MAP, type Control, controlBytes, countPossibleCpus, readCounters } from './control.ts'
import { type FiredRing, openFiredRing } from './fired-ring.ts'
import { attachProbes } from './flight-probes.ts'
import { type FrozenRegion, RECORD_BYTES } from './flight-record.ts'
import { SETTINGS_MAP, settingsBytes } from './flight-settings.ts'
import { attachTopic, type LoadedTopic, loadTopic, type Refusal, unloadTopic } from './loader.ts'
import { missingTracepoints, parseSkeleton } from './skeleton.ts'
import { decodeStack } from './stack-store.ts'

/** What to keep, and what to look for. */
export interface FlightOptions {
  readonly skeletonFolder: string
  readonly architecture: string
  /** Memory of both sets together. */
  readonly memoryBytes: number
  readonly cpus: readonly number[]
  /** Whose events rules look at; the rings hold everybody's switches. */
  readonly scope: 'machine' | 'targets'
  readonly targetPids: readonly number[]
  readonly rules: readonly KernelRule[]
  /** Whether a rule freezes the rings itself: then nothing comes after the trigger. */
  readonly freezes: 'at-once' | 'later'
  /** None: no program runs at system calls, unless a rule needs it. */
  readonly syscalls: 'none' | 'notable' | 'all'
  readonly slowNs: number
  readonly frequencyHz: number
  readonly probes: readonly ProbeEvent[]
}

/** What a set held when it was frozen. */
export interface Frozen {
  /** When it was opened and when it was frozen, CLOCK_MONOTONIC. */
  readonly openedNs: bigint
  readonly frozenNs: bigint
  /** From the freeze until the set could be opened again. */
  readonly busyNs: number
  readonly regions: readonly FrozenRegion[]
}

/** How much history the rings keep. */
export interface FlightDepth {
  readonly eventsPerSec: number
  /** Of the CPU that keeps least; Infinity while nothing was overwritten and nothing happens. */
  readonly historyNs: number
}

/** Rings in the kernel. */
export interface FlightRecorder {
  /** Whether rules are evaluated in the kernel, and sequences can be followed. */
  readonly takesRules: boolean
  /** Readable when a rule fired. */
  readonly firedFd: number
  readonly memoryBytes: number
  takeFired(): readonly FiredRule[]
  /** Times that rules fired and nobody was told: more than a hundred a second. */
  untoldCount(): number
  depth(): FlightDepth
  /** Lets the next rule that fires freeze the rings. */
  arm(): void
  /** Freezes the set that is written, unless a rule did, and opens the other. */
  freeze(): Frozen
  /** Records since the last call, from the set that is written: what sequences are looked for in. */
  readNew(): readonly FrozenRegion[]
  /** Addresses, leaf first, of stacks. */
  stacks(ids: Iterable<number>): ReadonlyMap<number, BigUint64Array>
  addTarget(pid: number): void
  /** Events that found no room in the kernel's own tables. */
  lostCount(): number
  /** Nothing of ours is in the kernel afterwards. */
  close(): void
}

const TOPIC = 'flight'
const LAZY_NS = 100_000
const USER_STACK_NS = 1_000_000
/** Offset of untold in struct allowance. */
const UNTOLD_AT = 16
/** A program that runs while the sets are turned over is done after this long. */
const SETTLE_MS = 1
/** PERF_EVENT_IOC_SET_BPF, include/uapi/linux/perf_event.h. */
const SET_BPF = 0x40042408

/** Loads and attaches it; or says why not. */
export function openFlight(host: WatchHost, options: FlightOptions): FlightRecorder | Unavailable {
  const cpuCount = countPossibleCpus(host.readText('/sys/devices/system/cpu/possible'))
  const region = Math.max(1024, Math.floor(options.memoryBytes / 2 / cpuCount / RECORD_BYTES))
  const loaded = load(host, options, { cpuCount, region })
  if ('errno' in loaded) return refused(loaded)
  const opened = attach(host, options, loaded)
  if ('errno' in opened) {
    unloadTopic(host, loaded)
    return refused(opened)
  }
  const recorder = new OpenFlight(host, loaded, { ...opened, cpuCount, region, ruleCount: options.rules.length })
  return 'errno' in recorder.state
    ? refused({ topic: TOPIC, step: 'map its rings', errno: String(recorder.state.errno), log: '' })
    : recorder
}

function load(host: WatchHost, options: FlightOptions, size: { cpuCount: number; region: number }): LoadedTopic | Refusal {
  const path = `${options.skeletonFolder}/${TOPIC}.${options.architecture}.json`
  const text = host.readText(path)
  const btf = host.readBytes('/sys/kernel/btf/vmlinux')
  const refuse = (step: string, errno: string): Refusal => ({ topic: TOPIC, step, errno, log: '' })
  if (text === undefined) return refuse(`read ${path}`, 'ENOENT')
  if (btf === undefined) return refuse('read /sys/kernel/btf/vmlinux', host.whyUnreadable('/sys/kernel/btf/vmlinux') ?? 'EIO')
  const skeleton = parseSkeleton(text, path)
  const missing = missingTracepoints(skeleton, btf)
  if (missing.length > 0) return refuse(`find ${missing.join(', ')}`, 'ENOENT')
  const control: Control = {
    lazyNs: LAZY_NS,
    userStackNs: USER_STACK_NS,
    epoch: 0,
    scope: 'targets',
    ownPid: host.pid,
    stackEvery: 1,
    coarse: 0,
    futexNumber: syscallNames(options.architecture)?.numberOf.get('futex') ?? 0xffff,
    bhEnable: [0n, 0n],
    interruptEntry: [0n, 0n],
    openedNs: 0n,
  }
  const settings = settingsBytes({
    ...options,
    syscalls: options.syscalls === 'all' ? 'all' : 'notable',
    cpus: size.cpuCount,
    region: size.region,
  })
  const initial = new Map([
    [CONTROL_MAP, controlBytes(control)],
    [SETTINGS_MAP, settings],
  ])
  return loadTopic(host, skeleton, { initial, maxEntries: new Map([['records', 2 * size.cpuCount * size.region]]) })
}

/** Programs of system calls run at every one of every process: attached only where they are wanted. */
function wantedPrograms({ syscalls, rules }: FlightOptions, topic: LoadedTopic): ReadonlySet<string> {
  const needsExit = syscalls !== 'none' || rules.some(({ kind }) => kind === 'error' || kind === 'syscall')
  const needsEnter = syscalls !== 'none' || rules.some(({ kind }) => kind === 'syscall')
  const names = topic.programs.map(({ name }) => name)
  return new Set(names.filter(name => (name !== 'on_enter' || needsEnter) && (name !== 'on_leave' || needsExit)))
}

interface FlightSize {
  readonly cpuCount: number
  /** Records of a region. */
  readonly region: number
  readonly ruleCount: number
}

interface Attached {
  readonly fired: FiredRing
  readonly eventFds: readonly number[]
}

function attach(host: WatchHost, options: FlightOptions, topic: LoadedTopic): Attached | Refusal {
  const targets = topic.maps.get('targets')
  const firedMap = topic.maps.get('fired')
  if (targets === undefined || firedMap === undefined) return { topic: TOPIC, step: 'find its maps', errno: 'ENOENT', log: '' }
  for (const pid of options.targetPids) updateElement(host, targets, { key: word(pid), value: word(1) })
  const fired = openFiredRing(host, firedMap.fd)
  if ('errno' in fired) return { topic: TOPIC, step: 'map its ring', errno: fired.errno, log: '' }
  const refusal = attachTopic(host, topic, wantedPrograms(options, topic))
  if (refusal !== undefined) return refusal
  const timers = attachTimers(host, options, topic)
  const probes = attachProbes(host, options, topic)
  if (!('errno' in probes)) return { fired, eventFds: [...timers, ...probes] }
  for (const fd of timers) host.closeDescriptor(fd)
  return probes
}

/** Samples are a help, not a need: without them the rest works. */
function attachTimers(host: WatchHost, { cpus, frequencyHz }: FlightOptions, topic: LoadedTopic): readonly number[] {
  const program = topic.programs.find(({ name }) => name === 'on_sample')
  if (program === undefined || frequencyHz <= 0) return []
  const attr = encodeAttr({ type: PerfType.Software, config: SoftwareEvent.CpuClock, flags: ['disabled', 'excludeIdle'], frequencyHz })
  return cpus.flatMap(cpu => {
    const opened = host.openPerfEvent(attr, -1, cpu, OPEN_CLOEXEC)
    if ('errno' in opened) return []
    host.ioctl(opened.fd, SET_BPF, program.fd)
    host.ioctl(opened.fd, PerfIoctl.Enable, 0)
    return [opened.fd]
  })
}

class OpenFlight implements FlightRecorder {
  readonly takesRules = true
  readonly firedFd: number
  readonly memoryBytes: number
  /** Words of struct state; or why it can't be mapped. */
  readonly state: Int32Array | { readonly errno: string }
  readonly #host: WatchHost
  readonly #topic: LoadedTopic
  readonly #attached: Attached
  readonly #cpuCount: number
  readonly #region: number
  readonly #ruleCount: number
  #records: Uint8Array | { readonly errno: string }
  #openedNs: bigint
  /** The set that is written, as far as we know: a rule may have turned them over since. */
  #turns = 0
  #readTurn = 0
  #readHeads: readonly number[] = []

  constructor(host: WatchHost, topic: LoadedTopic, { cpuCount, region, ruleCount, ...attached }: Attached & FlightSize) {
    this.#host = host
    this.#topic = topic
    this.#attached = attached
    this.#cpuCount = cpuCount
    this.#region = region
    this.#ruleCount = ruleCount
    this.memoryBytes = 2 * cpuCount * region * RECORD_BYTES
    this.firedFd = this.#map('fired').fd
    const state = host.mapShared(this.#map('state').fd, { offsetBytes: 0, lengthBytes: 4096, writable: true })
    this.#records = host.mapShared(this.#map('records').fd, { offsetBytes: 0, lengthBytes: this.memoryBytes, writable: false })
    this.state = 'errno' in state ? state : 'errno' in this.#records ? this.#records : new Int32Array(state.buffer, state.byteOffset, 4)
    this.#openedNs = host.monotonicNs()
  }

  takeFired(): readonly FiredRule[] {
    return this.#attached.fired.take()
  }

  untoldCount(): number {
    const map = this.#map('allowances')
    let untold = 0
    for (let rule = 0; rule < this.#ruleCount; rule++) {
      const words = lookupElement(this.#host, map, word(rule))
      if (words !== undefined) untold += Number(new DataView(words.buffer, words.byteOffset).getBigUint64(UNTOLD_AT, true))
    }
    return untold
  }

  depth(): FlightDepth {
    const seconds = Number(this.#host.monotonicNs() - this.#openedNs) / 1e9
    const heads = this.#heads(this.#turns & 1)
    const most = Math.max(...heads)
    return {
      eventsPerSec: seconds > 0 ? heads.reduce((sum, head) => sum + head, 0) / seconds : 0,
      historyNs: most > 0 && seconds > 0 ? (this.#region / (most / seconds)) * 1e9 : Number.POSITIVE_INFINITY,
    }
  }

  arm(): void {
    if (this.state instanceof Int32Array) Atomics.store(this.state, 1, 1)
  }

  freeze(): Frozen {
    const { state } = this
    if (!(state instanceof Int32Array) || !(this.#records instanceof Uint8Array)) throw new Error('The flight recorder was not opened.')
    const set = this.#turns & 1
    const wasArmed = Atomics.exchange(state, 1, 0)
    let frozenNs = this.#host.monotonicNs()
    if (Atomics.load(state, 0) === this.#turns) Atomics.add(state, 0, 1)
    else if (wasArmed === 0) frozenNs = new BigUint64Array(state.buffer, state.byteOffset + 8, 1)[0]
    this.#turns++
    const openedNs = this.#openedNs
    this.#openedNs = frozenNs
    this.#host.pauseMs(SETTLE_MS)
    const regions = this.#copy(set, this.#records)
    this.#resetHeads(set)
    return { openedNs, frozenNs, busyNs: Number(this.#host.monotonicNs() - frozenNs), regions }
  }

  stacks(ids: Iterable<number>): ReadonlyMap<number, BigUint64Array> {
    const found = new Map<number, BigUint64Array>()
    const key = new Uint8Array(8)
    for (const id of ids) {
      new DataView(key.buffer).setBigUint64(0, BigInt(id), true)
      const value = lookupElement(this.#host, this.#map('stacks'), key)
      if (value !== undefined) found.set(id, decodeStack(value))
    }
    return found
  }

  readNew(): readonly FrozenRegion[] {
    const { state } = this
    if (!(state instanceof Int32Array) || !(this.#records instanceof Uint8Array)) return []
    const records = this.#records
    const turn = Atomics.load(state, 0)
    if (turn !== this.#readTurn) this.#readHeads = []
    this.#readTurn = turn
    const set = turn & 1
    const heads = this.#heads(set)
    const regions = heads.map((head, cpu) => {
      const from = Math.max(this.#readHeads[cpu] ?? 0, head - this.#region)
      return { cpu, ...this.#between(records, { set, cpu, from, to: head }) }
    })
    this.#readHeads = heads
    return regions
  }

  /** Records of a region by their running number. */
  #between(
    records: Uint8Array,
    { set, cpu, from, to }: { set: number; cpu: number; from: number; to: number },
  ): { words: Uint32Array; written: number } {
    const start = (set * this.#cpuCount + cpu) * this.#region
    const count = to - from
    const bytes = new Uint8Array(count * RECORD_BYTES)
    const first = from % this.#region
    const whole = Math.min(count, this.#region - first)
    bytes.set(records.subarray((start + first) * RECORD_BYTES, (start + first + whole) * RECORD_BYTES))
    bytes.set(records.subarray(start * RECORD_BYTES, (start + count - whole) * RECORD_BYTES), whole * RECORD_BYTES)
    return { words: new Uint32Array(bytes.buffer), written: count }
  }

  addTarget(pid: number): void {
    updateElement(this.#host, this.#map('targets'), { key: word(pid), value: word(1) })
  }

  lostCount(): number {
    const counters = readCounters(this.#host, this.#map('counters'), this.#cpuCount)
    return counters.lostRows + counters.lostStarts + counters.lostStacks
  }

  close(): void {
    for (const fd of this.#attached.eventFds) this.#host.closeDescriptor(fd)
    unloadTopic(this.#host, this.#topic)
  }

  #copy(set: number, records: Uint8Array): readonly FrozenRegion[] {
    return this.#heads(set).map((written, cpu) => {
      const start = (set * this.#cpuCount + cpu) * this.#region * RECORD_BYTES
      const bytes = records.slice(start, start + Math.min(written, this.#region) * RECORD_BYTES)
      return { cpu, written, words: new Uint32Array(bytes.buffer) }
    })
  }

  #heads(set: number): readonly number[] {
    const values = lookupElement(this.#host, this.#map('heads'), word(set), this.#cpuCount)
    if (values === undefined) return []
    return Array.from(new BigUint64Array(values.buffer, 0, values.byteLength / 8), Number)
  }

  #resetHeads(set: number): void {
    updateElement(this.#host, this.#map('heads'), { key: word(set), value: new Uint8Array(this.#cpuCount * 8) })
  }

  #map(name: string) {
    const map = this.#topic.maps.get(name)
    if (map === undefined) throw new Error(`The flight recorder has no map ${name}.`)
    return map
  }
}

function word(value: number): Uint8Array {
  return new Uint8Array(new Uint32Array([value]).buffer)
}

function refused({ step, errno, log }: Refusal): Unavailable {
  const why = log === '' ? '' : ` The verifier says: ${log.trim().split('\n').slice(-4).join(' | ').slice(-400)}`
  const isPrivilege = errno === 'EPERM' || errno === 'EACCES'
  return {
    topic: 'flight recorder in eBPF',
    tables: ['wait', 'runQueue', 'sample'],
    series: [],
    reason: `The kernel refused to ${step} (${errno}).${why}`,
    remedy: isPrivilege ? 'sudo autotune watch …' : 'Use a kernel from 5.18 on with BTF; please report it if yours is.',
  }
}
