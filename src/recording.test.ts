import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC as readIndependently } from '@uwdata/flechette'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AutotuneError, describeError } from './errors.ts'
import { cannotRead, cannotRecordTo, cannotWriteTable, recordingCutShort } from './recording/errors.ts'
import { createRecording, readRecording, writeTable } from './recording.ts'
import { type Manifest, NONE, schemaVersion, textAt } from './schema.ts'
import { TableBuilder, tableOf } from './table-builder.ts'

let parent = ''
let directory = ''

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'autotune-recording-'))
  directory = join(parent, 'rec')
})
afterEach(() => rmSync(parent, { recursive: true }))

const manifest: Manifest = {
  schemaVersion,
  autotuneVersion: '0.1.0',
  createdAt: '2026-11-21T04:00:00.000Z',
  startNs: 9_223_372_036_854_775_807n,
  durationNs: 1e9,
  complete: false,
  target: { kind: 'command', command: ['./server', '--flag'], pid: undefined },
  host: {
    hostname: 'box',
    kernelRelease: '6.18.0',
    architecture: 'x64',
    cpuModel: 'CPU',
    cpuCount: 2,
    memoryBytes: 4e9,
    virtualization: undefined,
    uid: 0,
    perfEventParanoid: -1,
    kptrRestrict: undefined,
  },
  sampling: undefined,
  unavailable: [{ topic: 'samples', tables: ['sample'], series: ['pmu.'], reason: 'EACCES', remedy: 'sudo' }],
  commandExitStatus: undefined,
  cost: { cpuRatio: Number.NaN, cpuNs: 0, rssBytes: 1 },
}

const quality = (kind: string) => tableOf('quality', [{ timeNs: 1, kind, subject: 'cpu0', count: 1 }])

function thrownBy(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    expect(error).toBeInstanceOf(AutotuneError)
    return describeError(error).replaceAll(parent, 'PARENT')
  }
  throw new Error('It did not throw.')
}

test('a finished recording is read as it was written', () => {
  const writer = createRecording(directory, manifest)
  writer.append('quality', quality('lostRecords'))
  writer.append('quality', quality('missedReadings'))
  writer.writeTable('symbol', tableOf('symbol', [{ name: 'main', module: 'a.out', path: undefined, ownership: 5 }]))
  writer.close({ complete: true, durationNs: 2e9, commandExitStatus: 3 })

  const recording = readRecording(directory)
  expect(recording.manifest).toEqual({ ...manifest, complete: true, durationNs: 2e9, commandExitStatus: 3 })
  expect(Object.keys(recording.tables)).toEqual(['quality', 'symbol'])
  expect(recording.tables.quality?.kind.values).toEqual(['lostRecords', 'missedReadings'])
  expect(recording.truncated).toEqual([])
})

test('the folder, those above it that were made, and its files are for their owner alone', () => {
  directory = join(parent, 'new', 'rec')
  const writer = createRecording(directory, manifest)
  writer.append('quality', quality('a'))
  writer.close({})
  const modes = ['..', '.', ...readdirSync(directory)].map(name => [name, statSync(join(directory, name)).mode & 0o777])
  expect(modes).toEqual([
    ['..', 0o700],
    ['.', 0o700],
    ['manifest.json', 0o600],
    ['quality.arrow', 0o600],
  ])
})

test('while it is recorded, and after a kill, everything appended can be read', () => {
  const writer = createRecording(directory, manifest)
  const callchains = new TableBuilder('callchain')
  for (let second = 1; second <= 3; second++) {
    const first = callchains.length
    callchains.add({ prefix: first - 1, process: 0, kind: 1, address: 5n, timeNs: second })
    writer.append('callchain', callchains.build(first))
    writer.writeTable('process', tableOf('process', [{ ...nginx, endNs: second }]))
    writer.updateManifest({ durationNs: second * 1e9 })
  }
  // Left open, as a killed recorder leaves it.
  const recording = readRecording(directory)
  expect(recording.manifest).toMatchObject({ durationNs: 3e9, complete: false })
  expect(recording.tables.callchain?.prefix).toEqual(Int32Array.of(NONE, 0, 1))
  expect(recording.tables.process?.endNs).toEqual(Float64Array.of(3))
  expect(recording.truncated).toEqual(['callchain'])
  writer.close({})
})

const nginx = {
  pid: 1,
  nsPid: -1,
  parentPid: 0,
  startNs: 0,
  endNs: 0,
  comm: '<img src=x onerror=alert(1)>',
  commandLine: undefined,
  executable: '/usr/sbin/nginx',
  cgroup: '/',
  role: 1,
} as const

test('a file cut in the middle keeps its whole batches, and references to lost rows become NONE', () => {
  const writer = createRecording(directory, manifest)
  for (const subject of ['cpu0', 'cpu1']) writer.append('series', tableOf('series', [{ name: 'cpu.userRatio', subject }]))
  const readings = [0, 1].map(series => ({ timeNs: 1, durationNs: 1, series, value: 0.5 }))
  writer.append('metric', tableOf('metric', readings))
  const file = join(directory, 'series.arrow')
  truncateSync(file, statSync(file).size - 9)

  const { tables, truncated } = readRecording(directory)
  expect(tables.series && textAt(tables.series.subject, 0)).toBe('cpu0')
  expect(tables.metric?.series).toEqual(Int32Array.of(0, NONE))
  expect(truncated).toEqual(['series', 'metric'])
  writer.close({})
})

