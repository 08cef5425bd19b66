import { FormatError } from '../errors.ts'

/** Bytes that can be read from anywhere: an open file, or memory. HostFile is one. */
export interface ByteSource {
  readonly sizeBytes: number
  /** Up to lengthBytes from offset; shorter only at the end. */
  read(offset: number, lengthBytes: number): Uint8Array
}

/** Longest part of a file that is read at once. No source: several times the symbol table of a browser. */
const MAX_PART_BYTES = 256 << 20

const WINDOW_BYTES = 1 << 18

/** Memory as a source. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return { sizeBytes: bytes.length, read: (offset, lengthBytes) => bytes.subarray(offset, offset + lengthBytes) }
}

/** The same bytes, as long as the source is now, read in large pieces: for formats of many small records. */
export function windowOver(source: ByteSource): ByteSource {
  const { sizeBytes } = source
  let start = 0
  let window: Uint8Array = new Uint8Array()
  return {
    sizeBytes,
    read(offset, lengthBytes) {
      if (offset < start || offset + lengthBytes > start + window.length) {
        start = offset
        window = source.read(offset, Math.min(Math.max(lengthBytes, WINDOW_BYTES), Math.max(0, sizeBytes - offset)))
      }
      return window.subarray(offset - start, offset - start + lengthBytes)
    },
  }
}

/** Exactly lengthBytes from offset, or FormatError. A sparse file cannot make us allocate without bound. */
export function readExactly(source: ByteSource, name: string, part: { offset: number; lengthBytes: number; field: string }): Uint8Array {
  const { offset, lengthBytes, field } = part
  const left = Math.max(0, source.sizeBytes - offset)
  if (offset < 0 || lengthBytes < 0 || lengthBytes > left) {
    throw new FormatError(name, offset, `${field} needs ${lengthBytes} bytes, ${left} are left.`)
  }
  if (lengthBytes > MAX_PART_BYTES) throw new FormatError(name, offset, `${field} has ${lengthBytes} bytes, more than ${MAX_PART_BYTES}.`)
  const bytes = source.read(offset, lengthBytes)
  if (bytes.length < lengthBytes) throw new FormatError(name, offset, `${field} needs ${lengthBytes} bytes, ${bytes.length} were read.`)
  return bytes
}

/** Whether an error is the fault of a file, not ours: damaged, or a failing read(2). */
export function isFileFailure(error: unknown): error is Error {
  return error instanceof FormatError || (error instanceof Error && 'syscall' in error)
}

/** What a file can be read without: damage there must not cost the rest. */
export function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (isFileFailure(error)) return undefined
    throw error
  }
}
