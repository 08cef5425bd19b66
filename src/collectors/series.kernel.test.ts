import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { linuxHost } from '../linux-host.ts'
import { ThreadState } from '../schema.ts'
import { readProcess } from './proc-snapshot.ts'
import { cgroupDirectory, readCgroupMounts } from './series/cgroup-mounts.ts'
import { openSeries } from './series.ts'
import { checkTarget } from './target.ts'
import { openThreadTime } from './thread-time.ts'

const host = linuxHost()
const path = `/autotune-test-${process.pid}`
const directories = makeQuota()
if (directories === undefined)
  process.stderr.write('skipped: throttling by a CPU quota (making a cgroup needs root and the cpu controller)\n')

let child: ChildProcess | undefined

afterAll(async () => {
  const busy = child
  if (busy !== undefined) await new Promise(resolve => busy.once('close', resolve).kill('SIGKILL'))
  for (const directory of directories ?? []) rmdirSync(directory)
})

/** A cgroup that may use half a CPU; its directories, or undefined where that is not allowed. */
function makeQuota(): string[] | undefined {
  const { v1, v2 } = readCgroupMounts(host)
  const mounts = [...new Set([v1.get('cpu') ?? v2, v1.get('cpuacct')])].filter(mount => mount !== undefined)
  const made = mounts.map(mount => cgroupDirectory(mount, path)).filter(directory => directory !== undefined)
  try {
    for (const directory of made) mkdirSync(directory)
    writeFileSync(v1.has('cpu') ? `${made[0]}/cpu.cfs_quota_us` : `${made[0]}/cpu.max`, '50000')
    return made
  } catch {
    for (const directory of made) removeQuietly(directory)
    return undefined
  }
}

function removeQuietly(directory: string): void {
  try {
    rmdirSync(directory)
  } catch {
    // it was never made
  }
}

/** Waits for the kernel to say so, 20 s at most. */
async function until(condition: () => boolean): Promise<void> {
  const deadlineNs = host.monotonicNs() + 20_000_000_000n
  while (!condition()) {
    if (host.monotonicNs() > deadlineNs) throw new Error('The kernel did not get there in 20 s.')
    await new Promise(resolve => setImmediate(resolve))
  }
}

test.skipIf(directories === undefined)('a busy loop with half a CPU of quota: usage, throttling and its thread times', async () => {
  child = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })
  const pid = child.pid ?? 0
  for (const directory of directories ?? []) writeFileSync(`${directory}/cgroup.procs`, String(pid))
  const throttledCount = () => Number(/nr_throttled (\d+)/.exec(readFileSync(`${directories?.[0]}/cpu.stat`, 'utf8'))?.[1])

  const startNs = host.monotonicNs()
  const now = () => Number(host.monotonicNs() - startNs)
  const series = openSeries(host, { cgroups: () => [path] })
  const threadTime = openThreadTime(host, { pids: () => [pid], processRowOf: () => 0 })
  series.collectSlow(now())
  threadTime.collect(now())
  const before = throttledCount()
  await until(() => throttledCount() >= before + 10)
  const readings = series.collectSlow(now())
  const rows = threadTime.collectLast(now())

  const value = (name: string) => readings.find(reading => reading.name === name && reading.subject === path)?.value
  expect(value('cgroup.quotaCpus')).toBe(0.5)
  expect(value('cgroup.cpuUsageCpus')).toBeGreaterThan(0.2)
  expect(value('cgroup.cpuUsageCpus')).toBeLessThan(0.8)
  expect(value('cgroup.throttledPeriodPerSec')).toBeGreaterThan(1)
  expect(value('cgroup.throttledCpus')).toBeGreaterThan(0.1)
  const ran = rows.find(row => row.state === ThreadState.Running)
  expect((ran?.ns ?? 0) / (ran?.durationNs ?? 1)).toBeGreaterThan(0.2)
  expect(readProcess(host, pid)?.cgroup).toBe(path)
  expect(checkTarget(host, { kind: 'cgroup', path: `${directories?.[0]}` })).toEqual({ kind: 'cgroup', path })
})

test('every reading of this machine is a number that is not negative', async () => {
  const series = openSeries(host, { cgroups: () => ['/'] })
  const round = (timeNs: number) => [...series.collectFast(timeNs), ...series.collectSlow(timeNs)]
  round(0)
  const readings = round(1e9)
  expect(readings.length).toBeGreaterThan(20)
  for (const { name, value } of readings) expect(value, name).toBeGreaterThanOrEqual(0)
})
