import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { linuxWatchHost } from '../../linux-watch-host.ts'
import { readRecording } from '../../recording.ts'
import { decodeFlight, FlightType } from '../bpf/flight-record.ts'
import type { FlightRecorder } from '../bpf/flight-recorder.ts'
import { openOverwriteRings } from './overwrite-rings.ts'

const host = linuxWatchHost()
let recorder: FlightRecorder | undefined
afterEach(() => recorder?.close())

function open(memoryBytes: number): FlightRecorder {
  const opened = openOverwriteRings(host, { memoryBytes, cpus: [0, 1], frequencyHz: 99 })
  if ('reason' in opened) throw new Error(opened.reason)
  recorder = opened
  return opened
}

const isRoot = process.getuid?.() === 0
if (!isRoot) process.stderr.write('skipped: perf overwrite rings need root\n')

describe.runIf(isRoot)('rings without eBPF', () => {
  test('hold switches, wakings, forks, names and ends of a program, in order', () => {
    const flight = open(8 << 20)
    const startNs = host.monotonicNs()
    const { pid } = spawnSync('sh', ['-c', 'sleep 0.05; true'])
    const events = decodeFlight(flight.freeze().regions, startNs)
    const rows = [...events.pid.keys()].filter(row => events.pid[row] === pid)
    const types = new Set(rows.map(row => events.type[row]))
    const { Switch, Waking, Exec, Exit } = FlightType
    expect([...types]).toEqual(expect.arrayContaining([Switch, Waking, Exec, Exit]))
    expect(rows.map(row => events.comms.get(row)).filter(name => name !== undefined)).toEqual(['sh'])
    expect(events.timeNs.every((time, row) => row === 0 || time >= events.timeNs[row - 1])).toBe(true)
  })

  test('count what was overwritten, keep the newest, and give out each record once', () => {
    const flight = open(1 << 20)
    const startNs = host.monotonicNs()
    spawnSync('perf', ['bench', 'sched', 'pipe', '-l', '20000'])
    const first = decodeFlight(flight.freeze().regions, startNs)
    expect(first.overwrittenCount).toBeGreaterThan(1000)
    expect(first.completeFromNs).toBeGreaterThan(0)
    const lastNs = first.timeNs.at(-1) ?? 0
    const second = decodeFlight(flight.freeze().regions, startNs)
    expect(second.timeNs[0]).toBeGreaterThan(lastNs)
    expect(second.overwrittenCount).toBe(0)
  })

  test('serve watch where eBPF is refused', () => {
    const folder = mkdtempSync('/var/tmp/overwrite-test-')
    try {
      const kept = join(folder, 'kept')
      const watch = [
        process.execPath,
        'dist/cli.js',
        'watch',
        '--when',
        'exit == 3',
        '--output',
        kept,
        '--',
        'sh',
        '-c',
        'sleep 0.2; exit 3',
      ]
      const { stderr, stdout } = spawnSync('setpriv', ['--bounding-set', '-bpf,-sys_admin', '--inh-caps', '-bpf,-sys_admin', ...watch], {
        encoding: 'utf8',
      })
      expect(stderr).toContain('What is kept holds switches, wakings and samples from perf events')
      expect(stdout).toContain('1 windows kept')
      const name = readdirSync(kept).find(entry => /^\d+$/.test(entry)) ?? ''
      const { tables } = readRecording(join(kept, name))
      expect(tables.wait?.length).toBeGreaterThan(0)
      expect(tables.event?.length).toBeGreaterThan(10)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
