import { expect, test } from 'vitest'
import { replayHost } from '../host.ts'
import { readProcessLimits, readSettings } from './settings.ts'

test('reads what there is, of a choice the chosen word, of disks and mounts with their names', () => {
  const host = replayHost({
    files: {
      '/proc/sys/vm/swappiness': '60\n',
      '/proc/sys/net/ipv4/tcp_wmem': '4096\t16384\t4194304\n',
      '/sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
      '/sys/block/vda/dev': '254:0\n',
      '/sys/block/vda/queue/scheduler': '[none] mq-deadline\n',
      '/sys/block/loop0/dev': '7:0\n',
      '/proc/self/mounts': 'proc /proc proc rw 0 0\n/dev/vda1 / ext4 rw,relatime 0 0\n/dev/broken\n',
    },
  })
  expect(readSettings(host)).toEqual([
    { name: 'vm.swappiness', subject: undefined, value: '60' },
    { name: 'net.ipv4.tcp_wmem', subject: undefined, value: '4096 16384 4194304' },
    { name: 'thp.enabled', subject: undefined, value: 'madvise' },
    { name: 'disk.device', subject: 'vda', value: '254:0' },
    { name: 'disk.scheduler', subject: 'vda', value: 'none' },
    { name: 'mount.options', subject: '/', value: 'ext4,rw,relatime' },
  ])
})

test('tells of processes that have nearly all the files open that they may', () => {
  const limits = (count: number) =>
    `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${count}                 4096                 files\n`
  const descriptors = Object.fromEntries(['41', '42'].flatMap(pid => Array.from({ length: 9 }, (_, fd) => [`/proc/${pid}/fd/${fd}`, ''])))
  const host = replayHost({
    files: { '/proc/41/limits': limits(1024), '/proc/42/limits': limits(10), '/proc/42/stat': '42 (app) S 1 1', ...descriptors },
  })
  const rows = readProcessLimits(host, [41, 42, 43])
  expect(rows.map(({ name, value }) => [name, value])).toEqual([
    ['process.maxFiles', '10'],
    ['process.openFiles', '9'],
  ])
})
