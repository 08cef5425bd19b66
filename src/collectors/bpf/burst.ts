import type { BpfHost } from '../../host-bpf.ts'
import type { Unavailable } from '../../schema.ts'
import { parseCpuList } from '../online-cpus.ts'
import { syscallNames } from '../syscall-names.ts'
import { lookupElement, updateElement } from './bpf-map.ts'
import { topicRefused } from './bpf-refusal.ts'
import { BTF_PATH, loadCompiled } from './compiled-topic.ts'
import { CONTROL_MAP, controlBytes, countPossibleCpus } from './control.ts'
import { type DecodedFlight, decodeFlight, RECORD_BYTES } from './decode-flight.ts'
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
  /** Ends the burst and gives its events, times relative to startNs; undefined when none was going on. */
  end(startNs: bigint): DecodedFlight | undefined
  /** Nothing of it is in the kernel afterwards. */
  close(): void
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
  #sinceNs: bigint | undefined

  constructor(host: BpfHost, topic: LoadedTopic, { region, cpus }: { readonly region: number; readonly cpus: number }) {
    this.#host = host
    this.#topic = topic
    this.#region = region
    this.#cpus = cpus
    this.#possibleCpus = countPossibleCpus(host.readText('/sys/devices/system/cpu/possible'))
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

  end(startNs: bigint): DecodedFlight | undefined {
    if (this.#sinceNs === undefined) return undefined
    const fromNs = Number(this.#sinceNs - startNs)
    const toNs = Number(this.#host.monotonicNs() - startNs)
    this.#sinceNs = undefined
    detachTopic(this.#host, this.#topic)
    this.#host.pauseMs(SETTLE_MS)
    const ring = this.#topic.maps.get('flight_ring')
    const mapped = ring && this.#host.mapDescriptor(ring.fd, this.#region * this.#cpus * RECORD_BYTES)
    if (mapped === undefined || 'errno' in mapped) {
      this.unavailable = topicRefused('burst', { topic: 'burst', step: 'map its events', errno: mapped?.errno ?? 'ENOENT', log: '' })
      return undefined
    }
    const regions = { bytes: mapped.bytes, region: this.#region, heads: this.#heads(), keeps: 'oldest' } as const
    const decoded = decodeFlight(regions, { startNs, fromNs, toNs })
    mapped.unmap()
    return decoded
  }

  close(): void {
    this.#sinceNs = undefined
    unloadTopic(this.#host, this.#topic)
  }

  /** Records that each CPU wanted to write. */
  #heads(): readonly number[] {
    const map = this.#topic.maps.get('flight_heads')
    const values = map && lookupElement(this.#host, map, new Uint8Array(4), this.#possibleCpus)
    if (values === undefined) return []
    return Array.from(new BigUint64Array(values.buffer, values.byteOffset, values.byteLength >> 3), Number)
  }
}
