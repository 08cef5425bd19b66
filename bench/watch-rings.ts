/** Parts of bench/watch.mjs that measure the recorder itself: `PART ROUNDS FOLDER`. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeFlight, FlightType } from '../src/collectors/bpf/flight-record.ts'
import { type FlightOptions, type FlightRecorder, openFlight } from '../src/collectors/bpf/flight-recorder.ts'
import { flightTable } from '../src/collectors/bpf/flight-table.ts'
import { sumWindow } from '../src/collectors/bpf/flight-window.ts'
import { WaitNaming } from '../src/collectors/bpf/wait-naming.ts'
import { readHostFacts } from '../src/collectors/host-facts.ts'
import { readOnlineCpus } from '../src/collectors/online-cpus.ts'
import { linuxWatchHost } from '../src/linux-watch-host.ts'
import { createRecording } from '../src/recording.ts'
import { schemaVersion } from '../src/schema.ts'

const [part, , folder] = process.argv.slice(2)
const host = linuxWatchHost()
const say = (text: string): void => void process.stdout.write(`${text}\n`)

function open(options: Partial<FlightOptions> = {}): FlightRecorder {
  const opened = openFlight(host, {
    skeletonFolder: 'src/collectors/bpf/out',
    architecture: process.arch,
    memoryBytes: 64 << 20,
    cpus: readOnlineCpus(host),
    scope: 'targets',
    targetPids: [process.pid],
    rules: [],
    freezes: 'later',
    syscalls: 'none',
    slowNs: 1e6,
    frequencyHz: 99,
    probes: [],
    ...options,
  })
  if ('reason' in opened) throw new Error(opened.reason)
  return opened
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it is over
  }
}

/** From the trigger's own event to the last event that is still in the frozen set, on any CPU, while both CPUs are busy. */
async function measureDelay(freezes: FlightOptions['freezes']): Promise<void> {
  const rule = { kind: 'exit', subject: 0, low: 7, high: 7, isInverted: false, minNs: 0 } as const
  const flight = open({ rules: [rule], freezes })
  const load = spawn('perf', ['bench', 'sched', 'messaging', '-g', '1', '-l', '1000000'], { stdio: 'ignore', detached: true })
  const stopLoad = (): void => endGroup(load.pid)
  process.on('exit', stopLoad)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const frozenAfter: number[] = []
  const armedAfter: number[] = []
  const copiedAfter: number[] = []
  let lastNs: bigint | undefined
  for (let turn = 0; turn < 200; turn++) {
    flight.arm()
    const child = spawn('sh', ['-c', 'exit 7'], { stdio: 'ignore' })
    for (;;) {
      await host.pollLater([{ fd: flight.firedFd, wait: 'data' }], 1000)
      const [fired] = flight.takeFired()
      if (fired === undefined) continue
      const frozen = flight.freeze()
      const last = decodeFlight(frozen.regions, fired.timeNs).timeNs.at(-1) ?? Number.NaN
      frozenAfter.push(Math.max(0, last))
      copiedAfter.push(frozen.busyNs)
      const next = lastNs === undefined ? undefined : decodeFlight(frozen.regions, lastNs)
      if (next !== undefined && next.overwrittenCount === 0) armedAfter.push(Math.max(0, next.timeNs[0]))
      lastNs = frozen.frozenNs
      break
    }
    if (child.exitCode === null) await new Promise(resolve => child.once('exit', resolve))
  }
  // its senders and receivers outlive it: the whole group goes
  endGroup(load.pid)
  process.off('exit', stopLoad)
  flight.close()
  const ms = (ns: number): string => `${(ns / 1e6).toFixed(3)} ms`
  say(
    `trigger → frozen, ${freezes}: median ${ms(quantile(frozenAfter, 0.5))}, p99 ${ms(quantile(frozenAfter, 0.99))}, of ${frozenAfter.length}`,
  )
  say(`freeze → first event in the other set: median ${ms(quantile(armedAfter, 0.5))}, p99 ${ms(quantile(armedAfter, 0.99))}`)
  say(`freeze → this one copied and cleared: median ${ms(quantile(copiedAfter, 0.5))}, p99 ${ms(quantile(copiedAfter, 0.99))}`)
}

