import type { Host } from '../../host.ts'
import { StackEnd } from '../../schema.ts'
import type { MappedFiles } from '../mapped-files.ts'
import { AddressSpace, type SpaceMapping } from './address-space.ts'
import type { Architecture } from './architecture.ts'
import { CutStacks } from './cut-stacks.ts'
import { FramePointerTrust } from './frame-pointer-trust.ts'
import { UnwindModules } from './unwind-modules.ts'
import { type StackDump, Unwinder } from './unwinder.ts'

/** A sample of user code, and what the kernel found by following frame pointers. */
export interface SampledStack extends StackDump {
  /** Row of process: the program image. */
  readonly process: number
  /** Addresses, leaf first; empty when the kernel was not asked. */
  readonly framePointers: Float64Array
  readonly framePointerCount: number
}

/** How many addresses a stack has, and a StackEnd value. */
export interface ResolvedStack {
  readonly count: number
  readonly end: number
}

/** What is needed to unwind. */
export interface UserStacksOptions {
  readonly files: MappedFiles
  readonly architecture: Architecture
  /** auto: frame pointers of a process are used where they prove to work. */
  readonly mode: 'auto' | 'dwarf'
  /** Executable mappings of a program image as they are now; undefined when it is gone. */
  readMappings(pid: number, process: number): readonly SpaceMapping[] | undefined
}

/** Images followed at once; the one unused for longest goes. */
const MAX_IMAGES = 4096
/** Generated code comes without notice: mappings are read again, but not at every unknown address. */
const REFRESH_NS = 1_000_000_000n

interface Image {
  readonly space: AddressSpace
  readonly trust: FramePointerTrust
  readonly cut: CutStacks
}

/** Stacks of all processes of a recording, unwound as they are sampled, while their code can be read. */
export class UserStacks {
  readonly #host: Host
  readonly #options: UserStacksOptions
  readonly #modules: UnwindModules
  readonly #unwinder: Unwinder
  readonly #images = new Map<number, Image>()

  constructor(host: Host, options: UserStacksOptions) {
    this.#host = host
    this.#options = options
    this.#modules = new UnwindModules(host, options.files, options.architecture)
    this.#unwinder = new Unwinder(options.architecture)
  }

  /** An executable mapping of an image. */
  noteMapping(process: number, pid: number, mapping: SpaceMapping): void {
    this.#imageOf(process, pid).space.add(mapping)
  }

  /** Fills frames with the addresses of a stack, leaf first. */
  resolve(sampled: SampledStack, frames: Float64Array): ResolvedStack {
    const image = this.#images.get(sampled.process)
    if (image === undefined) return keepFramePointers(sampled, frames, StackEnd.Unchecked)
    this.#images.delete(sampled.process)
    this.#images.set(sampled.process, image) // the map's order is that of the last use
    if (this.#options.mode === 'auto' && image.trust.accepts(sampled, image.space)) {
      return keepFramePointers(sampled, frames, StackEnd.Complete)
    }
    const end = this.#unwinder.unwind(sampled, image.space, frames)
    const { count } = this.#unwinder
    if (this.#options.mode !== 'auto') return { count, end }
    const unwound = { frames, count, end }
    image.trust.compare(sampled, image.space, unwound)
    image.cut.learn(unwound)
    return end === StackEnd.Truncated ? image.cut.extend(sampled, image.space, unwound) : { count, end }
  }

  close(): void {
    this.#modules.close()
    this.#images.clear()
  }

  #imageOf(process: number, pid: number): Image {
    const known = this.#images.get(process)
    if (known !== undefined) return known
    const { architecture } = this.#options
    const image = {
      space: this.#openSpace(process, pid),
      trust: new FramePointerTrust(architecture),
      cut: new CutStacks(architecture),
    }
    this.#images.set(process, image)
    if (this.#images.size > MAX_IMAGES) {
      const [oldest] = this.#images.keys()
      this.#images.delete(oldest)
    }
    return image
  }

  #openSpace(process: number, pid: number): AddressSpace {
    const { architecture, readMappings } = this.#options
    let refreshedNs = this.#host.monotonicNs() - REFRESH_NS
    return new AddressSpace({
      architecture,
      moduleOf: mapping => this.#modules.find(pid, mapping),
      readMappings: () => {
        const nowNs = this.#host.monotonicNs()
        if (nowNs - refreshedNs < REFRESH_NS) return undefined
        refreshedNs = nowNs
        return readMappings(pid, process)
      },
      readMemory: (address, lengthBytes) => (address < 0 ? undefined : this.#host.readProcessMemory?.(pid, BigInt(address), lengthBytes)),
    })
  }
}

function keepFramePointers({ framePointers, framePointerCount }: SampledStack, frames: Float64Array, end: number): ResolvedStack {
  const count = Math.min(framePointerCount, frames.length)
  frames.set(framePointers.subarray(0, count))
  return { count, end }
}
