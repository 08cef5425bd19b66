import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { ProcessRole } from '../schema.ts'
import { durableWrites } from './durable-writes.ts'

const often = '80*40 80*40 80*40 80*40 80*40 80*40 80*40 80*40 80*40 80*40'
const stacks = 'app: main;append;fsync@libc 0'
const commits = `app/100: fsync by interrupt file=/data/orders.db user=main;append;fsync@libc ${often}`

test('names the function, the file, the device and what a commit costs', () => {
  const more = {
    syscall: rows('syscall', [{ name: 'fsync', count: 400, ns: 840e6 }]),
    blockIo: rows('blockIo', [
      { operation: 'write', count: 400, latencyNs: 400e6 },
      { operation: 'flush', count: 400, latencyNs: 320e6 },
      { operation: 'read', count: 9, latencyNs: 900e6, device: 'sda' },
    ]),
  }
  const [observation] = observeRows(durableWrites, { stacks, waits: commits, more })
  expect(observation.metrics).toMatchObject({ waitRatio: 1, commitPerSec: 400, commitNs: 2.1e6, deviceNs: 0.9e6, flushPerSec: 400 })
  expect(observation.culprits.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'function append',
    'process app (pid 100)',
    'file /data/orders.db',
    'device vda',
  ])
  expect(observation.share.low).toBeGreaterThan(0.8)
})

test('buffered data reaches the device through kernel threads', () => {
  const processes = { app: {}, jbd2: { role: ProcessRole.KernelThread } }
  const blockIo = rows('blockIo', [{ process: 1, operation: 'write', count: 10, latencyNs: 20e6, device: '8:1' }])
  const context = contextOf({ target: { kind: 'pid', pid: 100 } })
  const [observation] = observeRows(durableWrites, { processes, waits: commits.replace(/user=\S+ /, ''), more: { blockIo } }, context)
  expect(observation).toMatchObject({
    facts: { device: '8:1', functionName: 'app (pid 100)', file: '/data/orders.db' },
    metrics: { deviceNs: 2e6 },
  })
})

test('other waits for the device are not commits', () => {
  const [observation] = observeRows(durableWrites, { waits: 'app/100: blockIo by interrupt 80 80 80 80' })
  expect(observation).toMatchObject({ metrics: { waitRatio: 0, commitPerSec: 0 }, culprits: [] })
})
