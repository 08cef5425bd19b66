/** C++ and Rust names as people write them. The only importer of gecko-profiler-demangle. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as glue from 'gecko-profiler-demangle/index_bg.js'

/** Longer names are shown as they are. No source: a guess; the longest in Chromium are below 20,000 characters. */
const MAX_MANGLED_LENGTH = 16_384
/** Pages of 64 KiB. A name of 250 characters can describe gigabytes by repetition: then memory ends first. */
const MAX_MEMORY_PAGES = 256
/** After this many names that broke the demangler no more are tried: each costs some 100 ms. */
const MAX_FAILURES = 8

/** State of the loaded module: a trap leaves it unusable, and it is made anew. */
let compiled: WebAssembly.Module | undefined
let isReady = false
let failureCount = 0

/** The demangled name; the same name when it is not mangled or cannot be read. */
export function demangle(name: string): string {
  if (!/^_{1,2}[RZ]/.test(name) || name.length > MAX_MANGLED_LENGTH || failureCount >= MAX_FAILURES) return name
  try {
    if (!isReady) instantiate()
    const demangled = glue.demangle_any(name)
    return name.endsWith(demangled) ? name : demangled // what it cannot read comes back without its underscore
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError) && !(error instanceof RangeError)) throw error
    failureCount++
    isReady = false
    return name
  }
}

function instantiate(): void {
  const path = createRequire(import.meta.url).resolve('gecko-profiler-demangle/index_bg.wasm')
  compiled ??= new WebAssembly.Module(limitMemory(readFileSync(path), MAX_MEMORY_PAGES))
  const instance = new WebAssembly.Instance(compiled, {
    './index_bg.js': { __wbindgen_init_externref_table: glue.__wbindgen_init_externref_table },
  })
  glue.__wbg_set_wasm(instance.exports)
  const { __wbindgen_start: start } = instance.exports
  if (typeof start === 'function') start()
  isReady = true
}

const WASM_HEADER_BYTES = 8
const WASM_MEMORY_SECTION = 5

/**
 * The module with an upper bound on its memory, which it does not have by itself. A memory section is: u8 id, size, count
 * (1), u8 flags (1: has a maximum), minimum, maximum; numbers in LEB128. WebAssembly Core Specification 5.5.8.
 */
function limitMemory(wasm: Uint8Array, maxPages: number): Uint8Array<ArrayBuffer> {
  for (let start = WASM_HEADER_BYTES; start < wasm.length; ) {
    const size = readLeb128(wasm, start + 1)
    const end = size.next + size.value
    if (wasm[start] !== WASM_MEMORY_SECTION) {
      start = end
      continue
    }
    const minimum = readLeb128(wasm, size.next + 2)
    const body = [1, 1, ...toLeb128(minimum.value), ...toLeb128(maxPages)]
    const section = Uint8Array.of(WASM_MEMORY_SECTION, ...toLeb128(body.length), ...body)
    return join(wasm.subarray(0, start), section, wasm.subarray(end))
  }
  return join(wasm)
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

function readLeb128(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0
  for (let at = start, shift = 0; shift < 35; at++, shift += 7) {
    value += (bytes[at] & 0x7f) * 2 ** shift
    if (bytes[at] < 0x80) return { value, next: at + 1 }
  }
  throw new RangeError('The demangler is no WebAssembly module.')
}

function toLeb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...toLeb128(value >>> 7)]
}
