/** C++ and Rust names as people write them. The only user of gecko-profiler-demangle. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Longer names are shown as they are. No source: a guess; the longest in Chromium are below 20,000 characters. */
const MAX_MANGLED_LENGTH = 16_384
/** Longer results are not shown. No source: a guess. */
const MAX_DEMANGLED_BYTES = 16_384
/** Pages of 64 KiB. A name of 250 characters can describe gigabytes by repetition: then memory ends first. */
const MAX_MEMORY_PAGES = 64
/** After this many names that broke the demangler or its bounds no more are tried: each costs some 50 ms. */
const MAX_FAILURES = 32

/** The parts of the package's WebAssembly module that are used: see its index_bg.js, which wants a bundler. */
interface DemanglerExports {
  readonly memory: WebAssembly.Memory
  readonly __wbindgen_export_0: WebAssembly.Table
  demangle_any(address: number, length: number): [number, number]
  __wbindgen_malloc(sizeBytes: number, alignment: number): number
  __wbindgen_free(address: number, sizeBytes: number, alignment: number): void
  __wbindgen_start(): void
}

let compiled: WebAssembly.Module | undefined
/** A trap leaves an instance unusable; the next name gets a new one. */
let instance: DemanglerExports | undefined
let failureCount = 0

/** The demangled name; the same name when it is not mangled or cannot be read. */
export function demangle(name: string): string {
  if (!/^_{1,2}[RZ]/.test(name) || name.length > MAX_MANGLED_LENGTH || failureCount >= MAX_FAILURES) return name
  try {
    instance ??= instantiate()
    const demangled = callDemangler(instance, name)
    if (demangled === undefined) failureCount++
    // what it cannot read comes back without its underscore
    return demangled === undefined || name.endsWith(demangled) ? name : demangled
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError) && !(error instanceof RangeError)) throw error // a trap, or the stack is full
    failureCount++
    instance = undefined
    return name
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Undefined for a result that is too long. */
function callDemangler(demangler: DemanglerExports, name: string): string | undefined {
  const mangled = encoder.encode(name)
  const input = demangler.__wbindgen_malloc(mangled.length, 1) >>> 0
  new Uint8Array(demangler.memory.buffer).set(mangled, input)
  const [address, length] = demangler.demangle_any(input, mangled.length) // it frees its input
  const output = new Uint8Array(demangler.memory.buffer, address >>> 0, length >>> 0)
  const demangled = output.length > MAX_DEMANGLED_BYTES ? undefined : decoder.decode(output)
  demangler.__wbindgen_free(address, length, 1)
  return demangled
}

function instantiate(): DemanglerExports {
  const path = createRequire(import.meta.url).resolve('gecko-profiler-demangle/index_bg.wasm')
  compiled ??= new WebAssembly.Module(limitMemory(readFileSync(path), MAX_MEMORY_PAGES))
  const imports = { './index_bg.js': { __wbindgen_init_externref_table: () => fillReferences(exports.__wbindgen_export_0) } }
  // the package is pinned to one version, whose module has these
  const exports = new WebAssembly.Instance(compiled, imports).exports as unknown as DemanglerExports
  exports.__wbindgen_start()
  return exports
}

/** As the package's own glue does: wasm-bindgen keeps four constants at the end of its table. */
function fillReferences(table: WebAssembly.Table): void {
  const first = table.grow(4)
  table.set(0, undefined)
  ;[undefined, null, true, false].forEach((constant, index) => {
    table.set(first + index, constant)
  })
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
