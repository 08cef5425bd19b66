import { ByteReader } from '../byte-reader.ts'
import { FormatError } from '../errors.ts'
import { NONE, type Table, type TableName, type TextColumn } from '../schema.ts'
import { emptyTable } from '../table-builder.ts'
import { FlatTable } from './flat-table.ts'
import { type ColumnLayout, parseLayout } from './layout.ts'

/** What could be read of a table file. */
export interface ReadTable<Name extends TableName> {
  readonly table: Table<Name>
  /** True when the file has no end mark: its writer was killed or still runs, or its end is missing. */
  readonly truncated: boolean
}

/**
 * Reads a table file, whole or cut off anywhere: every batch that is there whole counts.
 *
 * Written by hand because files may be damaged or hostile: apache-arrow 21 trusts the lengths it finds, so that one wrong
 * byte makes it allocate until the process dies. Here nothing is allocated that the file does not have bytes for.
 *
 * Source: Arrow columnar format, "Encapsulated message format" and "IPC file format".
 */
export function readTableFile<Name extends TableName>(name: Name, bytes: Uint8Array, source: string): ReadTable<Name> {
  const cut = new ByteReader(bytes.subarray(0, Math.min(magic.length, bytes.length)), source)
  if (!cut.bytes(cut.remaining, 'magic').every((byte, index) => byte === magic[index])) {
    throw new FormatError(source, 0, 'It does not begin as an Arrow file does.')
  }
  const parts: TableParts = { name, source, layout: undefined, batches: [], dictionaries: new Map() }
  const truncated = !readMessages(bytes, parts)
  return { table: assemble(name, parts), truncated }
}

const magic = Buffer.from('ARROW1\0\0')
const continuation = 0xffff_ffff
/** Ours have some kB. */
const maxMetadataBytes = 1 << 20

/** Arrow's Message.fbs. */
const MessageSlot = { headerKind: 1, header: 2, bodyLength: 3 } as const
const HeaderKind = { schema: 1, dictionaryBatch: 2, recordBatch: 3 } as const
const BatchSlot = { length: 0, nodes: 1, buffers: 2, compression: 3 } as const
const DictionaryBatchSlot = { id: 0, data: 1, isDelta: 2 } as const

interface TableParts {
  readonly name: TableName
  readonly source: string
  /** Undefined until the schema was read. */
  layout: readonly ColumnLayout[] | undefined
  readonly batches: Batch[]
  readonly dictionaries: Map<number, string[]>
}

/** The values of each column of the layout, as they are in the file; where a bit of nulls is 0, the value is absent. */
interface Batch {
  readonly length: number
  readonly columns: readonly { readonly values: Uint8Array; readonly valid: Uint8Array | undefined }[]
}

/** Takes in one message after the other; true when the end mark was reached. */
function readMessages(bytes: Uint8Array, parts: TableParts): boolean {
  const whole = new ByteReader(bytes, parts.source)
  whole.offset = magic.length
  while (whole.remaining >= 8) {
    const start = whole.offset
    if (whole.u32('message prefix') !== continuation) return endsInZeros(bytes, start, parts.source)
    const metadataBytes = whole.u32('metadata length')
    if (metadataBytes === 0) return true
    if (metadataBytes > whole.remaining) return endsHere(bytes, start, parts.source)
    if (metadataBytes > maxMetadataBytes) throw new FormatError(parts.source, start, `${metadataBytes} bytes of metadata are too many.`)

    const metadata = new ByteReader(bytes.subarray(0, whole.offset + metadataBytes), parts.source)
    const metadataStart = whole.offset
    metadata.offset = metadataStart
    const message = new FlatTable(metadata, metadataStart + metadata.u32('message offset'))
    whole.bytes(metadataBytes, 'metadata')
    const bodyBytes = message.size64(MessageSlot.bodyLength)
    if (bodyBytes > whole.remaining) return endsHere(bytes, start, parts.source)
    takeMessage(message, whole.bytes(bodyBytes, 'message body'), parts)
  }
  return false
}

