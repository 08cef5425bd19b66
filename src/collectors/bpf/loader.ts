import type { BpfHost, BpfPointer } from '../../host-bpf.ts'
import type { BpfMap } from './bpf-map.ts'
import type { Skeleton } from './skeleton.ts'

/** A topic in the kernel. Closing its descriptors, or the end of this process however it comes, removes all of it. */
export interface LoadedTopic {
  readonly topic: string
  readonly maps: ReadonlyMap<string, BpfMap>
  readonly programs: readonly { readonly name: string; readonly section: string; readonly fd: number }[]
  /** Descriptors of maps and programs, and of links. */
  readonly descriptors: number[]
  readonly links: number[]
}

/** Why the kernel did not take a topic. */
export interface Refusal {
  readonly topic: string
  /** What we asked for, e.g. "load" or "attach to sched_switch". */
  readonly step: string
  readonly errno: string
  /** The end of the verifier's log, and of libbpf's; empty when there is none. */
  readonly log: string
}

/** What may differ from what was compiled. */
export interface LoadOptions {
  /** Contents of data maps by name. */
  readonly initial: ReadonlyMap<string, Uint8Array>
  /** Sizes of maps by name. */
  readonly maxEntries: ReadonlyMap<string, number>
}

/** enum bpf_cmd, include/uapi/linux/bpf.h. */
const MAP_CREATE = 0
const MAP_UPDATE_ELEM = 2
const PROG_LOAD = 5
const PROG_RUN = 10
const RAW_TRACEPOINT_OPEN = 17
const LINK_CREATE = 28
const ITER_CREATE = 33

const MAP_TYPE_ARRAY = 2
const PROG_TYPE_SYSCALL = 31
const PROG_SLEEPABLE = 1 << 4
const TRACE_ITER = 28

/** Large enough for the log of the largest topic; a log that does not fit makes the kernel refuse the load. */
const LOG_BYTES = 4 << 20
const LOG_KEPT_CHARACTERS = 64 << 10

/**
 * Loads a topic by bpf(2) alone, or else by libbpf. A light skeleton is a program of type SYSCALL: run once, it creates the maps, relocates
 * and loads the other programs from its data map, and leaves their descriptors in its context
 * (tools/lib/bpf/skel_internal.h, gen_loader.c).
 */
export function loadTopic(host: BpfHost, skeleton: Skeleton, options: LoadOptions): LoadedTopic | Refusal {
  let quiet = runLoader(host, skeleton, { ...options, logBytes: 0 })
  for (let attempt = 1; attempt < MAX_ATTEMPTS && 'errno' in quiet && isInterrupted(quiet.errno); attempt++) {
    quiet = runLoader(host, skeleton, { ...options, logBytes: 0 })
  }
  if (!('errno' in quiet)) return quiet
  // Only a second try asks for the log: a log that grows too long would fail a load that is fine.
  const refusal = quiet.step === 'load' ? runLoader(host, skeleton, { ...options, logBytes: LOG_BYTES }) : quiet
  return 'errno' in refusal ? loadByLibbpf(host, skeleton, { options, refusal }) : refusal
}

/**
 * The second way in, where the system has libbpf: it relocates in this process, which kernels before 5.14 need, works
 * around what older ones lack, and says in words what failed.
 */
function loadByLibbpf(
  host: BpfHost,
  skeleton: Skeleton,
  { options, refusal }: { readonly options: LoadOptions; readonly refusal: Refusal },
): LoadedTopic | Refusal {
  if (refusal.step === 'create its maps' && (refusal.errno === 'EPERM' || refusal.errno === 'ENOSYS')) return refusal
  const loaded = host.loadObject?.(skeleton.object(), { name: skeleton.topic, initial: options.initial })
  if (loaded === undefined) return refusal
  if ('errno' in loaded) return { ...refusal, log: `${refusal.log}\n${loaded.log}`.trim().slice(-LOG_KEPT_CHARACTERS) }
  const { topic, maps, programs } = skeleton
  return {
    topic,
    maps: new Map(maps.flatMap(map => foundIn(loaded.maps, map.name).map(fd => [map.name, { ...map, fd }] as const))),
    programs: programs.flatMap(program => foundIn(loaded.programs, program.name).map(fd => ({ ...program, fd }))),
    descriptors: [...loaded.maps.values(), ...loaded.programs.values()],
    links: [],
  }
}

function foundIn(descriptors: ReadonlyMap<string, number>, name: string): readonly number[] {
  const fd = descriptors.get(name)
  return fd === undefined ? [] : [fd]
}

