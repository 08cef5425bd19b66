import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { skipReason } from '../../../test/autotune.ts'
import type { BpfHost } from '../../host-bpf.ts'
import { linuxBpfHost } from '../../linux-bpf-host.ts'
import { linuxHost } from '../../linux-host.ts'
import { controlBytes } from './control.ts'
import { attachTopic, type LoadedTopic, loadTopic, unloadTopic } from './loader.ts'
import { parseSkeleton } from './skeleton.ts'

const host = linuxBpfHost(linuxHost())
const reason =
  skipReason({ root: true }) ??
  (host.loadObject?.(new Uint8Array(8), { name: 'none', initial: new Map() }) === undefined ? 'needs libbpf.so.1' : undefined)
if (reason !== undefined) process.stderr.write(`libbpf.kernel.test.ts skipped: ${reason}\n`)

const path = `src/collectors/bpf/out/block.${process.arch}.json`
const skeleton = parseSkeleton(readFileSync(path, 'utf8'), path)
const control = {
  lazyNs: 0,
  userStackNs: 0,
  epoch: 0,
  scope: 'machine',
  ownPid: 4242,
  stackEvery: 3,
  coarse: 0,
  futexNumber: 202,
  bhEnable: [0n, 0n],
  interruptEntry: [0n, 0n],
  openedNs: 0n,
} as const
const options = { initial: new Map([['.data.control', controlBytes(control)]]), maxEntries: new Map<string, number>() }

/** A kernel that knows no programs of type SYSCALL, as before 5.14: bpf(2) for anything else goes through. */
const oldKernel: BpfHost = { ...host, bpf: (command, ...rest) => (command === 10 ? { errno: 'EINVAL' } : host.bpf(command, ...rest)) }

describe.skipIf(reason !== undefined)('the second way in', () => {
  let loaded: LoadedTopic | undefined
  afterEach(() => {
    if (loaded !== undefined) unloadTopic(host, loaded)
    loaded = undefined
  })

  test('libbpf loads what the kernel does not take as a light skeleton, with the same maps and programs', () => {
    const topic = loadTopic(oldKernel, skeleton, options)
    if ('errno' in topic) throw new Error(`${topic.step}: ${topic.errno}\n${topic.log}`)
    loaded = topic
    expect([...topic.maps.keys()].sort()).toEqual(skeleton.maps.map(({ name }) => name).sort())
    expect(topic.programs.map(({ name }) => name)).toEqual(skeleton.programs.map(({ name }) => name))
    expect(attachTopic(host, topic)).toBeUndefined()
    expect(topic.links.length).toBe(skeleton.programs.length)
  })

  test('what libbpf says of an object it cannot load is kept', () => {
    const broken = { ...skeleton, object: () => skeleton.object().subarray(0, 2000) }
    const refusal = loadTopic(oldKernel, broken, options)
    expect(refusal).toMatchObject({ step: 'run its loader', errno: 'EINVAL', log: expect.stringContaining('libbpf') })
  })
})