/** A message that reaches past the end was cut off, unless the file has its proper end. */
function endsHere(bytes: Uint8Array, offset: number, source: string): false {
  const tail = bytes.subarray(-6)
  if (offset + 8 < bytes.length - 10 && tail.every((byte, index) => byte === magic[index])) {
    throw new FormatError(source, offset, 'A message is longer than the file.')
  }
  return false
}

/** Zeros to the end are what a machine that lost power leaves of a file. */
function endsInZeros(bytes: Uint8Array, offset: number, source: string): false {
  if (bytes.subarray(offset).some(byte => byte !== 0)) throw new FormatError(source, offset, 'No message begins here.')
  return false
}

function takeMessage(message: FlatTable, body: Uint8Array, parts: TableParts): void {
  const { source } = parts
  const header = message.table(MessageSlot.header)
  const kind = message.u8(MessageSlot.headerKind)
  if (header === undefined) throw new FormatError(source, message.position, 'A message has no header.')
  if (kind === HeaderKind.schema) {
    if (parts.layout !== undefined) throw new FormatError(source, message.position, 'It has a second schema.')
    parts.layout = parseLayout(parts.name, header, source)
    return
  }
  if (parts.layout === undefined) throw new FormatError(source, message.position, 'Data comes before the schema.')
  if (kind === HeaderKind.dictionaryBatch) takeDictionary(header, body, parts)
  else if (kind === HeaderKind.recordBatch) parts.batches.push(parseBatch(header, body, { layout: parts.layout, source }))
  else throw new FormatError(source, message.position, `Message kind ${kind} is unknown.`)
}

function takeDictionary(header: FlatTable, body: Uint8Array, { source, layout = [], dictionaries }: TableParts): void {
  const id = header.size64(DictionaryBatchSlot.id)
  if (!layout.some(column => column.dictionary === id)) return
  const known = dictionaries.get(id)
  if (known !== undefined && header.u8(DictionaryBatchSlot.isDelta) === 0) {
    throw new FormatError(source, header.position, 'A dictionary is replaced, which Arrow files do not allow.')
  }
  const data = header.table(DictionaryBatchSlot.data)
  if (data === undefined) throw new FormatError(source, header.position, 'A dictionary has no data.')
  const buffers = new BatchBuffers(data, body, source)
  const count = buffers.length(0)
  buffers.refuseNulls(0)
  const strings = known ?? []
  if (count > 0) decodeStrings({ count, offsets: buffers.take(1, 4 * (count + 1)), characters: buffers.take(2, 0), source }, strings)
  dictionaries.set(id, strings)
}

interface Utf8Buffers {
  readonly count: number
  readonly offsets: Uint8Array
  readonly characters: Uint8Array
  readonly source: string
}

/** Strings lie one behind the other: offsets that go back could multiply a small file into endless text. */
function decodeStrings({ count, offsets, characters, source }: Utf8Buffers, strings: string[]): void {
  const reader = new ByteReader(offsets, source)
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let start = reader.u32('string offset')
  for (let index = 0; index < count; index++) {
    const end = reader.u32('string offset')
    if (end < start || end > characters.length) {
      throw new FormatError(source, 0, `String ${index} of a dictionary lies at ${start} to ${end} of ${characters.length} bytes.`)
    }
    strings.push(decoder.decode(characters.subarray(start, end)))
    start = end
  }
}

function parseBatch(header: FlatTable, body: Uint8Array, { layout, source }: { layout: readonly ColumnLayout[]; source: string }): Batch {
  const buffers = new BatchBuffers(header, body, source)
  const length = header.size64(BatchSlot.length)
  const columns = layout.map(({ name, type, node, buffer }) => {
    if (buffers.length(node) !== length) throw new FormatError(source, header.position, `Column ${name} has not ${length} rows.`)
    if (type !== 'text') buffers.refuseNulls(node)
    const valid = buffers.hasNulls(node) ? buffers.take(buffer, Math.ceil(length / 8)) : undefined
    return { values: buffers.take(buffer + 1, length * bytesPerValue[type]).subarray(0, length * bytesPerValue[type]), valid }
  })
  return { length, columns }
}