/** The verifier gives up when a signal is pending (kernel/bpf/verifier.c, do_check), e.g. that of a profiler of ours. libbpf tries five times. */
const MAX_ATTEMPTS = 10

function isInterrupted(errno: string): boolean {
  return errno === 'EAGAIN' || errno === 'EINTR'
}

function runLoader(host: BpfHost, skeleton: Skeleton, options: LoadOptions & { readonly logBytes: number }): LoadedTopic | Refusal {
  const refuse = (step: string, errno: string, log = ''): Refusal => ({ topic: skeleton.topic, step, errno, log })
  const dataMap = createDataMap(host, skeleton.data)
  if ('errno' in dataMap) return refuse('create its maps', dataMap.errno)
  try {
    const program = loadLoaderProgram(host, skeleton.instructions, dataMap.value)
    if ('errno' in program) return refuse('load its loader', program.errno)
    try {
      const context = new LoaderContext(skeleton, options)
      const attributes = new Uint8Array(80) // test: u32 prog_fd, retval, …; u32 ctx_size_in at 40; u64 ctx_in at 48
      const view = new DataView(attributes.buffer)
      view.setUint32(0, program.value, true)
      view.setUint32(40, context.bytes.length, true)
      const answer = host.bpf(PROG_RUN, attributes, [...context.pointers, { into: attributes, offset: 48, to: context.bytes }])
      if ('errno' in answer) return refuse('run its loader', answer.errno)
      const result = view.getInt32(4, true)
      return result < 0 ? refuse('load', errnoText(-result), context.logTail()) : context.loaded()
    } finally {
      host.closeDescriptor(program.value)
    }
  } finally {
    host.closeDescriptor(dataMap.value)
  }
}

function createDataMap(host: BpfHost, data: Uint8Array) {
  const attributes = new Uint8Array(80) // u32 map_type, key_size, value_size, max_entries, …; char map_name[16] at 28
  new Uint32Array(attributes.buffer, 0, 4).set([MAP_TYPE_ARRAY, 4, data.length, 1])
  attributes.set(new TextEncoder().encode('autotune'), 28)
  const created = host.bpf(MAP_CREATE, attributes)
  if ('errno' in created) return created
  const update = new Uint8Array(32)
  new DataView(update.buffer).setUint32(0, created.value, true)
  const answer = host.bpf(MAP_UPDATE_ELEM, update, [
    { into: update, offset: 8, to: new Uint8Array(4) },
    { into: update, offset: 16, to: data },
  ])
  if ('value' in answer) return created
  host.closeDescriptor(created.value)
  return answer
}

function loadLoaderProgram(host: BpfHost, instructions: Uint8Array, dataMapFd: number) {
  // u32 prog_type, insn_cnt; u64 insns, license; …; u32 prog_flags at 44; char prog_name[16] at 48; u64 fd_array at 120
  const attributes = new Uint8Array(144)
  const view = new DataView(attributes.buffer)
  view.setUint32(0, PROG_TYPE_SYSCALL, true)
  view.setUint32(4, instructions.length / 8, true)
  view.setUint32(44, PROG_SLEEPABLE, true)
  attributes.set(new TextEncoder().encode('autotune'), 48)
  const descriptors = new Uint8Array(4)
  new DataView(descriptors.buffer).setInt32(0, dataMapFd, true)
  return host.bpf(PROG_LOAD, attributes, [
    { into: attributes, offset: 8, to: instructions },
    { into: attributes, offset: 16, to: new TextEncoder().encode('Dual BSD/GPL\0') },
    { into: attributes, offset: 120, to: descriptors },
  ])
}

/** struct bpf_loader_ctx (24 bytes), then struct bpf_map_desc (16) per map, then struct bpf_prog_desc (4) per program. */
class LoaderContext {
  readonly bytes: Uint8Array
  readonly pointers: readonly BpfPointer[]
  readonly #view: DataView
  readonly #skeleton: Skeleton
  readonly #log: Uint8Array

