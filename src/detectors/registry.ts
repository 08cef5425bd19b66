import { cgroupSeries } from './cgroup-series.ts'
import { cgroupThrottling } from './cgroup-throttling.ts'
import { changePoint } from './change-point.ts'
import { clockFrequency } from './clock-frequency.ts'
import { codeFamily } from './code-family.ts'
import { competitor } from './competitor.ts'
import { configuration } from './configuration.ts'
import { connectionChurn } from './connection-churn.ts'
import { cpuSaturation } from './cpu-saturation.ts'
import { cpuSeries } from './cpu-series.ts'
import { delayedAck } from './delayed-ack.ts'
import type { Detector } from './detector.ts'
import { deviceWait } from './device-wait.ts'
import { diskSeries } from './disk-series.ts'
import { downstreamWait } from './downstream-wait.ts'
import { durableWrites } from './durable-writes.ts'
import { eventLoop } from './event-loop.ts'
import { faultChurn } from './fault-churn.ts'
import { forkExec } from './fork-exec.ts'
import { futexContention } from './futex-contention.ts'
import { hotPath } from './hot-path.ts'
import { interfaceSeries } from './interface-series.ts'
import { interruptLoad } from './interrupt-load.ts'
import { ioPressure } from './io-pressure.ts'
import { kernelLockContention } from './kernel-lock-contention.ts'
import { kernelTime } from './kernel-time.ts'
import { latencyTail } from './latency-tail.ts'
import { listenOverflow } from './listen-overflow.ts'
import { machineSeries } from './machine-series.ts'
import { majorFaults } from './major-faults.ts'
import { memoryGrowth } from './memory-growth.ts'
import { memoryPressure } from './memory-pressure.ts'
import { metadataStorm } from './metadata-storm.ts'
import { outlierSlices } from './outlier-slices.ts'
import { periodicStall } from './periodic-stall.ts'
import { phases } from './phases.ts'
import { pingPong } from './ping-pong.ts'
import { pinnedThreads } from './pinned-threads.ts'
import { processorCounters } from './processor-counters.ts'
import { reclaim } from './reclaim.ts'
import { remoteWait } from './remote-wait.ts'
import { retransmits } from './retransmits.ts'
import { scalingLimit } from './scaling-limit.ts'
import { serialThread } from './serial-thread.ts'
import { signalStorm } from './signal-storm.ts'
import { sleepPolling } from './sleep-polling.ts'
import { smallIo } from './small-io.ts'
import { smallPackets } from './small-packets.ts'
import { spinning } from './spinning.ts'
import { stealTime } from './steal-time.ts'
import { syscallStorm } from './syscall-storm.ts'
import { threadGrowth } from './thread-growth.ts'
import { threadRole } from './thread-role.ts'
import { waitFamily } from './wait-family.ts'
import { writebackThrottling } from './writeback-throttling.ts'

/** Every detector there is, in the order they run. */
export const detectors: readonly Detector[] = [
  hotPath,
  cpuSaturation,
  serialThread,
  kernelTime,
  interruptLoad,
  stealTime,
  cgroupThrottling,
  memoryPressure,
  ioPressure,
  competitor,
  futexContention,
  kernelLockContention,
  downstreamWait,
  pinnedThreads,
  spinning,
  sleepPolling,
  pingPong,
  durableWrites,
  deviceWait,
  smallIo,
  writebackThrottling,
  majorFaults,
  reclaim,
  faultChurn,
  syscallStorm,
  metadataStorm,
  forkExec,
  signalStorm,
  connectionChurn,
  listenOverflow,
  retransmits,
  smallPackets,
  delayedAck,
  remoteWait,
  changePoint,
  phases,
  outlierSlices,
  periodicStall,
  latencyTail,
  scalingLimit,
  memoryGrowth,
  threadGrowth,
  codeFamily,
  waitFamily,
  eventLoop,
  threadRole,
  processorCounters,
  clockFrequency,
  configuration,
  machineSeries,
  cpuSeries,
  diskSeries,
  interfaceSeries,
  cgroupSeries,
]