const bytesPerValue = { f64: 8, i32: 4, u8: 1, u64: 8, text: 4 } as const

/** The nodes and buffers of a record batch, checked against its body. */
class BatchBuffers {
  readonly #nodes: readonly (readonly [number, number])[]
  readonly #buffers: readonly (readonly [number, number])[]
  readonly #body: Uint8Array
  readonly #source: string
  readonly #position: number

  constructor(header: FlatTable, body: Uint8Array, source: string) {
    if (header.table(BatchSlot.compression) !== undefined) throw new FormatError(source, header.position, 'It is compressed.')
    this.#nodes = header.sizePairs(BatchSlot.nodes)
    this.#buffers = header.sizePairs(BatchSlot.buffers)
    this.#body = body
    this.#source = source
    this.#position = header.position
  }

  length(node: number): number {
    return this.#node(node)[0]
  }

  hasNulls(node: number): boolean {
    return this.#node(node)[1] > 0
  }

  refuseNulls(node: number): void {
    if (this.hasNulls(node)) throw this.#damaged('Values are null where none may be.')
  }

  /** A buffer of at least neededBytes. */
  take(index: number, neededBytes: number): Uint8Array {
    const [offset, length] = this.#buffers[index] ?? [0, -1]
    if (length < neededBytes || offset + length > this.#body.length) {
      throw this.#damaged(`Buffer ${index} needs ${neededBytes} bytes, has ${length} at ${offset} of ${this.#body.length}.`)
    }
    return this.#body.subarray(offset, offset + length)
  }

  #node(index: number): readonly [number, number] {
    const node = this.#nodes[index]
    if (node === undefined) throw this.#damaged(`A batch has ${this.#nodes.length} columns, too few.`)
    return node
  }

  #damaged(why: string): FormatError {
    return new FormatError(this.#source, this.#position, why)
  }
}

function assemble<Name extends TableName>(name: Name, { layout, batches, dictionaries, source }: TableParts): Table<Name> {
  if (layout === undefined) return emptyTable(name)
  const length = batches.reduce((sum, batch) => sum + batch.length, 0)
  const columns = layout.map(({ name: column, type, dictionary }, index) => {
    const values = new Uint8Array(length * bytesPerValue[type])
    let offset = 0
    for (const batch of batches) {
      values.set(batch.columns[index].values, offset)
      offset += batch.columns[index].values.length
    }
    if (type !== 'text') return [column, typedArray(type, values.buffer)]
    const codes = new Int32Array(values.buffer)
    markAbsent(codes, batches, index)
    const strings = dictionaries.get(dictionary ?? NONE) ?? []
    checkCodes(codes, strings.length, source)
    return [column, { codes, values: strings } satisfies TextColumn]
  })
  return { length, ...Object.fromEntries(columns) } as Table<Name>
}

function typedArray(type: 'f64' | 'i32' | 'u8' | 'u64', buffer: ArrayBuffer): Float64Array | Int32Array | Uint8Array | BigUint64Array {
  return new { f64: Float64Array, i32: Int32Array, u8: Uint8Array, u64: BigUint64Array }[type](buffer)
}

function markAbsent(codes: Int32Array, batches: readonly Batch[], column: number): void {
  let first = 0
  for (const { length, columns } of batches) {
    const { valid } = columns[column]
    for (let row = 0; valid !== undefined && row < length; row++) {
      if ((valid[row >> 3] & (1 << (row & 7))) === 0) codes[first + row] = NONE
    }
    first += length
  }
}

function checkCodes(codes: Int32Array, stringCount: number, source: string): void {
  for (const code of codes) {
    if (code < NONE || code >= stringCount) throw new FormatError(source, 0, `A row refers to string ${code} of ${stringCount}.`)
  }
}