test('rows that lead in a circle or past the end of a whole table are refused', () => {
  createRecording(directory, manifest).close({})
  writeTable(directory, 'stack', { length: 2, prefix: Int32Array.of(1, 0), frame: Int32Array.of(0, 0) })
  expect(thrownBy(() => readRecording(directory))).toBe(
    `error BAD_INPUT: PARENT/rec/stack.arrow is damaged.
  why:  Row 0 has row 1 as its caller.
  next: Record again; if a fresh recording fails too, attach it to a bug report.`,
  )
  writeTable(directory, 'stack', { length: 1, prefix: Int32Array.of(NONE), frame: Int32Array.of(7) })
  writeTable(directory, 'frame', tableOf('frame', []))
  expect(thrownBy(() => readRecording(directory))).toContain('It refers to row 7 of frame, which has 0.')
})

test('names of fewer callchains than there are now are left out, to be computed again', () => {
  const writer = createRecording(directory, manifest)
  writer.append('callchain', tableOf('callchain', [{ prefix: NONE, process: NONE, kind: 0, address: 1n, timeNs: 0 }]))
  writer.writeTable('callchainStack', { length: 0, stack: Int32Array.of() })
  writer.close({})
  expect(Object.keys(readRecording(directory).tables)).toEqual(['callchain'])
})

test('a finished file has no delta dictionaries, so that every reader of Arrow opens it', () => {
  const writer = createRecording(directory, manifest)
  for (const kind of ['a', 'b', 'c']) writer.append('quality', quality(kind))
  writer.close({})
  const table = readIndependently(readFileSync(join(directory, 'quality.arrow')))
  expect([...table.getChild('kind')]).toEqual(['a', 'b', 'c'])
  expect(table.getChild('kind').data).toHaveLength(1)
})

test('a recording is replaced with all its tables; other files in the folder stay', () => {
  const old = createRecording(directory, manifest)
  old.append('quality', quality('old'))
  old.close({ complete: true })
  writeFileSync(join(directory, 'report.html'), 'mine')
  writeFileSync(join(directory, 'process.arrow.tmp'), 'left by a kill')

  createRecording(directory, manifest).close({ complete: true })
  expect(readRecording(directory).tables).toEqual({})
  expect(readdirSync(directory).sort()).toEqual(['manifest.json', 'report.html'])
})

test("a folder with somebody else's files is not touched, not even when it has a manifest.json", () => {
  mkdirSync(directory)
  writeFileSync(join(directory, 'manifest.json'), '{"name":"My web app","version":"1"}')
  writeFileSync(join(directory, 'sample.arrow'), 'precious')
  expect(thrownBy(() => createRecording(directory, manifest))).toBe(
    `error HOST_REFUSED: PARENT/rec holds files that are not a recording.
  why:  autotune replaces recordings, and nothing else.
  next: Choose a new or empty folder with -o DIR.`,
  )
  expect(readFileSync(join(directory, 'sample.arrow'), 'utf8')).toBe('precious')
})

test('links in the place of a file are replaced, never followed', () => {
  createRecording(directory, manifest).close({})
  const victim = join(parent, 'victim')
  writeFileSync(victim, 'untouched')
  for (const name of ['manifest.json.tmp', 'quality.arrow', 'process.arrow.tmp']) symlinkSync(victim, join(directory, name))
  const writer = createRecording(directory, manifest)
  writer.append('quality', quality('a'))
  writer.writeTable('process', tableOf('process', [nginx]))
  writer.close({})
  expect(readFileSync(victim, 'utf8')).toBe('untouched')
  expect(readRecording(directory).tables.quality?.length).toBe(1)
})

test('a path that is a file, or leads through one, is refused', () => {
  writeFileSync(join(parent, 'file'), '')
  expect(thrownBy(() => createRecording(join(parent, 'file'), manifest))).toBe(
    `error HOST_REFUSED: No recording can be written to PARENT/file.
  why:  It is a file, not a folder (EEXIST).
  next: Choose a folder you may write to with -o DIR.`,
  )
  expect(thrownBy(() => createRecording(join(parent, 'file', 'rec'), manifest))).toBe(
    `error HOST_REFUSED: No recording can be written to PARENT/file/rec.
  why:  A part of the path is a file, not a folder (ENOTDIR).
  next: Choose a folder you may write to with -o DIR.`,
  )
})

