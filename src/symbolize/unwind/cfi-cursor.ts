import { FormatError } from '../../errors.ts'

/** DW_EH_PE_*: how a pointer of .eh_frame is stored. LSB Core, "DWARF Exception Header Encoding". */
export const PointerEncoding = { Absolute: 0x00, ProgramRelative: 0x10, DataRelative: 0x30, Indirect: 0x80, Omitted: 0xff } as const
const FORMAT_MASK = 0x0f
const APPLICATION_MASK = 0x70

/** What the bytes of a cursor are part of. */
export interface CfiPlace {
  /** Name of the file and section, for messages. */
  readonly source: string
  /** Address in the file of the first byte. */
  readonly address: number
  /** Bytes of an address: 4 or 8. */
  readonly wordBytes: number
}

/**
 * A bounds-checked cursor over call frame information.
 *
 * All numbers are exact: one beyond 2^53 occurs in no real file and throws FormatError, as does every read past the end.
 */
export class CfiCursor {
  readonly place: CfiPlace
  readonly end: number
  offset: number
  readonly #view: DataView

  constructor(bytes: Uint8Array, place: CfiPlace, offset = 0) {
    this.place = place
    this.end = bytes.length
    this.offset = offset
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true)
  }

  /** A u64 that counts something. */
  size64(): number {
    const start = this.#take(8)
    return this.#exact(this.#view.getUint32(start + 4, true) * 4294967296 + this.#view.getUint32(start, true))
  }

  /** A u64 or s64 as a signed number: differences are stored so. */
  i64(): number {
    const start = this.#take(8)
    return this.#exact(this.#view.getInt32(start + 4, true) * 4294967296 + this.#view.getUint32(start, true))
  }

  uleb(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8()
      value = this.#exact(value + (byte & 0x7f) * scale)
      if ((byte & 0x80) === 0) return value
      if (scale > 2 ** 56) throw this.damaged('A LEB128 number does not end.')
    }
  }

  sleb(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      if ((byte & 0x80) === 0) return this.#exact((byte & 0x40) === 0 ? value : value - scale * 128)
      if (scale > 2 ** 56) throw this.damaged('A LEB128 number does not end.')
    }
  }

  /** A view of the next bytes. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length)
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length)
  }

  /** Where a NUL-terminated text ends, and the text; the cursor goes behind it. */
  text(): string {
    let text = ''
    for (let code = this.u8(); code !== 0; code = this.u8()) text += String.fromCharCode(code)
    return text
  }

  /** A pointer; dataAddress is what data-relative ones count from. */
  pointer(encoding: number, dataAddress = Number.NaN): number {
    const address = this.place.address + this.offset
    const base = this.#baseOf(encoding, { address, dataAddress })
    return this.#exact(this.#stored(encoding & FORMAT_MASK) + base)
  }

  damaged(why: string): FormatError {
    return new FormatError(this.place.source, this.place.address + this.offset, why)
  }

  #baseOf(encoding: number, { address, dataAddress }: { address: number; dataAddress: number }): number {
    const application = encoding & APPLICATION_MASK
    if ((encoding & PointerEncoding.Indirect) === 0 && application === PointerEncoding.Absolute) return 0
    if ((encoding & PointerEncoding.Indirect) === 0 && application === PointerEncoding.ProgramRelative) return address
    if (encoding < PointerEncoding.Indirect && application === PointerEncoding.DataRelative && !Number.isNaN(dataAddress))
      return dataAddress
    throw this.damaged(`A pointer has the encoding 0x${encoding.toString(16)}.`)
  }

  #stored(format: number): number {
    switch (format) {
      case 0x00:
        return this.place.wordBytes === 8 ? this.i64() : this.u32()
      case 0x01:
        return this.uleb()
      case 0x02:
        return this.u16()
      case 0x03:
        return this.u32()
      case 0x04:
      case 0x0c:
        return this.i64()
      case 0x09:
        return this.sleb()
      case 0x0a:
        return (this.u16() << 16) >> 16
      case 0x0b:
        return this.i32()
      default:
        throw this.damaged(`A pointer has the format 0x${format.toString(16)}.`)
    }
  }

  #exact(value: number): number {
    if (Number.isSafeInteger(value)) return value
    throw this.damaged('A number is larger than any of a real program.')
  }

  #take(length: number): number {
    if (length > this.end - this.offset) throw this.damaged(`${length} bytes are needed, ${this.end - this.offset} are left.`)
    const start = this.offset
    this.offset += length
    return start
  }
}
