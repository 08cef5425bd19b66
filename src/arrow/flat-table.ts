import type { ByteReader } from '../byte-reader.ts'
import { FormatError } from '../errors.ts'

/**
 * A table of a flatbuffer, as Arrow's metadata is made of, with every position checked.
 *
 *     table:  i32 distance back to its vtable │ fields …
 *     vtable: u16 size of vtable │ u16 size of table │ u16 offset of each field in the table, 0 when absent
 *
 * https://flatbuffers.dev/internals. A field that is absent has its default, as the format demands.
 */
export class FlatTable {
  readonly position: number
  readonly #reader: ByteReader
  readonly #vtable: number
  readonly #vtableBytes: number

  constructor(reader: ByteReader, position: number) {
    this.#reader = reader
    this.position = position
    this.#vtable = position - (seek(reader, position).u32('flatbuffer table') | 0)
    this.#vtableBytes = seek(reader, this.#vtable).u16('flatbuffer vtable')
  }

  /** A u8 or bool. */
  u8(slot: number): number {
    const position = this.#field(slot)
    return position === undefined ? 0 : seek(this.#reader, position).bytes(1, 'flatbuffer u8')[0]
  }

  u16(slot: number): number {
    const position = this.#field(slot)
    return position === undefined ? 0 : seek(this.#reader, position).u16('flatbuffer u16')
  }

  u32(slot: number): number {
    const position = this.#field(slot)
    return position === undefined ? 0 : seek(this.#reader, position).u32('flatbuffer u32')
  }

  size64(slot: number): number {
    const position = this.#field(slot)
    return position === undefined ? 0 : seek(this.#reader, position).size64('flatbuffer length')
  }

  table(slot: number): FlatTable | undefined {
    const position = this.#field(slot)
    return position === undefined ? undefined : new FlatTable(this.#reader, this.#follow(position))
  }

  /** A name. */
  text(slot: number): string {
    const position = this.#field(slot)
    if (position === undefined) return ''
    const length = seek(this.#reader, this.#follow(position)).u32('flatbuffer string')
    if (length > maxNameBytes) throw new FormatError(this.#reader.source, position, `A name of ${length} bytes is too long.`)
    return new TextDecoder().decode(this.#reader.bytes(length, 'flatbuffer string'))
  }

  /** A vector of tables, one at a time: a hostile one may have very many. */
  *tables(slot: number): Generator<FlatTable> {
    const { start, count } = this.#vector(slot, 4)
    for (let index = 0; index < count; index++) yield new FlatTable(this.#reader, this.#follow(start + 4 * index))
  }

  /** A vector of structs of two 64-bit sizes: Arrow's FieldNode and Buffer. */
  sizePairs(slot: number): readonly (readonly [number, number])[] {
    const { start, count } = this.#vector(slot, 16)
    seek(this.#reader, start)
    return Array.from({ length: count }, () => [this.#reader.size64('first size'), this.#reader.size64('second size')] as const)
  }

  #field(slot: number): number | undefined {
    const entry = 4 + 2 * slot
    if (entry + 2 > this.#vtableBytes) return undefined
    const offset = seek(this.#reader, this.#vtable + entry).u16('flatbuffer vtable')
    return offset === 0 ? undefined : this.position + offset
  }

  #follow(position: number): number {
    return position + seek(this.#reader, position).u32('flatbuffer offset')
  }

  /** Where a vector's elements start; they are known to be there. */
  #vector(slot: number, elementBytes: number): { start: number; count: number } {
    const position = this.#field(slot)
    if (position === undefined) return { start: 0, count: 0 }
    const count = seek(this.#reader, this.#follow(position)).u32('flatbuffer vector')
    const start = this.#reader.offset
    if (count * elementBytes > this.#reader.remaining) {
      throw new FormatError(
        this.#reader.source,
        start - 4,
        `A list of ${count} elements does not fit into ${this.#reader.remaining} bytes.`,
      )
    }
    return { start, count }
  }
}

const maxNameBytes = 4096

function seek(reader: ByteReader, position: number): ByteReader {
  if (position < 0) throw new FormatError(reader.source, 0, `A reference leads to byte ${position}.`)
  reader.offset = position
  return reader
}
