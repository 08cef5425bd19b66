import { NONE, type Table } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'

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
}

/** Longest name kept; C++ templates can be endless. */
const MAX_NAME_LENGTH = 2000
const MAX_ROWS = 2 ** 26

/** Grows symbol, frame and stack; every row is stored once. */
export class FrameTables {
  readonly #symbol = new TableBuilder('symbol')
  readonly #frame = new TableBuilder('frame')
  readonly #stack = new TableBuilder('stack')
  readonly #symbolRows = new Map<string, number>()
  readonly #frameRows = new Map<string, number>()
  readonly #stackRows = new Map<number, number>()

  /** Row of frame. */
  addFrame(found: FoundFunction, { kind, mapping, relativeAddress }: FramePlace): number {
    const symbol = this.#addSymbol(found)
    const key = `${symbol} ${mapping} ${relativeAddress} ${kind}`
    let row = this.#frameRows.get(key)
    if (row === undefined) {
      row = this.#frame.add({ symbol, mapping, relativeAddress, kind })
      this.#frameRows.set(key, row)
    }
    return row
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
