/**
 * Who is to blame for a wait, from exact intervals: a wait belongs to whoever ended it, and is divided among what that one
 * did meanwhile, followed through its own waits. Bounded critical path: Giraldeau & Dagenais, TPDS 2016.
 *
 *     A  ~~~~~~~~~~~~B######      A waits for B, which waits for C for half of it:
 *     B  ~~~~~~C#####A            half is C's running, half is B's. The sum is A's wait, never more.
 *     C  ######B
 */

/** What ended a wait. */
export type Waker =
  | { readonly kind: 'thread'; readonly tid: number }
  | { readonly kind: 'device' | 'timer' | 'remote' | 'kernel'; readonly name: string }
  | undefined

/** A thread in one state; start inclusive, end exclusive. */
export type Segment = { readonly startNs: number; readonly endNs: number } & (
  | { readonly state: 'running' }
  | { readonly state: 'runnable'; readonly occupantTid: number }
  /** key: what it waited on, such as the address of a futex; undefined when that is not known. */
  | { readonly state: 'blocked'; readonly waker: Waker; readonly key?: string }
)

/** Per thread its segments in time order. */
export type Timelines = ReadonlyMap<number, readonly Segment[]>

/** A part of a wait and its cause. */
export interface Blame {
  readonly cause: 'running' | 'runnable' | 'device' | 'timer' | 'remote' | 'kernel' | 'unknown' | 'cycle'
  /** The thread that ran, was kept from running, or waited for the device. */
  readonly tid: number
  /** Of a device, timer, peer or kernel activity; else empty. */
  readonly name: string
  readonly ns: number
}

/** Wakers followed at most: analysis.md 4.2. */
const MAX_DEPTH = 10

/** Divides [startNs, endNs) of a thread, exactly: the parts add up to endNs − startNs. */
export function leafBlame(
  timelines: Timelines,
  tid: number,
  { startNs, endNs }: { readonly startNs: number; readonly endNs: number },
): Blame[] {
  const parts = new Map<string, Blame>()
  const add: AddBlame = (cause, of, clip, name = '') => {
    const ns = clip.endNs - clip.startNs
    if (!(ns > 0)) return
    const key = `${cause}\0${of}\0${name}`
    parts.set(key, { cause, tid: of, name, ns: ns + (parts.get(key)?.ns ?? 0) })
  }
  divide({ timelines, add }, { startNs, endNs }, [tid])
  return [...parts.values()].sort((a, b) => b.ns - a.ns || a.tid - b.tid || (a.cause < b.cause ? -1 : 1))
}

interface Clip {
  readonly startNs: number
  readonly endNs: number
}

type AddBlame = (cause: Blame['cause'], tid: number, clip: Clip, name?: string) => void

interface Walk {
  readonly timelines: Timelines
  readonly add: AddBlame
}

/** path: the waiter, whom it waits for, and so on to the thread whose time is divided. */
function divide(walk: Walk, clip: Clip, path: readonly number[]): void {
  const tid = path[path.length - 1]
  const segments = walk.timelines.get(tid) ?? []
  let atNs = clip.startNs
  for (let index = firstEndingAfter(segments, atNs); index < segments.length && atNs < clip.endNs; index++) {
    const segment = segments[index]
    // whatever overlaps what came before counts from there on: no instant has two owners
    const startNs = Math.max(atNs, segment.startNs)
    const endNs = Math.min(clip.endNs, segment.endNs)
    if (!(endNs > startNs)) continue
    walk.add('unknown', tid, { startNs: atNs, endNs: startNs })
    divideSegment(walk, segment, { startNs, endNs }, path)
    atNs = endNs
  }
  walk.add('unknown', tid, { startNs: atNs, endNs: clip.endNs })
}

function divideSegment(walk: Walk, segment: Segment, clip: Clip, path: readonly number[]): void {
  const tid = path[path.length - 1]
  const waker = segment.state === 'blocked' ? segment.waker : undefined
  if (segment.state !== 'blocked') walk.add(segment.state, tid, clip)
  else if (waker === undefined) walk.add('unknown', tid, clip)
  else if (waker.kind !== 'thread') walk.add(waker.kind, tid, clip, waker.name)
  else if (path.includes(waker.tid)) walk.add('cycle', tid, clip)
  else if (path.length > MAX_DEPTH) walk.add('unknown', tid, clip)
  else divide(walk, clip, [...path, waker.tid])
}

/** Segments are in the order of their ends too, or nearly: overlapping ones before it are skipped by the caller. */
function firstEndingAfter(segments: readonly Segment[], timeNs: number): number {
  let low = 0
  let high = segments.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (segments[middle].endNs <= timeNs) low = middle + 1
    else high = middle
  }
  return low
}

/** A thread that runs for less than this between two waits for the same thing was woken in vain: analysis.md 4.2. */
const SPURIOUS_NS = 50e3

/** Joins waits that were interrupted by wake-ups in vain; who ended the last of them ended them all. */
export function mergeSpuriousWakeups(segments: readonly Segment[]): { readonly segments: readonly Segment[]; readonly count: number } {
  const merged: Segment[] = []
  let count = 0
  for (const segment of segments) {
    const first = segment.state === 'blocked' ? startOfVain(merged, segment) : merged.length
    if (first === merged.length) {
      merged.push(segment)
      continue
    }
    const { startNs } = merged[first]
    merged.length = first
    merged.push({ ...segment, startNs })
    count++
  }
  return { segments: merged, count }
}

/** Index of the wait that a wait for the same thing continues; the number of segments when it continues none. */
function startOfVain(segments: readonly Segment[], { key, startNs }: Segment & { readonly state: 'blocked' }): number {
  let runningNs = 0
  for (let index = segments.length - 1; key !== undefined && index >= 0; index--) {
    const segment = segments[index]
    if (segment.state === 'running') runningNs += segment.endNs - segment.startNs
    if (runningNs >= SPURIOUS_NS || segment.endNs > startNs) break
    if (segment.state === 'blocked') return segment.key === key ? index : segments.length
  }
  return segments.length
}
