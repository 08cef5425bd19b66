/** /proc/diskstats: Documentation/admin-guide/iostats.rst. */

import { CounterSet, type Differ, ReadingList, type Totals } from './rate.ts'
import { parseCount, splitWords } from './text.ts'

/** Counters of a disk, in this order. */
const READS = 0
const READ_SECTORS = 1
const READ_MS = 2
const WRITES = 3
const WRITE_SECTORS = 4
const WRITE_MS = 5
const BUSY_MS = 6
const QUEUE_MS = 7
const FLUSHES = 8
const FLUSH_MS = 9

/** Where they stand after major, minor and name. Flushes since Linux 5.5. */
const columns = [0, 2, 3, 4, 6, 7, 9, 10, 15, 16]

/** Sectors are of 512 bytes whatever the disk has. */
const SECTOR_BYTES = 512
const MAX_DISKS = 256

/** Counters by disk. Disks that never did anything are left out. */
export function parseDiskstats(text: string): Totals {
  const disks = new Map<string, readonly number[]>()
  for (const line of text.split('\n')) {
    const words = splitWords(line)
    if (words.length < 14 || disks.size === MAX_DISKS) continue
    const counts = columns.map(column => parseCount(words[column + 3]))
    if (counts.some(count => count > 0)) disks.set(words[2], counts)
  }
  return disks
}

/** Once a second. isWholeDisk tells disks from partitions, whose work is counted in the disk already. */
export function diskDiffer(isWholeDisk: (name: string) => boolean): Differ {
  const counters = new CounterSet({ is32Bit: true }) // the times are 32-bit milliseconds
  return (text, timeNs) => {
    const disks = [...parseDiskstats(text)].filter(([name]) => isWholeDisk(name))
    const changes = counters.advance(timeNs, new Map(disks))
    const list = new ReadingList(changes)
    for (const [disk, change] of changes.bySubject) {
      list.addRate('disk.readPerSec', disk, change[READS])
      list.addRate('disk.writePerSec', disk, change[WRITES])
      list.addRate('disk.readBytesPerSec', disk, change[READ_SECTORS] * SECTOR_BYTES)
      list.addRate('disk.writeBytesPerSec', disk, change[WRITE_SECTORS] * SECTOR_BYTES)
      list.addRate('disk.flushPerSec', disk, change[FLUSHES])
      list.addShare('disk.busyRatio', disk, change[BUSY_MS] * 1e6)
      list.add('disk.inFlightCount', disk, (change[QUEUE_MS] * 1e6) / changes.durationNs)
      // no request completed: 0 / 0 is no value
      list.add('disk.readLatencyNs', disk, (change[READ_MS] / change[READS]) * 1e6)
      list.add('disk.writeLatencyNs', disk, (change[WRITE_MS] / change[WRITES]) * 1e6)
      list.add('disk.flushLatencyNs', disk, (change[FLUSH_MS] / change[FLUSHES]) * 1e6)
    }
    return list.readings
  }
}

/** Tells whole disks by /sys/block; the listing is read again when a name was never seen. */
export function wholeDisks(listBlockDevices: () => readonly string[] | undefined): (name: string) => boolean {
  const known = new Map<string, boolean>()
  return name => {
    const answer = known.get(name)
    if (answer !== undefined) return answer
    const listed = listBlockDevices()
    // sysfs writes / as !, as in cciss!c0d0
    const isWhole = listed === undefined ? !looksLikePartition(name) : listed.includes(name.replaceAll('/', '!'))
    if (known.size < 4096) known.set(name, isWhole)
    return isWhole
  }
}

/** Without /sys: sda1, nvme0n1p2, mmcblk0p1. */
function looksLikePartition(name: string): boolean {
  return /^(?:[shv]d|xvd)[a-z]+\d+$|\dp\d+$/.test(name)
}
