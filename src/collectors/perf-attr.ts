/**
 * struct perf_event_attr as bytes. Layout: include/uapi/linux/perf_event.h, PERF_ATTR_SIZE_VER8 (136 bytes),
 * little-endian: u32 type 0, u32 size 4, u64 config 8, u64 sample_period or sample_freq 16, u64 sample_type 24,
 * u64 read_format 32, u64 flag bits 40, u32 wakeup 48, s32 clockid 92, u16 sample_max_stack 108.
 */

const ATTR_BYTES = 136

export const PerfType = { Hardware: 0, Software: 1, Tracepoint: 2, Breakpoint: 5 } as const
export const SoftwareEvent = { CpuClock: 0, Dummy: 9 } as const
export const HardwareEvent = {
  Cycles: 0,
  Instructions: 1,
  CacheReferences: 2,
  CacheMisses: 3,
  Branches: 4,
  BranchMisses: 5,
  StalledFrontend: 7,
  StalledBackend: 8,
} as const

/** PERF_SAMPLE_*: which fields a sample record has. */
export const SampleField = { Tid: 2, Time: 4, Callchain: 32, Raw: 1024, UserRegisters: 4096, UserStack: 8192 } as const

/** PERF_FORMAT_*: what read(2) gives after the value. */
export const ReadFormat = { TimeEnabled: 1, TimeRunning: 2, Lost: 16 } as const

/** ioctl requests, include/uapi/linux/perf_event.h. */
export const PerfIoctl = { Enable: 0x2400, Disable: 0x2401, SetOutput: 0x2405, PauseOutput: 0x40042409 } as const

/** PERF_FLAG_FD_CLOEXEC. */
export const OPEN_CLOEXEC = 8

const CLOCK_MONOTONIC = 1

const flagBits = {
  disabled: 0,
  inherit: 1,
  excludeKernel: 5,
  excludeHypervisor: 6,
  excludeIdle: 7,
  comm: 9,
  frequency: 10,
  enableOnExec: 12,
  task: 13,
  watermark: 14,
  sampleIdAll: 18,
  excludeCallchainKernel: 21,
  excludeCallchainUser: 22,
  mmap2: 23,
  mmap: 8,
  commExec: 24,
  useClockId: 25,
  writeBackward: 27,
} as const

/** One bit of perf_event_attr. */
export type PerfFlag = keyof typeof flagBits

/** What to count or sample, and how. */
export interface PerfAttr {
  readonly type: number
  readonly config: number
  readonly flags: readonly PerfFlag[]
  readonly frequencyHz?: number
  /** Events between two records; for those without a frequency. */
  readonly period?: number
  readonly sampleType?: number
  readonly readFormat?: number
  readonly watermarkBytes?: number
  /** Mask of registers, and bytes of stack, that samples get with the fields UserRegisters and UserStack. */
  readonly userRegisters?: bigint
  readonly stackDumpBytes?: number
}

/** The bytes perf_event_open(2) takes. Times are CLOCK_MONOTONIC. */
export function encodeAttr(attr: PerfAttr): Uint8Array {
  const bytes = new Uint8Array(ATTR_BYTES)
  const view = new DataView(bytes.buffer)
  const flags: PerfFlag[] = [...attr.flags, 'useClockId']
  if (attr.frequencyHz !== undefined) flags.push('frequency')
  if (attr.watermarkBytes !== undefined) flags.push('watermark')
  view.setUint32(0, attr.type, true)
  view.setUint32(4, ATTR_BYTES, true)
  view.setBigUint64(8, BigInt(attr.config), true)
  view.setBigUint64(16, BigInt(attr.frequencyHz ?? attr.period ?? 0), true)
  view.setBigUint64(24, BigInt(attr.sampleType ?? 0), true)
  view.setBigUint64(32, BigInt(attr.readFormat ?? 0), true)
  view.setBigUint64(
    40,
    flags.reduce((bits, flag) => bits | (1n << BigInt(flagBits[flag])), 0n),
    true,
  )
  view.setUint32(48, attr.watermarkBytes ?? 0, true)
  view.setBigUint64(80, attr.userRegisters ?? 0n, true)
  view.setUint32(88, attr.stackDumpBytes ?? 0, true)
  view.setInt32(92, CLOCK_MONOTONIC, true)
  return bytes
}
