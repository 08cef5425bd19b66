import type { BpfHost } from '../../host-bpf.ts'
import type { Unavailable } from '../../schema.ts'
import { parseCpuList } from '../online-cpus.ts'
import { syscallNames } from '../syscall-names.ts'
import { lookupElement, updateElement } from './bpf-map.ts'
import { topicRefused } from './bpf-refusal.ts'
import { BTF_PATH, loadCompiled } from './compiled-topic.ts'
import { CONTROL_MAP, controlBytes, countPossibleCpus } from './control.ts'
import { type FlightRegions, RECORD_BYTES } from './decode-flight.ts'
import { attachTopic, detachTopic, type LoadedTopic, unloadTopic } from './loader.ts'

/** What bursts are loaded with. */
export interface BurstOptions {
  /** Folder of the compiled topics, and process.arch. */
  readonly skeletonFolder: string
  readonly architecture: string
  /** Where a function of the kernel begins and ends: tells a local sender from the network. */
  readonly kernelRange?: ((name: string | RegExp) => readonly [first: bigint, end: bigint] | undefined) | undefined
}

/** Raw scheduler events for a short time. Nothing is attached in between. */
export interface BurstCollector {
  /** Why there are none. Attaching may fail later than loading. */
  readonly unavailable: Unavailable | undefined
  readonly isOpen: boolean
  begin(): void
  /** Ends the burst and gives what was recorded, times relative to startNs; undefined when none was going on. */
  end(startNs: bigint): RawBurst | undefined
  /** Nothing of it is in the kernel afterwards. */
  close(): void
}

/** Records as the kernel wrote them: decoding them costs more than recording did, and has time. */
export interface RawBurst {
  readonly regions: FlightRegions
  readonly fromNs: number
  readonly toNs: number
}

/** All CPUs together: 16 MiB, half a second of 500,000 events a second and CPU on two CPUs. */
const RECORDS = (16 << 20) / RECORD_BYTES
const FLIGHT_MAP = '.data.flight'

/** A program that runs while it is detached is done after this long: as with the epoch of the other topics. */
const SETTLE_MS = 2

/** Loads the programs; begin() attaches them. */
export function openBursts(host: BpfHost, options: BurstOptions): BurstCollector {
  const cpus = Math.max(0, ...parseCpuList(host.readText('/sys/devices/system/cpu/online') ?? '0')) + 1
  const region = 2 ** Math.floor(Math.log2(RECORDS / cpus))
  const control = controlBytes({
    lazyNs: 0,
    userStackNs: 0,
    epoch: 0,
    scope: 'machine',
    ownPid: host.pid,
    stackEvery: 1,
    futexNumber: syscallNames(options.architecture)?.numberOf.get('futex') ?? 0xffff,
    coarse: 0,
    interruptEntry: [0n, 0n],
    openedNs: 0n,
    bhEnable: options.kernelRange?.('__local_bh_enable_ip') ?? [0n, 0n],
  })
  const loaded = loadCompiled(host, 'burst', {
    ...options,
    btf: host.readBytes(BTF_PATH),
    initial: new Map([
      [CONTROL_MAP, control],
      [FLIGHT_MAP, new Uint8Array(new Uint32Array([region, 0]).buffer)],
    ]),
    maxEntries: new Map([['flight_ring', region * cpus]]),
  })
  return 'reason' in loaded ? noBursts(loaded) : new LoadedBursts(host, loaded, { region, cpus })
}

function noBursts(unavailable: Unavailable): BurstCollector {
  return { unavailable, isOpen: false, begin: () => {}, end: () => undefined, close: () => {} }
}

class LoadedBursts implements BurstCollector {
  unavailable: Unavailable | undefined
  readonly #host: BpfHost
  readonly #topic: LoadedTopic
  readonly #region: number
  readonly #cpus: number
  readonly #possibleCpus: number
  /** The kernel's records. Mapped once: that costs milliseconds. */
  readonly #mapped: ReturnType<BpfHost['mapDescriptor']>
  #sinceNs: bigint | undefined
  #isClosed = false

  constructor(host: BpfHost, topic: LoadedTopic, { region, cpus }: { readonly region: number; readonly cpus: number }) {
    this.#host = host
    this.#topic = topic
    this.#region = region
    this.#cpus = cpus
    this.#possibleCpus = countPossibleCpus(host.readText('/sys/devices/system/cpu/possible'))
    this.#mapped = host.mapDescriptor(topic.maps.get('flight_ring')?.fd ?? -1, region * cpus * RECORD_BYTES)
    if ('errno' in this.#mapped) this.#refuse('map its events', this.#mapped.errno)
  }

  get isOpen(): boolean {
    return this.#sinceNs !== undefined
  }

  begin(): void {
    const heads = this.#topic.maps.get('flight_heads')
    if (this.isOpen || heads === undefined || this.unavailable !== undefined) return
    updateElement(this.#host, heads, { key: new Uint8Array(4), value: new Uint8Array(8 * this.#possibleCpus) })
    const refusal = attachTopic(this.#host, this.#topic)
    if (refusal === undefined) {
      this.#sinceNs = this.#host.monotonicNs()
      return
    }
    detachTopic(this.#host, this.#topic)
    this.unavailable = topicRefused('burst', refusal)
  }

  end(startNs: bigint): RawBurst | undefined {
    if (this.#sinceNs === undefined) return undefined
    const fromNs = Number(this.#sinceNs - startNs)
    const toNs = Number(this.#host.monotonicNs() - startNs)
    this.#sinceNs = undefined
    detachTopic(this.#host, this.#topic)
    this.#host.pauseMs(SETTLE_MS)
    return 'errno' in this.#mapped ? undefined : { regions: this.#copy(this.#mapped.bytes), fromNs, toNs }
  }

  close(): void {
    this.#sinceNs = undefined
    if (!this.#isClosed && 'unmap' in this.#mapped) this.#mapped.unmap()
    this.#isClosed = true
    unloadTopic(this.#host, this.#topic)
  }

  /** Regions no larger than the fullest needs; a power of two, as they were. */
  #copy(bytes: Uint8Array): FlightRegions {
    const heads = this.#heads().slice(0, this.#cpus)
    const region = Math.min(this.#region, 2 ** Math.ceil(Math.log2(Math.max(1, ...heads))))
    const copy = new Uint8Array(region * heads.length * RECORD_BYTES)
    for (const [cpu, head] of heads.entries()) {
      const from = cpu * this.#region * RECORD_BYTES
      copy.set(bytes.subarray(from, from + Math.min(head, region) * RECORD_BYTES), cpu * region * RECORD_BYTES)
    }
    return { bytes: copy, region, heads, keeps: 'oldest' }
  }

  #refuse(step: string, errno: string): void {
    this.unavailable = topicRefused('burst', { topic: 'burst', step, errno, log: '' })
  }

  /** Records that each CPU wanted to write. */
  #heads(): readonly number[] {
    const map = this.#topic.maps.get('flight_heads')
    const values = map && lookupElement(this.#host, map, new Uint8Array(4), this.#possibleCpus)
    if (values === undefined) return []
    return Array.from(new BigUint64Array(values.buffer, values.byteOffset, values.byteLength >> 3), Number)
  }
}
