import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { AutotuneError } from './errors.ts'
import { createRecording, readRecording } from './recording.ts'
import { type Manifest, schemaVersion } from './schema.ts'
import { tableOf } from './table-builder.ts'

const disk = mkdtempSync(join(tmpdir(), 'autotune-disk-'))
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'autotune-test', disk]).status === 0
if (!mounted) process.stderr.write('skipped: recording on a full disk (mounting a small tmpfs needs root)\n')

afterAll(() => {
  if (mounted) spawnSync('umount', [disk])
  rmdirSync(disk)
})

const manifest: Manifest = {
  schemaVersion,
  autotuneVersion: '0.1.0',
  createdAt: '2026-11-21T04:00:00Z',
  startNs: 1n,
  durationNs: 0,
  complete: false,
  target: { kind: 'machine' },
  host: {
    hostname: 'box',
    kernelRelease: '6.18.0',
    architecture: 'x64',
    cpuModel: 'CPU',
    cpuCount: 2,
    memoryBytes: 1,
    virtualization: undefined,
    uid: 0,
    perfEventParanoid: undefined,
    kptrRestrict: undefined,
  },
  sampling: undefined,
  unavailable: [],
  commandExitStatus: undefined,
  cost: { cpuRatio: 0, cpuNs: 0, rssBytes: 0 },
}

const second = tableOf(
  'sample',
  Array.from({ length: 500 }, (_, row) => ({ timeNs: row, cpu: 0, process: -1, tid: 1, callchain: -1, weightNs: 1, stackEnd: 0 })),
)

test.skipIf(!mounted)('a disk that fills up ends the recording once; what was written before is read whole', () => {
  const directory = join(disk, 'rec')
  const writer = createRecording(directory, manifest)
  let seconds = 0
  const recordUntilFull = () => {
    for (; seconds < 100; seconds++) writer.append('sample', second)
  }
  expect(recordUntilFull).toThrow(
    expect.objectContaining({
      code: 'HOST_REFUSED',
      message: `The recording in ${directory} ends early.`,
      why: 'The disk is full (ENOSPC).',
    }),
  )
  expect(seconds).toBeGreaterThan(3)

  writer.append('sample', second)
  writer.writeTable('symbol', tableOf('symbol', []))
  writer.updateManifest({ durationNs: 5 })
  writer.close({ complete: true, durationNs: 5 })
  expect(writer.failure).toBeInstanceOf(AutotuneError)

  const recording = readRecording(directory)
  expect(recording.tables.sample?.length).toBe(500 * seconds)
  expect(recording.truncated).toEqual(['sample'])
  expect(recording.manifest.complete).toBe(false)
})

test.skipIf(!mounted)('a file system that is mounted read-only is refused', () => {
  spawnSync('mount', ['-o', 'remount,ro', disk])
  expect(() => createRecording(join(disk, 'new', 'rec'), manifest)).toThrow(
    expect.objectContaining({ code: 'HOST_REFUSED', why: 'The file system is mounted read-only (EROFS).' }),
  )
})