  constructor(skeleton: Skeleton, options: LoadOptions & { readonly logBytes: number }) {
    const { maps, programs } = skeleton
    this.#skeleton = skeleton
    this.#log = new Uint8Array(options.logBytes)
    this.bytes = new Uint8Array(24 + maps.length * 16 + programs.length * 4)
    this.#view = new DataView(this.bytes.buffer)
    this.#view.setUint32(0, this.bytes.length, true)
    this.#view.setUint32(8, options.logBytes > 0 ? 1 : 0, true)
    this.#view.setUint32(12, options.logBytes, true)
    maps.forEach((map, index) => {
      const entries = options.maxEntries.get(map.name)
      if (entries !== undefined) this.#view.setUint32(24 + index * 16 + 4, entries, true)
    })
    this.pointers = [
      { into: this.bytes, offset: 16, to: this.#log },
      ...maps.flatMap((map, index) => {
        const to = options.initial.get(map.name) ?? map.initial
        return to === undefined ? [] : [{ into: this.bytes, offset: 24 + index * 16 + 8, to }]
      }),
    ]
  }

  loaded(): LoadedTopic {
    const { topic, maps, programs } = this.#skeleton
    const mapFd = (index: number) => this.#view.getInt32(24 + index * 16, true)
    const programFd = (index: number) => this.#view.getInt32(24 + maps.length * 16 + index * 4, true)
    return {
      topic,
      maps: new Map(maps.map((map, index) => [map.name, { ...map, fd: mapFd(index) }])),
      programs: programs.map((program, index) => ({ ...program, fd: programFd(index) })),
      descriptors: [...maps.map((_, index) => mapFd(index)), ...programs.map((_, index) => programFd(index))],
      links: [],
    }
  }

  logTail(): string {
    const end = this.#log.indexOf(0)
    return new TextDecoder('latin1').decode(this.#log.subarray(0, end < 0 ? undefined : end)).slice(-LOG_KEPT_CHARACTERS)
  }
}

/** Programs whose place is in their section: the link needs no more than their descriptor. */
const attachable = /^(?:tp_btf|fentry)\/(.+)$/

/** Attaches a topic's programs on tracepoints and functions, or those of the given names; undefined when all are. */
export function attachTopic(host: BpfHost, topic: LoadedTopic, names?: ReadonlySet<string>): Refusal | undefined {
  for (const { section, fd, name } of topic.programs) {
    const place = attachable.exec(section)?.[1]
    if (place === undefined || names?.has(name) === false) continue
    const attributes = new Uint8Array(16) // u64 name: none, the program knows; u32 prog_fd
    new DataView(attributes.buffer).setUint32(8, fd, true)
    const link = host.bpf(RAW_TRACEPOINT_OPEN, attributes)
    if ('errno' in link) return { topic: topic.topic, step: `attach to ${place}`, errno: link.errno, log: '' }
    topic.links.push(link.value)
  }
  return undefined
}

/** Runs a topic's iterator program once over what it iterates. */
export function runIterator(host: BpfHost, topic: LoadedTopic, name: string): Refusal | undefined {
  const program = topic.programs.find(candidate => candidate.name === name)
  const refuse = (errno: string): Refusal => ({ topic: topic.topic, step: `run ${name}`, errno, log: '' })
  if (program === undefined) return refuse('ENOENT')
  const attributes = new Uint8Array(64) // u32 prog_fd, target_fd, attach_type, flags
  new Uint32Array(attributes.buffer, 0, 3).set([program.fd, 0, TRACE_ITER])
  const link = host.bpf(LINK_CREATE, attributes)
  if ('errno' in link) return refuse(link.errno)
  const create = new Uint8Array(8) // u32 link_fd, flags
  new DataView(create.buffer).setUint32(0, link.value, true)
  const iterator = host.bpf(ITER_CREATE, create)
  if ('value' in iterator) {
    const bytes = new Uint8Array(4096)
    while (host.readDescriptor(iterator.value, bytes) > 0);
    host.closeDescriptor(iterator.value)
  }
  host.closeDescriptor(link.value)
  return 'errno' in iterator ? refuse(iterator.errno) : undefined
}

/** Stops a topic's programs; its maps can still be read. */
export function detachTopic(host: BpfHost, topic: LoadedTopic): void {
  for (const fd of topic.links.splice(0)) host.closeDescriptor(fd)
}

/** Removes a topic from the kernel. */
export function unloadTopic(host: BpfHost, topic: LoadedTopic): void {
  detachTopic(host, topic)
  for (const fd of topic.descriptors.splice(0).reverse()) host.closeDescriptor(fd)
}

/** Errors a loader program returns by number, include/uapi/asm-generic/errno-base.h. */
function errnoText(errno: number): string {
  const names: Readonly<Record<number, string>> = {
    1: 'EPERM',
    2: 'ENOENT',
    3: 'ESRCH',
    4: 'EINTR',
    7: 'E2BIG',
    11: 'EAGAIN',
    12: 'ENOMEM',
    13: 'EACCES',
    22: 'EINVAL',
    28: 'ENOSPC',
  }
  return names[errno] ?? `errno ${errno}`
}
