import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { topics } from './bpf-refusal.ts'
import { missingTracepoints, parseSkeleton, tracepointsOf } from './skeleton.ts'

const folder = 'src/collectors/bpf'
const read = (file: string) => readFileSync(`${folder}/${file}`, 'utf8')

test('the compiled topics are those of the sources: else run npm run build:bpf', () => {
  const sources = readdirSync(folder).filter(file => /\.[ch]$/.test(file))
  const checksums = sources.map(file => [file, createHash('sha256').update(read(file)).digest('hex')])
  expect(JSON.parse(read('out/checksums.json'))).toEqual(Object.fromEntries(checksums))
})

test.each([...topics, 'burst'].flatMap(topic => ['x64', 'arm64'].map(arch => `${topic}.${arch}.json`)))(
  '%s has what the collector reads',
  file => {
    const skeleton = parseSkeleton(read(`out/${file}`), file)
    const maps = skeleton.maps.map(map => map.name)
    expect(maps).toEqual(expect.arrayContaining(['counters', 'targets', '.data.control']))
    expect(skeleton.instructions.length % 8).toBe(0)
    expect(skeleton.data.length).toBeGreaterThan(0)
    expect(skeleton.programs.length).toBeGreaterThan(0)
  },
)

test('layouts of maps are those the decoders know', () => {
  const { maps } = parseSkeleton(read('out/sched.x64.json'), 'sched')
  const sizes = Object.fromEntries(maps.map(map => [map.name, [map.keySize, map.valueSize]]))
  const burst = parseSkeleton(read('out/burst.x64.json'), 'burst').maps
  expect(burst.find(map => map.name === 'flight_ring')).toMatchObject({ keySize: 4, valueSize: 32 })
  expect(sizes).toMatchObject({
    waits_a: [64, 120],
    files: [8, 144],
    queues_a: [24, 120],
    threads: [4, 200],
    stacks: [8, 520],
    '.data.control': [4, 80],
  })
})

test('a tracepoint is missing when the BTF has no type of its name, whole', () => {
  const skeleton = parseSkeleton(read('out/memory.x64.json'), 'memory')
  const all = tracepointsOf(skeleton)
  const btf = (names: readonly string[]) => new TextEncoder().encode(`\0${names.map(name => `btf_trace_${name}\0`).join('')}`)
  expect(missingTracepoints(skeleton, btf(all))).toEqual([])
  expect(missingTracepoints(skeleton, btf(all.map(name => (name === 'mm_compaction_end' ? `${name}_tp` : name))))).toEqual([
    'mm_compaction_end',
  ])
})

test.each(['', '{', '{}', '{"maps":[]}'])('a damaged file says to install again: %s', text => {
  expect(() => parseSkeleton(text, 'x.json')).toThrow('x.json is no compiled BPF topic.')
})
