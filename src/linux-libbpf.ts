/** The system's libbpf through koffi: /usr/include/bpf/libbpf.h, version 1. Optional: most machines have none. */

import koffi from 'koffi'
import type { LoadedObject, ObjectOptions } from './host-bpf.ts'

/** Longest that is kept of what libbpf and the verifier say. */
const LOG_BYTES = 256 << 10
/** struct bpf_object_open_opts up to kernel_log_level: u64 sz 0, pointers 8..48, kernel_log_buf 56, kernel_log_size 64, u32 level 72. */
const OPEN_OPTIONS_BYTES = 80
const LOG_LEVEL = 1

/** Loads an object; undefined when there is no libbpf. */
export function loadWithLibbpf(
  object: Uint8Array,
  { name, initial }: ObjectOptions,
): LoadedObject | { readonly errno: string; readonly log: string } | undefined {
  const libbpf = openLibbpf()
  if (libbpf === undefined) return undefined
  const verifierLog = Buffer.alloc(LOG_BYTES)
  const options = Buffer.alloc(OPEN_OPTIONS_BYTES)
  options.writeBigUInt64LE(BigInt(OPEN_OPTIONS_BYTES), 0)
  const objectName = Buffer.from(`${name}\0`.padEnd(128, '\0')) // long enough to lie outside of V8's heap
  options.writeBigUInt64LE(BigInt(koffi.address(objectName)), 8)
  options.writeBigUInt64LE(BigInt(koffi.address(verifierLog)), 56)
  options.writeBigUInt64LE(BigInt(LOG_BYTES), 64)
  options.writeUInt32LE(LOG_LEVEL, 72)
  return libbpf.whilePrinting(words => {
    const said = (): string => `${textOf(verifierLog)}\n${words.join('')}`.trim()
    const handle = libbpf.openMemory(object, object.length, options)
    if (handle === null) return { errno: 'EINVAL', log: said() }
    for (const map of each(libbpf.nextMap, handle)) {
      const value = initial.get(libbpf.mapName(map))
      if (value !== undefined) libbpf.setInitialValue(map, value, value.length)
    }
    const status = Number(libbpf.load(handle))
    if (status < 0) {
      libbpf.close(handle)
      return { errno: `errno ${-status}`, log: said() }
    }
    // the object stays open: closing it would close the descriptors, which are the caller's from here on
    return {
      maps: new Map(each(libbpf.nextMap, handle).map(map => [libbpf.mapName(map), Number(libbpf.mapFd(map))])),
      programs: new Map(each(libbpf.nextProgram, handle).map(program => [libbpf.programName(program), Number(libbpf.programFd(program))])),
    }
  })
}

function openLibbpf() {
  const library = ((): ReturnType<typeof koffi.load> | undefined => {
    try {
      return koffi.load('libbpf.so.1')
    } catch {
      return undefined
    }
  })()
  if (library === undefined) return undefined
  const setPrint = library.func('libbpf_set_print', 'void *', ['void *'])
  return {
    openMemory: library.func('bpf_object__open_mem', 'void *', ['void *', 'size_t', 'void *']),
    load: library.func('bpf_object__load', 'int', ['void *']),
    close: library.func('bpf_object__close', 'void', ['void *']),
    nextMap: library.func('bpf_object__next_map', 'void *', ['void *', 'void *']),
    nextProgram: library.func('bpf_object__next_program', 'void *', ['void *', 'void *']),
    mapName: library.func('bpf_map__name', 'str', ['void *']),
    mapFd: library.func('bpf_map__fd', 'int', ['void *']),
    setInitialValue: library.func('bpf_map__set_initial_value', 'int', ['void *', 'void *', 'size_t']),
    programName: library.func('bpf_program__name', 'str', ['void *']),
    programFd: library.func('bpf_program__fd', 'int', ['void *']),
    /** libbpf talks to stderr unless somebody listens. */
    whilePrinting<Value>(act: (words: readonly string[]) => Value): Value {
      const vsnprintf = koffi.load(null).func('vsnprintf', 'int', ['void *', 'size_t', 'void *', 'void *'])
      const line = Buffer.alloc(16 << 10)
      const words: string[] = []
      let length = 0
      const listener = koffi.register((_level: number, format: unknown, values: unknown) => {
        vsnprintf(line, line.length, format, values)
        const text = textOf(line)
        if (length < LOG_BYTES) words.push(text)
        length += text.length
        return 0
      }, koffi.pointer(printer))
      try {
        setPrint(listener)
        return act(words)
      } finally {
        setPrint(null)
        koffi.unregister(listener)
      }
    },
  }
}

const printer = koffi.proto('int AutotuneLibbpfPrint(int level, void *format, void *values)')

function each(next: (handle: unknown, previous: unknown) => unknown, handle: unknown): unknown[] {
  const found: unknown[] = []
  for (let item = next(handle, null); item !== null; item = next(handle, item)) found.push(item)
  return found
}

/** Up to the first zero byte. */
function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end)
}
