/** What naming rows of callchain needs, and the part that all kinds of code share. */

import type { Host } from '../host.ts'
import { CodeKind, type Table, type Unavailable } from '../schema.ts'
import type { CodeGroup } from './code-groups.ts'
import type { FoundFunction, FramePlace, FrameTables } from './frame-tables.ts'
import type { NamelessProcess } from './hints.ts'
import type { KernelNames } from './kernel-code.ts'
import type { LineRequests } from './line-requests.ts'
import type { MappedFiles } from './mapped-files.ts'

/** What was found out besides names. */
export interface Findings {
  readonly unavailable: Unavailable[]
  /** Path → why its symbols could not be read. */
  readonly unreadable: Map<string, string>
  /** Files that have no symbol table and functions without names. */
  readonly stripped: string[]
  readonly nameless: NamelessProcess[]
}

/** Everything the naming of a group needs, and where it puts the frames. */
export interface NamingContext {
  readonly host: Host
  readonly input: { readonly process: Table<'process'>; readonly mapping: Table<'mapping'>; readonly callchain: Table<'callchain'> }
  readonly files: MappedFiles
  readonly kernel: KernelNames | 'running' | 'other'
  readonly mappingOf: Int32Array
  readonly isCaller: Uint8Array
  readonly tables: FrameTables
  /** Index of a place in tables by row of callchain. */
  readonly placeOf: Int32Array
  /** Who is asked for files, lines and inlined functions. */
  readonly lines: LineRequests
  readonly findings: Findings
}

export function newFindings(): Findings {
  return { unavailable: [], unreadable: new Map(), stripped: [], nameless: [] }
}

/** One address of a group. */
export interface Place {
  readonly row: number
  readonly address: number
  /** Row of mapping or NONE. */
  readonly mapping: number
  readonly isCaller: boolean
}

interface Named {
  readonly found: FoundFunction
  readonly relativeAddress: number
  /** Address in the debug information, where that is not relativeAddress. */
  readonly lineAddress?: number
}

/** Every address is looked up once for each mapping; other rows with it get the same place. */
export function nameRows(
  { input, mappingOf, isCaller, tables, placeOf }: NamingContext,
  { rows }: CodeGroup,
  name: (place: Place) => Named,
): void {
  const { callchain } = input
  const placesOfMapping = new Map<number, Map<number, number>>()
  for (const row of rows) {
    const mapping = mappingOf[row]
    const kind = callchain.kind[row]
    const address = Number(kind === CodeKind.User ? callchain.address[row] : BigInt.asIntN(64, callchain.address[row]))
    const placesOf = placesOfMapping.get(mapping) ?? new Map<number, number>()
    if (placesOf.size === 0) placesOfMapping.set(mapping, placesOf)
    const key = address * 2 + isCaller[row]
    let index = placesOf.get(key)
    if (index === undefined) {
      const { found, relativeAddress, lineAddress } = name({ row, address, mapping, isCaller: isCaller[row] === 1 })
      const place: FramePlace = { kind, mapping, relativeAddress, lineAddress }
      index = tables.addPlace(found, place)
      placesOf.set(key, index)
    }
    placeOf[row] = index
  }
}
