import type { BpfHost } from '../../host-bpf.ts'
import { type BpfMap, drainMap, lookupElement } from './bpf-map.ts'

/** char parts[PATH_PARTS][PART_BYTES] of file.h. */
const PATH_PARTS = 3
const PART_BYTES = 48

/** The end of a path: the folders above it may not be known. */
export interface PathEnd {
  /** Outermost first; the longest that is kept of a name is 47 bytes. */
  readonly parts: readonly string[]
  /** Nothing comes before the first part but the root of its file system. */
  readonly isWhole: boolean
}

/** Names kept; beyond, all are forgotten and read again. */
const REMEMBERED = 20_000

/** Files that threads waited for: the kernel has the ends of their paths by id. */
export class FileNames {
  readonly #host: BpfHost
  readonly #map: BpfMap
  readonly #known = new Map<number, PathEnd>()
  readonly #key = new Uint8Array(8)

  constructor(host: BpfHost, map: BpfMap) {
    this.#host = host
    this.#map = map
  }

  /** Undefined for 0, which is no file, and for a name that found no room. */
  endOf(id: number): PathEnd | undefined {
    if (id === 0) return undefined
    const known = this.#known.get(id)
    if (known !== undefined) return known
    new DataView(this.#key.buffer).setBigUint64(0, BigInt(id), true)
    const value = lookupElement(this.#host, this.#map, this.#key)
    const end = value === undefined ? undefined : decodePathEnd(value)
    if (end === undefined) return undefined
    if (this.#known.size >= REMEMBERED) this.#known.clear()
    this.#known.set(id, end)
    return end
  }

  /** Empties the kernel's map after names found no room in it; those that still occur come again under the same ids. */
  makeRoom(): void {
    drainMap(this.#host, this.#map, () => {})
  }
}

/** struct file_name: the file first, then the folders above it; undefined without a name. */
export function decodePathEnd(value: Uint8Array): PathEnd | undefined {
  const parts: string[] = []
  for (let index = 0; index < PATH_PARTS; index++) {
    const bytes = value.subarray(index * PART_BYTES, (index + 1) * PART_BYTES)
    const end = bytes.indexOf(0)
    const part = new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
    if (part === '' || part === '/') return parts.length === 0 ? undefined : { parts: parts.reverse(), isWhole: part === '/' }
    parts.push(part)
  }
  return { parts: parts.reverse(), isWhole: false }
}

/**
 * The path of a file for people: what the descriptor's link says now when it is still that file, else the end that is known.
 * A link says more: it begins at the root of the process. The descriptor may have become another file's since.
 */
export function pathOf({ parts, isWhole }: PathEnd, link: string | undefined): string {
  const linked = link?.replace(/ \(deleted\)$/, '').split('/')
  const isSame =
    linked?.[0] === '' && linked.length > parts.length && parts.every((part, index) => isPart(part, linked.at(index - parts.length)))
  return linked !== undefined && isSame ? linked.join('/') : `${isWhole ? '/' : '…/'}${parts.join('/')}`
}

function isPart(part: string, name: string | undefined): boolean {
  if (name === undefined) return false
  // cut in the middle of a character, what is left of it decodes as U+FFFD
  return name === part || (new TextEncoder().encode(part).length >= PART_BYTES - 1 && name.startsWith(part.replace(/\ufffd+$/, '')))
}
