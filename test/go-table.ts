/** What a .gopclntab says. */
export interface GoTable {
  readonly version: '1.2' | '1.16' | '1.18' | '1.20'
  readonly functions: readonly { readonly name: string; readonly start: number }[]
  readonly end: number
  readonly textStart: number
  /** What the header says of it, where that is something else. */
  readonly statedTextStart?: number
}

const MAGIC = { '1.2': 0xfffffffb, '1.16': 0xfffffffa, '1.18': 0xfffffff0, '1.20': 0xfffffff1 }
const WORDS = { '1.2': 1, '1.16': 7, '1.18': 8, '1.20': 8 }

/** Builds the function table of a Go program for tests: header, functions' table with details, names. 64 bit, little-endian. */
export function goTable({ version, functions, end, textStart, statedTextStart = textStart }: GoTable): Uint8Array {
  const isRelative = version === '1.18' || version === '1.20'
  const startBytes = isRelative ? 4 : 8
  const base = isRelative ? textStart : 0
  const tableAt = 8 + WORDS[version] * 8
  const detailsAt = (2 * functions.length + 1) * startBytes
  const detailBytes = startBytes + 4
  const namesAt = tableAt + detailsAt + functions.length * detailBytes
  const names = new TextEncoder().encode(functions.map(({ name }) => `${name}\0`).join(''))
  const bytes = new Uint8Array(namesAt + names.length)
  const view = new DataView(bytes.buffer)
  const start = (at: number, value: number) =>
    startBytes === 4 ? view.setUint32(at, value, true) : view.setBigUint64(at, BigInt(value), true)
  view.setUint32(0, MAGIC[version], true)
  bytes.set([1, 8], 6)
  const count = functions.length
  const header = { '1.2': [count], '1.16': [count, 0, namesAt, 0, 0, 0, tableAt] }
  const words = isRelative ? [count, 0, statedTextStart, namesAt, 0, 0, 0, tableAt] : header[version === '1.2' ? '1.2' : '1.16']
  words.forEach((word, index) => {
    view.setBigUint64(8 + index * 8, BigInt(word), true)
  })
  let nameOffset = version === '1.2' ? namesAt : 0
  functions.forEach((found, index) => {
    const details = detailsAt + index * detailBytes
    start(tableAt + 2 * index * startBytes, found.start - base)
    start(tableAt + (2 * index + 1) * startBytes, version === '1.2' ? tableAt + details : details)
    start(tableAt + details, found.start - base)
    view.setUint32(tableAt + details + startBytes, nameOffset, true)
    nameOffset += found.name.length + 1
  })
  start(tableAt + 2 * count * startBytes, end - base)
  bytes.set(names, namesAt)
  return bytes
}
