import { cgroupThrottling } from './cgroup-throttling.ts'
import { competitor } from './competitor.ts'
import { cpuSaturation } from './cpu-saturation.ts'
import type { Detector } from './detector.ts'
import { hotPath } from './hot-path.ts'
import { interruptLoad } from './interrupt-load.ts'
import { ioPressure } from './io-pressure.ts'
import { kernelTime } from './kernel-time.ts'
import { memoryPressure } from './memory-pressure.ts'
import { serialThread } from './serial-thread.ts'
import { stealTime } from './steal-time.ts'

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
]
