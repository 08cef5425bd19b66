import type { Host } from '../../host.ts'
import { NONE } from '../../schema.ts'
import type { SyscallNames } from '../syscall-names.ts'
import { descriptorKind, type WaitReason, waitReason } from '../wait-reason.ts'
import { type Place, StackId } from './decode-sched.ts'
import { type PathEnd, pathOf } from './file-names.ts'

/** Links of /proc that are read per slice: beyond, reasons that depend on one stay unknown. */
const LINKS_PER_SLICE = 512

/** Descriptors whose kind is kept. */
const REMEMBERED_DESCRIPTORS = 20_000

/** Stacks whose function names are kept. */
const REMEMBERED_STACKS = 50_000

/** Places of processes whose last reason is kept. */
const REMEMBERED_PLACES = 50_000

/** More than there are keys of places: system calls have numbers below 1,000, states 16 bits. */
const PLACES = 2 ** 28

/** Calls whose first argument is the descriptor of a file that they can wait for. */
const takesDescriptor: ReadonlySet<string> = new Set(
  `read write pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 fsync fdatasync sync_file_range syncfs fallocate
   ftruncate getdents getdents64 splice sendfile flock fcntl fadvise64 readahead`.split(/\s+/),
)

/** What a wait is named after. */
export interface NamedPlace {
  readonly reason: WaitReason
  readonly syscall: string | undefined
  /** Address of the futex, or the descriptor; NaN for neither. */
  readonly argument: number
  /** Path of the file of its call, or the end of it; undefined when it has none or is not known. */
  readonly file: string | undefined
}

/** A wait as the kernel noted it. */
export interface NotedWait {
  readonly pid: number
  readonly place: Place
  readonly kernelStack: number
  readonly file: PathEnd | undefined
}

/** Where names come from. */
export interface NameSources {
  readonly syscalls: SyscallNames
  /** Function of the kernel at an address; undefined when names are hidden. */
  readonly kernelFunction: (address: bigint) => string | undefined
}

/** Turns what the kernel noted into reasons, looking up what descriptors are while their processes are alive. */
export class WaitNaming {
  readonly #host: Host
  readonly #sources: NameSources
  readonly #functions = new Map<number, readonly string[]>()
  readonly #names = new Map<bigint, string | undefined>()
  readonly #descriptors = new Map<string, { readonly link: string | undefined; readonly slice: number }>()
  readonly #reasons = new Map<number, Map<number, WaitReason>>()
  readonly #reasonsOfKin = new Map<number, WaitReason>()
  #slice = 0
  #links = 0

  constructor(host: Host, sources: NameSources) {
    this.#host = host
    this.#sources = sources
  }

  /** Descriptors may mean something else by now; kernel stacks that are new are learned. */
  beginSlice(stacks: ReadonlyMap<number, BigUint64Array>): void {
    this.#slice++
    this.#links = 0
    if (this.#descriptors.size > REMEMBERED_DESCRIPTORS) this.#descriptors.clear()
    if (this.#functions.size > REMEMBERED_STACKS) {
      this.#functions.clear()
      this.#names.clear()
      this.#reasons.clear()
    }
    for (const [id, addresses] of stacks) {
      if (addresses.length === 0 || addresses[0] < 1n << 63n) continue
      this.#functions.set(id, this.#functionsOf(addresses))
    }
  }

  /** Stacks differ, the addresses they are made of hardly do. */
  #functionsOf(addresses: BigUint64Array): readonly string[] {
    const functions: string[] = []
    for (const address of addresses) {
      if (!this.#names.has(address)) this.#names.set(address, this.#sources.kernelFunction(address))
      const name = this.#names.get(address)
      if (name !== undefined) functions.push(name)
    }
    return functions
  }

  name({ pid, place, kernelStack, file }: NotedWait): NamedPlace {
    const syscall = place.syscall === NONE ? undefined : (this.#sources.syscalls.nameOf.get(place.syscall) ?? `syscall ${place.syscall}`)
    const isFutex = syscall === 'futex'
    const descriptor = isFutex || place.argument === 0 ? undefined : place.argument - 1
    const reason = this.#reasonOfKin(pid, place, kernelStack) ?? this.#reason(place, kernelStack, syscall)
    if (kernelStack > StackId.Failed) this.#learn(pid, place, reason)
    return {
      reason: reason === 'unknown' && descriptor !== undefined ? this.#reasonByDescriptor(pid, descriptor, { place, syscall }) : reason,
      syscall,
      argument: isFutex ? place.argument : (descriptor ?? Number.NaN),
      file: this.#file(pid, descriptor, takesDescriptor.has(syscall ?? '') ? file : undefined),
    }
  }

  /** In a storm most waits have no stack: what they wait for is what their process waits for in the same place when one is taken. */
  #reasonOfKin(pid: number, place: Place, kernelStack: number): WaitReason | undefined {
    return kernelStack === StackId.NotSampled ? this.#reasonsOfKin.get(pid * PLACES + placeKey(place)) : undefined
  }

  #learn(pid: number, place: Place, reason: WaitReason): void {
    if (this.#reasonsOfKin.size >= REMEMBERED_PLACES) this.#reasonsOfKin.clear()
    this.#reasonsOfKin.set(pid * PLACES + placeKey(place), reason)
  }

  /** Rules run once per stack and place: there are few of them, and many waits. */
  #reason(place: Place, kernelStack: number, syscall: string | undefined): WaitReason {
    const stack = kernelStack > StackId.Failed ? kernelStack : StackId.None
    const reasons = this.#reasons.get(stack) ?? new Map<number, WaitReason>()
    const key = placeKey(place)
    const known = reasons.get(key)
    if (known !== undefined) return known
    const reason = waitReason({ ...place, syscall, descriptor: undefined, kernelFunctions: this.#functions.get(stack) ?? [] })
    this.#reasons.set(stack, reasons.set(key, reason))
    return reason
  }

  #reasonByDescriptor(pid: number, descriptor: number, { place, syscall }: { place: Place; syscall: string | undefined }): WaitReason {
    return waitReason({ ...place, syscall, descriptor: descriptorKind(this.#link(pid, descriptor)), kernelFunctions: [] })
  }

  /** Read once per slice. A process that is gone keeps what its descriptors were. */
  #link(pid: number, descriptor: number): string | undefined {
    const path = `/proc/${pid}/fd/${descriptor}`
    const known = this.#descriptors.get(path)
    if (known?.slice === this.#slice || this.#links >= LINKS_PER_SLICE) return known?.link
    this.#links++
    const link = this.#host.readLink(path) ?? known?.link
    this.#descriptors.set(path, { link, slice: this.#slice })
    return link
  }

  #file(pid: number, descriptor: number | undefined, end: PathEnd | undefined): string | undefined {
    if (end === undefined || descriptor === undefined) return undefined
    return pathOf(end, this.#link(pid, descriptor))
  }
}

function placeKey({ syscall, taskState, inIowait, kernelThread }: Place): number {
  return (syscall + 1) * 0x40000 + taskState * 4 + Number(inIowait) * 2 + Number(kernelThread)
}