/** Calls getppid(2) at a rate, in steps of a millisecond. */
const paced = `#include <time.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/syscall.h>
int main(int n, char **a) { long rate = atol(a[1]) / 1000; struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); long ms = atol(a[2]) * 1000;
 for (; ms > 0; ms--) { for (long i = 0; i < rate; i++) syscall(SYS_getppid); t.tv_nsec += 1000000; if (t.tv_nsec >= 1000000000) { t.tv_nsec -= 1000000000; t.tv_sec++; }
 clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, 0); } }`

function measureHistory(): void {
  const program = join(folder, 'paced')
  writeFileSync(`${program}.c`, paced)
  execFileSync('gcc', ['-O2', '-o', program, `${program}.c`])
  for (const rate of [10_000, 100_000, 500_000]) {
    const memoryBytes = rate > 50_000 ? 8 << 20 : 2 << 20
    const flight = open({ syscalls: 'all', memoryBytes, frequencyHz: 0 })
    spawnSync('taskset', ['-c', '1', program, String(rate), '4'])
    const frozen = flight.freeze()
    const events = decodeFlight(frozen.regions, frozen.openedNs)
    const elapsedSec = Number(frozen.frozenNs - frozen.openedNs) / 1e9
    const region = frozen.regions[1] ?? frozen.regions[0]
    const perSec = region.written / elapsedSec
    const times = [...events.timeNs.keys()].filter(row => events.cpu[row] === region.cpu).map(row => events.timeNs[row])
    const historySec = ((times.at(-1) ?? 0) - times[0]) / 1e9
    const regionMiB = region.words.byteLength / 2 ** 20
    flight.close()
    say(
      `${Math.round(perSec)} events/s on a CPU: ${historySec.toFixed(2)} s in a region of ${regionMiB.toFixed(2)} MiB: ${(historySec / regionMiB).toFixed(3)} s per MiB of one set; ${events.overwrittenCount} overwritten`,
    )
  }
}

function measureDecode(): void {
  const flight = open({ memoryBytes: 64 << 20 })
  spawnSync('perf', ['bench', 'sched', 'messaging', '-g', '4', '-l', '1500'])
  const frozen = flight.freeze()
  const timed = <Result>(name: string, run: () => Result): Result => {
    const start = performance.now()
    const result = run()
    const ms = performance.now() - start
    say(`${name}: ${ms.toFixed(0)} ms`)
    return result
  }
  const events = timed('decode and merge', () => decodeFlight(frozen.regions, frozen.openedNs))
  say(`  ${events.length} events, of which ${[...events.type].filter(type => type === FlightType.Switch).length} switches`)
  timed('sums of waits, queues, ledger', () => sumWindow(events, { fromNs: 0, toNs: events.timeNs.at(-1) ?? 0 }))
  const naming = new WaitNaming(host, { syscalls: { nameOf: new Map(), numberOf: new Map() }, kernelFunction: () => undefined })
  naming.beginSlice(new Map())
  const text = (number: number): string => String(number)
  const sources = { fromNs: 0, toNs: 1e12, naming, processRowAt: () => 0, errnoName: text, callName: text, probeName: text }
  const table = timed('rows of event', () => flightTable(events, sources))
  const directory = join(folder, 'recording')
  timed('written to disk', () => {
    const writer = createRecording(directory, {
      schemaVersion,
      autotuneVersion: '0',
      createdAt: '',
      bootId: '',
      startNs: frozen.openedNs,
      durationNs: 1,
      complete: false,
      target: { kind: 'machine' },
      host: readHostFacts(host),
      sampling: undefined,
      unavailable: [],
      commandExitStatus: undefined,
      cost: { cpuRatio: Number.NaN, cpuNs: Number.NaN, rssBytes: 0 },
    })
    writer.writeTable('event', table)
    writer.close({ complete: true })
  })
  rmSync(directory, { recursive: true })
  flight.close()
}

if (part === 'delay') {
  await measureDelay('at-once')
  await measureDelay('later')
} else if (part === 'history') measureHistory()
else if (part === 'decode') measureDecode()
else throw new Error(`There is no part ${part}: cost, delay, history, decode.`)
process.exit(0)
