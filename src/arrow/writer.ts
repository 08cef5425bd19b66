import {
  type Data,
  type DataType,
  Dictionary,
  Field,
  Float64,
  Int32,
  Message,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Uint8,
  Uint64,
  Utf8,
} from 'apache-arrow'
import { type ColumnType, NONE, type Table, type TableName, type TextColumn, tables } from '../schema.ts'
import { batchTemplate, type ColumnPart, type FilledBatch } from './batch-template.ts'

/** Rows of one record batch at most: what a reader holds at once, and what is lost when the end of a file is cut off. */
const rowsPerBatch = 65_536

/** A table file being written. Everything is handed over before a call returns; nothing is kept back. */
export interface TableFile<Name extends TableName> {
  /** Adds rows; strings that were not there before go ahead of them as delta dictionaries. */
  append(table: Table<Name>): void
  /** Whether it holds delta dictionaries, which some readers (polars) refuse. */
  hasDeltas(): boolean
  /** Writes the footer. */
  close(): void
}

/** Begins a table file. write is given whole messages, so that a file cut between two calls loses nothing. */
export function openTableFile<Name extends TableName>(name: Name, write: (bytes: Uint8Array) => void): TableFile<Name> {
  const columns = Object.entries(tables[name].columns).map(([column, { type }], id) => columnWriter(column, type, id))
  const schema = new Schema(columns.map(({ field }) => field))
  const writer = new MessageWriter(schema, write)
  return {
    append: table => {
      const values = table as unknown as Readonly<Record<string, ColumnValues>>
      for (let first = 0; first < table.length; first += rowsPerBatch) {
        const end = Math.min(first + rowsPerBatch, table.length)
        const parts = columns.map(column => column.slice(values[column.field.name], first, end))
        writer.writeBatch(
          parts,
          columns.flatMap(column => column.takeStrings() ?? []),
        )
      }
    },
    hasDeltas: () => writer.hasDeltas,
    close: () => writer.finishFile(),
  }
}

/** A whole table as the bytes of a file. */
export function encodeTable<Name extends TableName>(name: Name, table: Table<Name>): readonly Uint8Array[] {
  const chunks: Uint8Array[] = []
  const file = openTableFile(name, bytes => chunks.push(bytes))
  file.append(table)
  file.close()
  return chunks
}

interface Strings {
  readonly id: number
  readonly data: Data<Utf8>
}

/**
 * The file writer of apache-arrow, sent to a callback. It differs in two ways: the schema is written behind the magic too
 * (Arrow asks for it, apache-arrow 21 leaves it to the footer), and dictionaries are written when we say so.
 */
class MessageWriter extends RecordBatchFileWriter {
  hasDeltas = false
  readonly #send: (bytes: Uint8Array) => void
  readonly #schemaWritten: Schema
  readonly #started = new Set<number>()
  #pending: Uint8Array[] = []
  /** Undefined before the first batch, and where its metadata is not as expected. */
  #template: ReturnType<typeof batchTemplate>

  constructor(schema: Schema, send: (bytes: Uint8Array) => void) {
    super()
    this.#send = send
    this.#schemaWritten = schema
    this.reset(undefined, schema)
    this.#flush()
  }

