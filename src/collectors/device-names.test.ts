import { expect, test } from 'vitest'
import { replayHost } from '../host.ts'
import { DeviceNames } from './device-names.ts'

test('a device is called as in /proc/diskstats, and by its number when it has no name', () => {
  const host = replayHost({ links: { '/sys/dev/block/254:0': '../../devices/pci0000:00/virtio0/block/vda' } })
  const devices = new DeviceNames(host)
  expect([devices.nameOf('254:0'), devices.nameOf('8:0'), devices.nameOf('254:0')]).toEqual(['vda', '8:0', 'vda'])
})
