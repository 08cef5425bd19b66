/** Records of flight.bpf.c: regions per CPU that wrap → events of all CPUs in the order of time. */

/** enum record_type. */
export const FlightType = {
  Switch: 1,
  Slept: 2,
  Waking: 3,
  Syscall: 4,
  Signal: 5,
  Fork: 6,
  Exec: 7,
  Exit: 8,
  Sample: 9,
  Block: 10,
  Probe: 11,
} as const

/** struct record: u64 time; u16 type, cpu; u32 tid, tgid, other; u64 argument, value, stack. */
export const RECORD_BYTES = 48
const WORDS = RECORD_BYTES / 4

/** What one CPU's region held when it was frozen: the bytes in the order of the region, and how many records were written in all. */
export interface FrozenRegion {
  readonly cpu: number
  readonly words: Uint32Array
  readonly written: number
}

/** Events in the order of time; columns as struct record has them. */
export interface FlightEvents {
  readonly length: number
  /** ns since startNs; below 0 for what came before. */
  readonly timeNs: Float64Array
  readonly type: Uint8Array
  readonly cpu: Int32Array
  readonly tid: Int32Array
  readonly pid: Int32Array
  readonly other: Float64Array
  readonly argument: Float64Array
  readonly value: Float64Array
  /** Id of a stack; for Syscall the result. */
  readonly stack: Float64Array
  /** By row of an Exec: the name. */
  readonly comms: ReadonlyMap<number, string>
  /** Records that were overwritten before the freeze. */
  readonly overwrittenCount: number
  /** From here on nothing is missing on any CPU. */
  readonly completeFromNs: number
}

/** Decodes and merges regions. Half-written records, as the freeze may leave one per CPU, are left out. */
export function decodeFlight(regions: readonly FrozenRegion[], startNs: bigint): FlightEvents {
  const runs = regions.map(region => readRun(region, startNs))
  const total = runs.reduce((sum, run) => sum + run.length, 0)
  const events = emptyEvents(total, runs)
  const next = runs.map(() => 0)
  for (let row = 0; row < total; row++) {
    let earliest = -1
    for (let run = 0; run < runs.length; run++) {
      if (next[run] >= runs[run].length) continue
      if (earliest < 0 || runs[run].times[next[run]] < runs[earliest].times[next[earliest]]) earliest = run
    }
    const { words, places, times } = runs[earliest]
    const at = next[earliest]++
    fillRow(events, row, { words, at: places[at], timeNs: times[at] })
  }
  return events
}

interface Run {
  readonly words: Uint32Array
  readonly length: number
  /** Word at which each record begins, oldest first. */
  readonly places: Int32Array
  readonly times: Float64Array
  readonly overwritten: number
}

function readRun({ words, written }: FrozenRegion, startNs: bigint): Run {
  const capacity = Math.floor(words.length / WORDS)
  const kept = Math.min(capacity, written)
  const first = written > capacity ? written % capacity : 0
  const places = new Int32Array(kept)
  const times = new Float64Array(kept)
  const low = Number(startNs & 0xffffffffn)
  const high = Number(startNs >> 32n)
  let length = 0
  for (let index = 0; index < kept; index++) {
    const at = ((first + index) % capacity) * WORDS
    const type = words[at + 2] & 0xffff
    if (type === 0 || type > FlightType.Probe) continue
    const time = words[at] - low + (words[at + 1] - high) * 4294967296
    // interrupts write between the clock and the slot of what they interrupt: such neighbours change places
    let place = length++
    for (; place > 0 && times[place - 1] > time; place--) {
      times[place] = times[place - 1]
      places[place] = places[place - 1]
      if (length - place > MAX_DISORDER) break
    }
    times[place] = time
    places[place] = at
  }
  return { words, length, places, times, overwritten: Math.max(0, written - capacity) }
}

/** No interrupt nests deeper; more would make a damaged region cost the square of its size. */
const MAX_DISORDER = 64

function emptyEvents(total: number, runs: readonly Run[]): FlightEvents & { readonly comms: Map<number, string> } {
  const complete = runs.flatMap(run => (run.overwritten > 0 && run.length > 0 ? [run.times[0]] : []))
  return {
    length: total,
    timeNs: new Float64Array(total),
    type: new Uint8Array(total),
    cpu: new Int32Array(total),
    tid: new Int32Array(total),
    pid: new Int32Array(total),
    other: new Float64Array(total),
    argument: new Float64Array(total),
    value: new Float64Array(total),
    stack: new Float64Array(total),
    comms: new Map(),
    overwrittenCount: runs.reduce((sum, run) => sum + run.overwritten, 0),
    completeFromNs: complete.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY),
  }
}

function fillRow(
  events: FlightEvents & { readonly comms: Map<number, string> },
  row: number,
  { words, at, timeNs }: { words: Uint32Array; at: number; timeNs: number },
): void {
  const type = words[at + 2] & 0xffff
  events.timeNs[row] = timeNs
  events.type[row] = type
  events.cpu[row] = words[at + 2] >>> 16
  events.tid[row] = words[at + 3]
  events.pid[row] = words[at + 4]
  events.other[row] = words[at + 5]
  const isName = type === FlightType.Exec
  if (isName) events.comms.set(row, commAt(words, at + 6))
  events.argument[row] = isName ? 0 : words[at + 6] + words[at + 7] * 4294967296
  events.value[row] = isName ? 0 : words[at + 8] + words[at + 9] * 4294967296
  const upper = type === FlightType.Syscall ? words[at + 11] | 0 : words[at + 11]
  events.stack[row] = words[at + 10] + upper * 4294967296
}

/** char comm[16]: bytes up to a zero, as Latin-1 so that hostile names can't fail. */
export function commAt(words: Uint32Array, index: number): string {
  let text = ''
  for (let byte = 0; byte < 16; byte++) {
    const code = (words[index + (byte >> 2)] >>> ((byte & 3) * 8)) & 0xff
    if (code === 0) break
    text += String.fromCharCode(code)
  }
  return text
}

/** The state, system call and flags that a Switch packs into its value. */
export interface SwitchPlace {
  readonly taskState: number
  /** -1: none. */
  readonly syscall: number
  readonly futexOp: number
  readonly inIowait: boolean
  readonly kernelThread: boolean
}

/** Unpacks the value of a Switch. */
export function switchPlace(value: number): SwitchPlace {
  const upper = Math.floor(value / 4294967296)
  const lower = value % 4294967296
  return {
    taskState: lower % 0x40000000,
    syscall: (upper & 0xffff) - 1,
    futexOp: (upper >>> 16) & 0xff,
    inIowait: (Math.floor(lower / 0x40000000) & 1) === 1,
    kernelThread: lower >= 0x80000000,
  }
}