test('every way a disk refuses says what, why and what next', () => {
  expect(describeError(cannotRecordTo('rec', 'EACCES'))).toBe(
    `error HOST_REFUSED: No recording can be written to rec.
  why:  You may not write there (EACCES).
  next: Choose a folder you may write to with -o DIR.`,
  )
  expect(describeError(cannotRecordTo('rec', 'ENOSPC'))).toBe(
    `error HOST_REFUSED: No recording can be written to rec.
  why:  The disk is full (ENOSPC).
  next: Free some space, or choose a folder on another disk with -o DIR.`,
  )
  expect(describeError(recordingCutShort('rec', 'ENOSPC'))).toBe(
    `error HOST_REFUSED: The recording in rec ends early.
  why:  The disk is full (ENOSPC).
  next: What was written before is kept: autotune analyze rec. Free some space and record again for the rest.`,
  )
  expect(describeError(recordingCutShort('rec', 'EFBIG'))).toBe(
    `error HOST_REFUSED: The recording in rec ends early.
  why:  The file would be larger than allowed (EFBIG).
  next: What was written before is kept: autotune analyze rec. Record for a shorter time.`,
  )
  expect(describeError(cannotWriteTable('rec/symbol.arrow', 'EROFS'))).toBe(
    `error HOST_REFUSED: rec/symbol.arrow could not be written.
  why:  The file system is mounted read-only (EROFS).
  next: Nothing is lost: the next analysis computes it again.`,
  )
  expect(describeError(cannotRead('rec/manifest.json', 'EACCES'))).toBe(
    `error HOST_REFUSED: rec/manifest.json cannot be read.
  why:  Recordings can be read by their owner alone (EACCES).
  next: Run the same command with sudo, or give yourself the recording: sudo chown -R $USER DIR`,
  )
})

test('what is no recording is told apart: nothing, a perf.data file, another file, another folder', () => {
  expect(thrownBy(() => readRecording(directory))).toBe(
    `error BAD_INPUT: There is no recording at PARENT/rec.
  why:  No such file or folder (ENOENT).
  next: Check the path; autotune record -o DIR makes a recording.`,
  )
  writeFileSync(join(parent, 'perf.data'), 'PERFILE2 and more')
  expect(thrownBy(() => readRecording(join(parent, 'perf.data')))).toBe(
    `error BAD_INPUT: PARENT/perf.data is not a recording of autotune.
  why:  It is a perf.data file, written by perf record.
  next: Give the folder that autotune record -o DIR wrote.`,
  )
  writeFileSync(join(parent, 'notes'), '')
  expect(thrownBy(() => readRecording(join(parent, 'notes')))).toContain('It is a file; a recording is a folder.')
  expect(thrownBy(() => readRecording(parent))).toContain('It has no manifest.json.')
})

test('a recording of a newer version names that version; one without a sane version is damaged', () => {
  createRecording(directory, manifest).close({})
  const path = join(directory, 'manifest.json')
  const change = (changes: object) => writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }))

  change({ schemaVersion: schemaVersion + 1, autotuneVersion: '9.1.0', host: 'means something else then' })
  expect(thrownBy(() => readRecording(directory))).toBe(
    `error BAD_INPUT: The recording PARENT/rec was made by a newer version of autotune (9.1.0).
  why:  Its tables follow schema ${schemaVersion + 1}; this version knows schemas up to ${schemaVersion}.
  next: Analyze it with autotune 9.1.0 or newer, or record again with this version.`,
  )
  change({ autotuneVersion: '\u001b]0;owned\u0007' })
  const shown = thrownBy(() => readRecording(directory))
  expect(shown).toContain('PARENT/rec/manifest.json is damaged.')
  expect(shown).not.toContain('owned')
})

test('a damaged manifest or table is named with the reason', () => {
  const writer = createRecording(directory, manifest)
  writer.append('quality', quality('a'))
  writer.close({})
  const path = join(directory, 'manifest.json')
  const good = readFileSync(path, 'utf8')
  writeFileSync(path, good.replace('"cpuCount": 2', '"cpuCount": "two"'))
  expect(thrownBy(() => readRecording(directory))).toMatch(/manifest\.json is damaged\.\n {2}why: {2}host\.cpuCount: Invalid input/)
  writeFileSync(path, good.slice(0, 40))
  expect(thrownBy(() => readRecording(directory))).toContain('It is not JSON.')
  writeFileSync(path, good)

  writeFileSync(join(directory, 'quality.arrow'), 'no Arrow here')
  expect(thrownBy(() => readRecording(directory))).toContain('PARENT/rec/quality.arrow is damaged at byte 0')
})

test('a FIFO in the place of a table does not block', () => {
  createRecording(directory, manifest).close({})
  execFileSync('mkfifo', [join(directory, 'sample.arrow')])
  expect(thrownBy(() => readRecording(directory))).toContain('It is not a regular file.')
})

test('a table is appended to or written whole, not both', () => {
  const writer = createRecording(directory, manifest)
  writer.append('quality', quality('a'))
  expect(() => writer.writeTable('quality', quality('b'))).toThrow('Table quality is appended to.')
  writer.close({})
})

test('a log stands beside the tables, and goes with the recording it belongs to', () => {
  const writer = createRecording(directory, manifest)
  writer.writeLog('bpf-sched', 'R1 invalid mem access')
  writer.close({ complete: true })
  expect(readFileSync(join(directory, 'bpf-sched.log'), 'utf8')).toBe('R1 invalid mem access')
  createRecording(directory, manifest).close({ complete: true })
  expect(readdirSync(directory)).not.toContain('bpf-sched.log')
})
