import { FormatError } from '../../errors.ts'

/** Longest LEB128 that is not damage: 10 bytes hold 64 bits, and some producers pad. */
const MAX_LEB_BYTES = 16

/**
 * A bounds-checked cursor over the little-endian bytes of a DWARF section or a part of one.
 *
 * Unlike ByteReader it takes bytes one by one: most of DWARF is LEB128 and bytes, and there are millions of them. Addresses
 * are numbers: those of the kernel are small negative ones, which is exact for all that occur.
 */
export class DwarfCursor {
  readonly bytes: Uint8Array
  readonly source: string
  offset: number
  /** What the number read last by readForm is: a ValueKind. */
  kind = 0
  /** Where the sibling of the entry read last is, from the start of the unit; 0 where it does not say. */
  sibling = 0

  constructor(bytes: Uint8Array, source: string, offset = 0) {
    this.bytes = bytes
    this.source = source
    this.offset = 0
    this.seek(offset)
  }

  /** Moves to any place within the bytes, or to their end. */
  seek(offset: number): void {
    if (!(offset >= 0 && offset <= this.bytes.length)) throw this.damage(`offset ${offset} lies outside its ${this.bytes.length} bytes.`)
    this.offset = offset
  }

  skip(count: number): void {
    this.seek(this.offset + count)
  }

  u8(): number {
    const at = this.offset
    if (at >= this.bytes.length) throw this.damage('it ends within a value.')
    this.offset = at + 1
    return this.bytes[at]
  }

  u16(): number {
    const at = this.#take(2)
    return this.bytes[at] | (this.bytes[at + 1] << 8)
  }

  u24(): number {
    const at = this.#take(3)
    return this.bytes[at] | (this.bytes[at + 1] << 8) | (this.bytes[at + 2] << 16)
  }

  u32(): number {
    return this.#i32() >>> 0
  }

  /** Exact up to 2^53 and for the negative addresses of the kernel. */
  u64(): number {
    const low = this.u32()
    return this.#i32() * 2 ** 32 + low
  }

  /** Eight bytes as hex: ids that must compare exactly. */
  hex64(): string {
    const at = this.#take(8)
    return Array.from(this.bytes.subarray(at, at + 8), byte => byte.toString(16).padStart(2, '0')).join('')
  }

  /** An address or offset of 1, 2, 4 or 8 bytes. */
  unsigned(byteCount: number): number {
    if (byteCount === 8) return this.u64()
    if (byteCount === 4) return this.u32()
    if (byteCount === 2) return this.u16()
    if (byteCount === 1) return this.u8()
    throw this.damage(`a value has ${byteCount} bytes.`)
  }

  uleb(): number {
    let byte = this.u8()
    if (byte < 0x80) return byte
    let value = byte & 0x7f
    let scale = 0x80
    for (let count = 1; count < MAX_LEB_BYTES; count++) {
      byte = this.u8()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
    }
    throw this.damage('a number does not end.')
  }

  sleb(): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < MAX_LEB_BYTES; count++) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      scale *= 0x80
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - scale
    }
    throw this.damage('a number does not end.')
  }

  skipLeb(): void {
    while (this.u8() >= 0x80);
  }

  /** Moves behind the zero that ends a string; gives its length. */
  skipString(): number {
    const end = this.bytes.indexOf(0, this.offset)
    if (end < 0) throw this.damage('a string does not end.')
    const length = end - this.offset
    this.offset = end + 1
    return length
  }

  damage(why: string): FormatError {
    return new FormatError(this.source, this.offset, why)
  }

  #i32(): number {
    const at = this.#take(4)
    const { bytes } = this
    return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
  }

  #take(count: number): number {
    const at = this.offset
    if (at + count > this.bytes.length) throw this.damage('it ends within a value.')
    this.offset = at + count
    return at
  }
}
