import { expect, test } from 'vitest'
import { clockBase, RingWords } from '../perf-record.ts'
import { parseSchedEvent, type TraceKind, type TraceLayout, traceLayout } from './sched-event.ts'
import { parseTraceFormat } from './trace-format.ts'

const layout = (id: number, kind: TraceKind, fields: readonly string[]): readonly [number, TraceLayout] => {
  const lines = fields.map(field => {
    const [name, offset, size] = field.split(' ')
    return `\tfield:int ${name};\toffset:${offset};\tsize:${size};\tsigned:1;`
  })
  const format = parseTraceFormat(`ID: ${id}\n${lines.join('\n')}\n`)
  const found = format && traceLayout(kind, format)
  if (found === undefined) throw new Error('no layout')
  return [id, found]
}

const layouts = new Map([
  layout(316, 'switch', ['prev_state 32 8', 'next_pid 56 4']),
  layout(500, 'issue', ['dev 8 4', 'sector 16 8', 'nr_sector 24 4', 'bytes 28 4', 'rwbs 34 10']),
])

const chain = [-128, -1, 0x1000, -1, -512, -1, 0x2000, 0]

/** A sample of pid 7, tid 8 at 2000 ns with that chain, and raw words behind it, at a place in a ring. */
function record(raw: readonly number[], at = 0) {
  const body = [7, 8, 2000, 0, chain.length / 2, 0, ...chain, raw.length * 4, ...raw]
  const words = [9, (body.length + 2) << 18, ...body]
  const ring = new Int32Array(64)
  for (const [index, word] of words.entries()) ring[(at + index) & 63] = word
  return { ring: new RingWords(ring, clockBase(0n)), place: { position: at, words: words.length } }
}

// type and flags, pid; prev_comm; prev_pid, prio; state; next_comm; next_pid, prio; padding to 4 mod 8
const switchRaw = [316 | (0x08 << 16), 8, 0, 0, 0, 0, 8, 120, 2, 0, 0, 0, 0, 0, 42, 120, 0]

test.each([0, 50])('a switch, its chains apart, also where the ring wraps: at word %i', at => {
  const { ring, place } = record(switchRaw, at)
  expect(parseSchedEvent(ring, place, layouts)).toMatchObject({
    kind: 'switch',
    timeNs: 2000,
    pid: 7,
    tid: 8,
    inInterrupt: true,
    state: 2,
    nextTid: 42,
    kernelChain: { position: at + 8, count: 2 },
    userChain: { position: at + 12, count: 2 },
  })
})

test('a request to a device', () => {
  // dev 254:1; sector 4096; 8 sectors, 4096 bytes; rwbs "FWS" from byte 34 on
  const raw = [500, 8, (254 << 20) | 1, 0, 4096, 0, 8, 4096, 0x5746 << 16, 0x53, 0, 0, 0]
  const { ring, place } = record(raw)
  expect(parseSchedEvent(ring, place, layouts)).toMatchObject({
    kind: 'issue',
    device: '254:1',
    sector: 4096,
    sectors: 8,
    sizeBytes: 4096,
    operation: 'write',
    failed: false,
  })
})

test('a record that is cut, or of an unknown type, is none', () => {
  for (let length = 2; length < switchRaw.length - 2; length++) {
    const { ring, place } = record(switchRaw.slice(0, length))
    expect(parseSchedEvent(ring, place, layouts)).toBeUndefined()
  }
  const whole = record(switchRaw)
  for (let words = 9; words < whole.place.words; words++) {
    expect(parseSchedEvent(whole.ring, { ...whole.place, words }, layouts)).toBeUndefined()
  }
  const stranger = record([999, ...switchRaw.slice(1)])
  expect(parseSchedEvent(stranger.ring, stranger.place, layouts)).toBeUndefined()
})

test('a description without a needed field, or with one where no word begins, is not read', () => {
  const read = (field: string) => traceLayout('waking', parseTraceFormat(`ID: 1\n\tfield:int ${field};\n`) ?? { id: 1, fields: new Map() })
  expect(read('pid;\toffset:24;\tsize:4')).toMatchObject({ at: [6], minBytes: 28 })
  expect(read('tid;\toffset:24;\tsize:4')).toBeUndefined()
  expect(read('pid;\toffset:26;\tsize:4')).toBeUndefined()
  expect(read('pid;\toffset:24;\tsize:2')).toBeUndefined()
})