  writeBatch(parts: readonly ColumnPart[], strings: readonly Strings[]): void {
    for (const { id, data } of strings) {
      const isDelta = this.#started.has(id)
      this.#started.add(id)
      this.hasDeltas ||= isDelta
      this._writeDictionaryBatch(data, id, isDelta)
    }
    if (this.#template === undefined) this.#writeFirst(parts)
    else this.#writeLike(this.#template(parts))
    this.#flush()
  }

  #writeFirst(parts: readonly ColumnPart[]): void {
    const { fields } = this.#schemaWritten
    const children = parts.map(({ length, nullCount, validity, values }, index) =>
      makeData({ type: fields[index].type, length, nullCount, nullBitmap: validity, data: values } as Parameters<typeof makeData>[0]),
    )
    const data = makeData({ type: new Struct(fields), length: parts[0].length, nullCount: 0, children })
    const before = this.#pending.length
    this._writeRecordBatch(new RecordBatch(this.#schemaWritten, data))
    // the marker, the size, and then the metadata
    this.#template = batchTemplate(this.#pending[before + 2], parts.length)
  }

  /** As _writeMessage does it: a marker, the size, the metadata filled up to eight bytes, the body. */
  #writeLike({ metadata, body, bodyBytes }: FilledBatch): void {
    const padding = -metadata.length & 7
    const block = { metaDataLength: metadata.length + padding + 8, bodyLength: bodyBytes, offset: this._position }
    this._recordBatchBlocks.push(block)
    this._write(Int32Array.of(-1, metadata.length + padding))
    this._write(metadata)
    if (padding > 0) this._write(new Uint8Array(padding))
    for (const bytes of body) this._write(bytes)
  }

  finishFile(): void {
    this.finish()
    this.#flush()
  }

  protected override _writeSchema(schema: Schema): this {
    super._writeSchema(schema)
    return this._writeMessage(Message.from(schema as unknown as Parameters<typeof Message.from>[0]))
  }

  protected override _writeDictionaries(): this {
    return this
  }

  protected override _write(chunk: ArrayBufferView): this {
    this.#pending.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    this._position += chunk.byteLength
    return this
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#pending)
    this.#pending = []
    this.#send(bytes)
  }
}

type ColumnValues = Float64Array | Int32Array | Uint8Array | BigUint64Array | TextColumn

interface ColumnWriter {
  readonly field: Field
  slice(values: ColumnValues, first: number, end: number): ColumnPart
  /** The strings the slices so far need and the file has not; an empty dictionary at the first call. */
  takeStrings(): Strings | undefined
}

const ALL_VALID = new Uint8Array(0)

const arrowTypes = { f64: new Float64(), i32: new Int32(), u8: new Uint8(), u64: new Uint64() }

function columnWriter(name: string, columnType: ColumnType, id: number): ColumnWriter {
  if (columnType === 'text') return textWriter(name, id)
  const type: DataType = arrowTypes[columnType]
  return {
    field: new Field(name, type, false),
    slice: (values, first, end) => ({
      length: end - first,
      nullCount: 0,
      validity: ALL_VALID,
      values: (values as Float64Array).subarray(first, end),
    }),
    takeStrings: () => undefined,
  }
}

function textWriter(name: string, id: number): ColumnWriter {
  const type = new Dictionary(new Utf8(), new Int32(), id)
  const dictionary = new GrowingDictionary()
  let isFirst = true
  return {
    field: new Field(name, type, true),
    slice(values, first, end) {
      const { codes, values: strings } = values as TextColumn
      const { data, nullBitmap, nullCount } = withNulls(codes.subarray(first, end), dictionary.codesOf(strings))
      return { length: end - first, nullCount, validity: nullCount === 0 ? ALL_VALID : nullBitmap, values: data }
    },
    takeStrings() {
      const fresh = dictionary.takeFresh()
      if (fresh.length === 0 && !isFirst) return undefined
      isFirst = false
      return { id, data: utf8Data(fresh) }
    },
  }
}

/** The strings of a file, in order. Chunks of a table may come with values in any order. */
class GrowingDictionary {
  readonly #strings: string[] = []
  readonly #codeOf = new Map<string, number>()
  #writtenCount = 0

  /** The code in this file of each string. */
  codesOf(strings: readonly string[]): Int32Array {
    const codes = new Int32Array(strings.length)
    for (let index = 0; index < strings.length; index++) {
      // Usually the same list as last time, only longer: compare before looking up.
      codes[index] = this.#strings[index] === strings[index] ? index : this.#codeOfString(strings[index])
    }
    return codes
  }

  takeFresh(): readonly string[] {
    const fresh = this.#strings.slice(this.#writtenCount)
    this.#writtenCount = this.#strings.length
    return fresh
  }

  #codeOfString(text: string): number {
    let code = this.#codeOf.get(text)
    if (code === undefined) {
      code = this.#strings.push(text) - 1
      this.#codeOf.set(text, code)
    }
    return code
  }
}

function withNulls(codes: Int32Array, fileCodes: Int32Array): { data: Int32Array; nullBitmap: Uint8Array; nullCount: number } {
  const data = new Int32Array(codes.length)
  const nullBitmap = new Uint8Array(Math.ceil(codes.length / 8))
  let nullCount = 0
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]
    if (code === NONE) {
      nullCount++
      continue
    }
    if (code < 0 || code >= fileCodes.length) throw new RangeError(`Code ${code} is outside of a text column's ${fileCodes.length} values.`)
    data[row] = fileCodes[code]
    nullBitmap[row >> 3] |= 1 << (row & 7)
  }
  return { data, nullBitmap, nullCount }
}

function utf8Data(strings: readonly string[]): Data<Utf8> {
  const encoded = strings.map(text => Buffer.from(text, 'utf8'))
  const valueOffsets = new Int32Array(strings.length + 1)
  for (let index = 0; index < encoded.length; index++) valueOffsets[index + 1] = valueOffsets[index] + encoded[index].length
  return makeData({ type: new Utf8(), length: strings.length, nullCount: 0, valueOffsets, data: Buffer.concat(encoded) })
}
