import type { BpfHost } from '../../host-bpf.ts'
import type { Batch } from './words.ts'

/** A map of a loaded topic. */
export interface BpfMap {
  readonly name: string
  readonly fd: number
  readonly keySize: number
  readonly valueSize: number
}

/** enum bpf_cmd, include/uapi/linux/bpf.h. */
const MAP_LOOKUP_ELEM = 1
const MAP_UPDATE_ELEM = 2
const MAP_DELETE_ELEM = 3
const MAP_LOOKUP_BATCH = 24
const MAP_LOOKUP_AND_DELETE_BATCH = 25
const MAP_DELETE_BATCH = 27

/** Elements the first batch asks for. One that comes back full doubles it, and so does ENOSPC: a bucket has more. */
const BATCH = 64
const LARGE_BATCH = 8192
const LARGEST_BATCH = 1 << 20

/** Sets one element; undefined when it worked, else an errno name. */
export function updateElement(host: BpfHost, map: BpfMap, element: { key: Uint8Array; value: Uint8Array }): string | undefined {
  return callElement(host, MAP_UPDATE_ELEM, map, element)
}

/** One element; undefined when there is none. perCpu: how many values a per-CPU map gives, one per possible CPU. */
export function lookupElement(host: BpfHost, map: BpfMap, key: Uint8Array, perCpu = 1): Uint8Array | undefined {
  const value = new Uint8Array(perCpu === 1 ? map.valueSize : perCpu * ((map.valueSize + 7) & ~7))
  return callElement(host, MAP_LOOKUP_ELEM, map, { key, value }) === undefined ? value : undefined
}

/** Removes one element. */
export function deleteElement(host: BpfHost, map: BpfMap, key: Uint8Array): void {
  callElement(host, MAP_DELETE_ELEM, map, { key, value: new Uint8Array(0) })
}

function callElement(host: BpfHost, command: number, map: BpfMap, element: { key: Uint8Array; value: Uint8Array }): string | undefined {
  const attributes = new Uint8Array(32) // u32 map_fd; u64 key; u64 value; u64 flags
  new DataView(attributes.buffer).setUint32(0, map.fd, true)
  const answer = host.bpf(command, attributes, [
    { into: attributes, offset: 8, to: element.key },
    { into: attributes, offset: 16, to: element.value },
  ])
  return 'errno' in answer ? answer.errno : undefined
}

/** The first elements of a per-CPU array in one call, one after the other; undefined where the kernel (before 5.13) cannot. */
export function readArray(host: BpfHost, map: BpfMap, { count, perCpu }: { count: number; perCpu: number }): Uint8Array | undefined {
  const values = new Uint8Array(count * perCpu * ((map.valueSize + 7) & ~7))
  const attributes = batchAttributes(map, count)
  const pointers = [EMPTY, new Uint8Array(8), new Uint8Array(count * map.keySize), values]
  const answer = host.bpf(MAP_LOOKUP_BATCH, attributes, batchPointers(attributes, pointers))
  const isWhole = new DataView(attributes.buffer).getUint32(32, true) === count
  return isWhole && (!('errno' in answer) || answer.errno === 'ENOENT') ? values : undefined
}

const EMPTY = new Uint8Array(0)

/** u64 in_batch, out_batch, keys, values; u32 count, map_fd; u64 elem_flags, flags */
function batchAttributes(map: BpfMap, count: number): Uint8Array {
  const attributes = new Uint8Array(56)
  const view = new DataView(attributes.buffer)
  view.setUint32(32, count, true)
  view.setUint32(36, map.fd, true)
  return attributes
}

function batchPointers(into: Uint8Array, values: readonly Uint8Array[]) {
  return values.map((to, index) => ({ into, offset: index * 8, to }))
}

/** Called per batch; its bytes are reused by the next. */
export type Visit = (batch: Batch) => void

/** Reads a hash map and empties it; the number of elements, or an errno name. */
export function drainMap(host: BpfHost, map: BpfMap, visit: Visit): number | string {
  return readBatches(host, MAP_LOOKUP_AND_DELETE_BATCH, map, visit)
}

/** Reads a hash map and leaves it as it is. */
export function readMap(host: BpfHost, map: BpfMap, visit: Visit): number | string {
  return readBatches(host, MAP_LOOKUP_BATCH, map, visit)
}

/** Room for batches by map: most are read once a second and are all but empty. */
const rooms = new WeakMap<BpfMap, { readonly batch: number; readonly keys: Uint8Array; readonly values: Uint8Array }>()

function roomFor(map: BpfMap, batch: number) {
  const room = { batch, keys: new Uint8Array(batch * map.keySize), values: new Uint8Array(batch * map.valueSize) }
  if (batch <= LARGE_BATCH) rooms.set(map, room)
  return room
}

function readBatches(host: BpfHost, command: number, map: BpfMap, visit: Visit): number | string {
  let room = rooms.get(map) ?? roomFor(map, BATCH)
  let position = EMPTY // where the last batch ended; none: from the start
  let total = 0
  for (;;) {
    const { batch, keys, values } = room
    const next = new Uint8Array(Math.max(8, map.keySize))
    const attributes = batchAttributes(map, batch)
    const answer = host.bpf(command, attributes, batchPointers(attributes, [position, next, keys, values]))
    const failed = 'errno' in answer ? answer.errno : undefined
    if (failed === 'ENOSPC' && batch < LARGEST_BATCH) {
      room = roomFor(map, batch * 2)
      continue
    }
    if (failed !== undefined && failed !== 'ENOENT') return failed
    const count = Math.min(batch, new DataView(attributes.buffer).getUint32(32, true))
    if (count > 0) visit({ keys, values, count })
    total += count
    if (failed === 'ENOENT' || count === 0) return total
    position = next
    if (count === batch && batch < LARGE_BATCH) room = roomFor(map, batch * 2)
  }
}

/** Removes elements by their keys, one after the other in `keys`. */
export function deleteElements(host: BpfHost, map: BpfMap, keys: Uint8Array): void {
  if (keys.length === 0) return
  const attributes = new Uint8Array(56)
  const view = new DataView(attributes.buffer)
  view.setUint32(32, keys.length / map.keySize, true)
  view.setUint32(36, map.fd, true)
  host.bpf(MAP_DELETE_BATCH, attributes, [{ into: attributes, offset: 16, to: keys }])
}
