import { expect, test } from 'vitest'
import { observeRows, rows } from '../../test/kernel-rows.ts'
import { deviceWait } from './device-wait.ts'

const waits = 'app/100: blockIo by interrupt user=main;lookup;pread@libc 80*8 80*8 80*8 80*8 80*8 80*8 80*8 80*8 80*8 80*8'
const stacks = 'app: main;lookup;pread@libc 0'

test('tells service from queueing, on the device that took most', () => {
  const blockIo = rows('blockIo', [
    { count: 80, latencyNs: 600e6, queueNs: 160e6, sizeBytes: 80 * 4096 },
    { device: 'sda', count: 2, latencyNs: 5e6 },
  ])
  const [observation] = observeRows(deviceWait, { stacks, waits, more: { blockIo } })
  expect(observation.metrics).toMatchObject({ waitRatio: 1, waitNs: 10e6, latencyNs: 7.5e6, queueNs: 2e6, readRatio: 1, sizeBytes: 4096 })
  expect(observation.metrics.inFlightCount).toBeCloseTo(0.6)
  expect(observation.facts).toMatchObject({ device: 'vda', functionName: 'lookup' })
})

test('waits in page faults and commits belong to others', () => {
  const drawing = {
    waits: 'app/100: pageFault by interrupt 80 80\napp/101: fsync by interrupt 80 80',
    more: { blockIo: rows('blockIo', []) },
  }
  expect(observeRows(deviceWait, drawing)[0]).toMatchObject({
    metrics: { waitRatio: 0 },
    culprits: [],
    facts: { device: 'unknown device' },
  })
})

test('who waits for asynchronous requests waits for the device while it has some, else for work', () => {
  const waits = 'app/100: poll by interrupt syscall=io_getevents 90*9 90*9 90*9 90*9 90*9 90*9 90*9 90*9 90*9 90*9'
  const ledger = 'app/100: 1111111111'
  const ratioWith = (latencyNs: number) => {
    const blockIo = rows('blockIo', [{ count: 90, latencyNs }])
    return observeRows(deviceWait, { waits, ledger, more: { blockIo } })[0].metrics.waitRatio
  }
  expect(ratioWith(8e9)).toBeCloseTo(0.9 / 1.4)
  expect(ratioWith(0.1e9)).toBe(0)
})
