import { NONE, type Table } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'
import { ownershipOfInlined } from './ownership.ts'

/** A function: where it is and what it is called. */
export interface FoundFunction {
  readonly name: string
  /** Base name of the file, [kernel], a kernel module, [node JIT] and the like, [jit]. */
  readonly module: string
  readonly path: string | undefined
  /** An Ownership value. */
  readonly ownership: number
}

/** Where in the program a frame is. */
export interface FramePlace {
  /** A CodeKind value. */
  readonly kind: number
  /** Row of mapping or NONE. */
  readonly mapping: number
  /** NaN without a mapping. */
  readonly relativeAddress: number
  /** Tells places without a mapping apart: those of the kernel that have lines. */
  readonly lineAddress?: number | undefined
}

/** A function at a place, innermost first: inlined ones before the function they were inlined into. */
export interface FrameSource {
  /** Demangled; undefined for the function whose name is known already, and where there is no name. */
  readonly functionName: string | undefined
  readonly file: string | undefined
  readonly line: number | undefined
}

/** Longest name kept; C++ templates can be endless. */
const MAX_NAME_LENGTH = 2000
const MAX_ROWS = 2 ** 26

/** A function at a place, until it is known what was inlined there. */
interface NamedPlace {
  readonly found: FoundFunction
  readonly place: FramePlace
}

/** Grows symbol, frame and stack; every row is stored once. */
export class FrameTables {
  readonly #symbol = new TableBuilder('symbol')
  readonly #frame = new TableBuilder('frame')
  readonly #stack = new TableBuilder('stack')
  readonly #places: NamedPlace[] = []
  readonly #placeIndexes = new Map<string, number>()
  readonly #symbolRows = new Map<string, number>()
  readonly #frameRows = new Map<string, number>()
  readonly #stackRows = new Map<number, number>()

  /** Index of a place, for addFrames. */
  addPlace(found: FoundFunction, place: FramePlace): number {
    const symbol = this.#addSymbol(found)
    const key = `${symbol} ${place.mapping} ${place.relativeAddress} ${place.kind} ${place.lineAddress}`
    let index = this.#placeIndexes.get(key)
    if (index === undefined) {
      index = this.#places.push({ found, place }) - 1
      this.#placeIndexes.set(key, index)
    }
    return index
  }

  /** Rows of frame for a place: the function first, then what was inlined into it, inwards. */
  addFrames(placeIndex: number, sources: readonly FrameSource[] | undefined): readonly number[] {
    const { found, place } = this.#places[placeIndex]
    const outermost = sources?.at(-1)
    const isNamed = !found.name.startsWith('[unknown]')
    const name = isNamed ? found.name : (outermost?.functionName ?? found.name)
    const rows = [this.#addFrame({ ...found, name }, place, { source: outermost, inlinedInto: NONE })]
    for (let index = (sources?.length ?? 0) - 2; index >= 0 && sources !== undefined; index--) {
      const source = sources[index]
      const inlined = { ...found, name: source.functionName ?? `[unknown] inlined into ${name}` }
      rows.push(this.#addFrame(inlined, place, { source, inlinedInto: rows[rows.length - 1] }))
    }
    return rows
  }

  /** Row of stack. */
  addStack(prefix: number, frame: number): number {
    const key = (prefix - NONE) * MAX_ROWS + frame
    let row = this.#stackRows.get(key)
    if (row === undefined) {
      row = this.#stack.add({ prefix, frame })
      this.#stackRows.set(key, row)
    }
    return row
  }

  build(): { symbol: Table<'symbol'>; frame: Table<'frame'>; stack: Table<'stack'> } {
    return { symbol: this.#symbol.build(), frame: this.#frame.build(), stack: this.#stack.build() }
  }

  #addFrame(
    found: FoundFunction,
    { kind, mapping, relativeAddress }: FramePlace,
    { source, inlinedInto }: { readonly source: FrameSource | undefined; readonly inlinedInto: number },
  ): number {
    const ownership = ownershipOfInlined(found.ownership, source?.file)
    const symbol = this.#addSymbol({ ...found, ownership })
    const file = source?.file
    const line = source?.line ?? NONE
    const key = `${symbol} ${mapping} ${relativeAddress} ${kind} ${inlinedInto} ${line}`
    let row = this.#frameRows.get(key)
    if (row === undefined) {
      row = this.#frame.add({ symbol, mapping, relativeAddress, kind, file, line: line > 0 ? line : NONE, inlinedInto })
      this.#frameRows.set(key, row)
    }
    return row
  }

  #addSymbol({ name, module, path, ownership }: FoundFunction): number {
    const shown = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH - 1)}…` : name
    const key = `${shown}\0${module}\0${path ?? ''}\0${ownership}`
    let row = this.#symbolRows.get(key)
    if (row === undefined) {
      row = this.#symbol.add({ name: shown, module, path, ownership })
      this.#symbolRows.set(key, row)
    }
    return row
  }
}
