/** The eBPF collectors alone: how long drains take, as JSON, after so many seconds. Bundled and run by growth.mjs. */
import { openBpf } from '../src/collectors/bpf/collector.ts'
import { linuxBpfHost } from '../src/linux-bpf-host.ts'
import { linuxHost } from '../src/linux-host.ts'

const [seconds, skeletonFolder] = [Number(process.argv[2]), process.argv[3]]
const host = linuxBpfHost(linuxHost())
const collector = openBpf(host, { skeletonFolder, architecture: process.arch })
collector.openWindow(false)
const drainMs: number[] = []
const ledgerMs: number[] = []
let rows = 0
for (let tick = 1; tick <= seconds * 10; tick++) {
  await new Promise(resolve => setTimeout(resolve, 100))
  const before = performance.now()
  if (tick % 10 !== 0) {
    collector.drainLedger()
    ledgerMs.push(performance.now() - before)
    continue
  }
  const slice = collector.drain()
  drainMs.push(performance.now() - before)
  rows = Math.max(rows, slice.waits.length)
}
collector.close()
process.stdout.write(JSON.stringify({ drainMs, ledgerMs, rows }))
