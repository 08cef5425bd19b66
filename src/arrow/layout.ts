import { AutotuneError, FormatError } from '../errors.ts'
import { type ColumnType, type TableName, tables } from '../schema.ts'
import type { FlatTable } from './flat-table.ts'

/** Where a column of ours lies in the record batches of a file. */
export interface ColumnLayout {
  readonly name: string
  readonly type: ColumnType
  /** Index of its first entry in RecordBatch.nodes and RecordBatch.buffers. */
  readonly node: number
  readonly buffer: number
  /** Id its dictionary batches carry; undefined unless it is text. */
  readonly dictionary: number | undefined
}

/** Arrow's Schema.fbs: message headers and their fields are found by slot. */
const SchemaSlot = { endianness: 0, fields: 1 } as const
const FieldSlot = { name: 0, typeKind: 2, type: 3, dictionary: 4, children: 5 } as const
const DictionarySlot = { id: 0, indexType: 1 } as const
const IntSlot = { bitWidth: 0, isSigned: 1 } as const
const TypeKind = { int: 2, floatingPoint: 3, utf8: 5 } as const
const doublePrecision = 2

/**
 * Buffers of each kind of type in Schema.fbs's union Type, those of its children not counted. Kinds that are missing
 * (unions, views) have a number that varies.
 */
const bufferCounts: Readonly<Record<number, number>> = {
  1: 0, // Null
  2: 2, // Int
  3: 2, // FloatingPoint
  4: 3, // Binary
  5: 3, // Utf8
  6: 2, // Bool
  7: 2, // Decimal
  8: 2, // Date
  9: 2, // Time
  10: 2, // Timestamp
  11: 2, // Interval
  12: 2, // List
  13: 1, // Struct
  15: 2, // FixedSizeBinary
  16: 1, // FixedSizeList
  17: 2, // Map
  18: 2, // Duration
  19: 3, // LargeBinary
  20: 3, // LargeUtf8
  21: 2, // LargeList
}

/** Fields of one file at most, nested ones included: a graph of shared children could grow without end. */
const maxFields = 4096
const maxDepth = 32

/** Finds the columns of a table in the schema message of a file. Columns we do not know are stepped over. */
export function parseLayout(name: TableName, schema: FlatTable, source: string): readonly ColumnLayout[] {
  if (schema.u16(SchemaSlot.endianness) !== 0) throw new FormatError(source, schema.position, 'It is big-endian.')
  const fields: FlatTable[] = []
  for (const field of schema.tables(SchemaSlot.fields)) {
    if (fields.push(field) > maxFields) throw tooManyFields(source, field)
  }
  const places = placesOf(fields, source)
  const names = fields.map(field => field.text(FieldSlot.name))
  return Object.entries(tables[name].columns).map(([column, { type }]) => {
    const index = names.indexOf(column)
    if (index < 0) throw missingColumn(source, column)
    if (columnTypeOf(fields[index]) !== type)
      throw new FormatError(source, fields[index].position, `Column ${column} is not of type ${type}.`)
    const dictionary = type === 'text' ? fields[index].table(FieldSlot.dictionary)?.size64(DictionarySlot.id) : undefined
    return { name: column, type, dictionary, ...places[index] }
  })
}

/** Where each field's nodes and buffers start: depth first, parents before children. */
function placesOf(fields: readonly FlatTable[], source: string): readonly { node: number; buffer: number }[] {
  let node = 0
  let buffer = 0
  const step = (field: FlatTable, depth: number): void => {
    const kind = field.table(FieldSlot.dictionary) === undefined ? field.u8(FieldSlot.typeKind) : TypeKind.int
    const buffers = bufferCounts[kind]
    if (buffers === undefined)
      throw new FormatError(source, field.position, `It has a column of Arrow type ${kind}, which is not supported.`)
    if (++node > maxFields || depth > maxDepth) throw tooManyFields(source, field)
    buffer += buffers
    for (const child of field.tables(FieldSlot.children)) step(child, depth + 1)
  }
  return fields.map(field => {
    const place = { node, buffer }
    step(field, 0)
    return place
  })
}

function tooManyFields(source: string, field: FlatTable): FormatError {
  return new FormatError(source, field.position, `It has more than ${maxFields} columns, or columns nested too deep.`)
}

function columnTypeOf(field: FlatTable): ColumnType | undefined {
  const kind = field.u8(FieldSlot.typeKind)
  const dictionary = field.table(FieldSlot.dictionary)
  if (dictionary !== undefined) {
    const index = dictionary.table(DictionarySlot.indexType)
    return kind === TypeKind.utf8 && (index === undefined || intTypeOf(index) === 'i32') ? 'text' : undefined
  }
  const type = field.table(FieldSlot.type)
  if (type === undefined) return undefined
  if (kind === TypeKind.floatingPoint) return type.u16(0) === doublePrecision ? 'f64' : undefined
  return kind === TypeKind.int ? intTypeOf(type) : undefined
}

function intTypeOf(int: FlatTable): ColumnType | undefined {
  const types: Readonly<Record<string, ColumnType>> = { '32,1': 'i32', '8,0': 'u8', '64,0': 'u64' }
  return types[`${int.u32(IntSlot.bitWidth)},${int.u8(IntSlot.isSigned)}`]
}

function missingColumn(source: string, column: string): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `${source} has no column ${column}.`,
    why: 'The recording was made by another version of autotune, or changed by another program.',
    next: 'Record again with this version; docs/SCHEMA.md lists what changed.',
  })
}
