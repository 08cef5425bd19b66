import type { BpfHost } from '../../host-bpf.ts'
import { type BpfMap, drainMap } from './bpf-map.ts'
import { CONTROL_MAP, type Control, type Counters, readCounters, wantedPrograms, writeControl } from './control.ts'
import { attachTopic, detachTopic, type LoadedTopic, unloadTopic } from './loader.ts'
import { StackStore } from './stack-store.ts'
import type { Batch } from './words.ts'

/** A loaded topic from the side of those who read it. */
export class TopicReader {
  readonly #host: BpfHost
  readonly #topic: LoadedTopic
  readonly #possibleCpus: number
  readonly #stacks: StackStore | undefined
  #control: Control
  #counters: Counters
  #lostMaps = 0

  constructor(host: BpfHost, topic: LoadedTopic, options: { readonly control: Control; readonly possibleCpus: number }) {
    this.#host = host
    this.#topic = topic
    this.#control = options.control
    this.#possibleCpus = options.possibleCpus
    const stacks = topic.maps.get('stacks')
    this.#stacks = stacks && new StackStore(host, stacks)
    this.#counters = this.#readCounters()
  }

  get topic(): LoadedTopic {
    return this.#topic
  }

  get control(): Control {
    return this.#control
  }

  /** Makes the programs write into the other map of each pair. They may be in the middle of a row: wait before reading. */
  flip(changes: Partial<Control> = {}): void {
    this.#control = { ...this.#control, ...changes, epoch: this.#control.epoch ^ 1 }
    writeControl(this.#host, this.map(CONTROL_MAP), this.#control)
  }

  /** Rows of the map of a pair that is not being written; it is empty afterwards. */
  drain<Row>(pair: string, decode: (batch: Batch) => readonly Row[]): readonly Row[] {
    const rows: Row[] = []
    const idle = this.map(`${pair}_${this.#control.epoch & 1 ? 'a' : 'b'}`)
    const drained = drainMap(this.#host, idle, ({ keys, values, count }) => {
      // rows look into the values as long as they live
      for (const row of decode({ keys, values: values.slice(0, count * idle.valueSize), count })) rows.push(row)
    })
    if (typeof drained === 'string') this.#lostMaps++
    return rows
  }

  /** Addresses of stacks not handed out before. Makes room in the kernel when some were lost for want of it. */
  takeStacks(ids: Iterable<number>, lostStacks: number): ReadonlyMap<number, BigUint64Array> {
    const stacks = this.#stacks?.take(ids) ?? new Map<number, BigUint64Array>()
    if (lostStacks > 0) this.#stacks?.makeRoom()
    return stacks
  }

  /** What the counters grew by since the last call, and maps that could not be read. */
  takeCounters(): Counters & { readonly unreadMaps: number } {
    const now = this.#readCounters()
    const grown = Object.entries(now).map(([name, value]) => [name, value - this.#counters[name as keyof Counters]])
    const unreadMaps = this.#lostMaps
    this.#counters = now
    this.#lostMaps = 0
    return { ...(Object.fromEntries(grown) as unknown as Counters), unreadMaps }
  }

  hasMap(name: string): boolean {
    return this.#topic.maps.has(name)
  }

  /** A map by its name; a skeleton that lacks it is a bug. */
  map(name: string): BpfMap {
    const map = this.#topic.maps.get(name)
    if (map === undefined) throw new RangeError(`BPF topic ${this.#topic.topic} has no map ${name}.`)
    return map
  }

  /** Goes on recording after detach(); nothing when the kernel refuses now. */
  attach(): void {
    this.#control = { ...this.#control, openedNs: this.#host.monotonicNs() }
    writeControl(this.#host, this.map(CONTROL_MAP), this.#control)
    attachTopic(this.#host, this.#topic, wantedPrograms(this.#topic.programs, this.#control))
  }

  /** Stops recording. */
  detach(): void {
    detachTopic(this.#host, this.#topic)
  }

  close(): void {
    unloadTopic(this.#host, this.#topic)
  }

  #readCounters(): Counters {
    return readCounters(this.#host, this.map('counters'), this.#possibleCpus)
  }
}
