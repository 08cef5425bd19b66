/** What a wait is good for: whether it is a loss at all, and whether whoever ended it is to be followed. */

/** What time is lost to in the end. */
export const causeKinds = ['computing', 'runQueue', 'throttled', 'device', 'memory', 'remote', 'timer', 'sleep', 'idle', 'unknown'] as const

/** Kind of a cause. */
export type CauseKind = (typeof causeKinds)[number]

interface ReasonFacts {
  /** For work, for input, or for time to pass: no loss by itself. */
  readonly idle: boolean
  /** What it is due to whoever wakes it; undefined when the waker is to be followed. */
  readonly cause?: CauseKind
  /** What it is due to when an interrupt ends it. */
  readonly interrupt: CauseKind
}

const followed: ReasonFacts = { idle: false, interrupt: 'unknown' }
const idle: ReasonFacts = { idle: true, interrupt: 'idle' }
const device: ReasonFacts = { idle: false, cause: 'device', interrupt: 'device' }
const memory: ReasonFacts = { idle: false, cause: 'memory', interrupt: 'memory' }
const network: ReasonFacts = { idle: false, interrupt: 'remote' }

/**
 * By reason (the list of src/collectors/wait-reason.ts). Waits within the kernel for a device are the thread's own, whoever
 * completes them: Perfetto's rule of two critical paths.
 */
const factsOf: Readonly<Record<string, ReasonFacts>> = {
  futex: { idle: false, interrupt: 'timer' },
  kernelLock: followed,
  blockIo: device,
  fsync: device,
  pageFault: device,
  poll: idle,
  socketSend: network,
  socketReceive: network,
  accept: idle,
  connect: network,
  pipe: followed,
  sleep: { idle: true, cause: 'sleep', interrupt: 'sleep' },
  childWait: idle,
  signalWait: idle,
  fileLock: followed,
  reclaim: memory,
  memoryThrottle: memory,
  writebackThrottle: device,
  ioUring: { idle: false, interrupt: 'device' },
  message: { idle: false, interrupt: 'timer' },
  stopped: { ...idle, cause: 'idle' },
  kernelThread: { ...idle, cause: 'idle' },
  unknown: followed,
}

/** Waits for work or for time to pass: no loss by themselves. */
export function isIdleReason(reason: string | undefined): boolean {
  return factsOf[reason ?? 'unknown']?.idle ?? false
}

/** What a wait is due to when nobody is to be followed; undefined when its waker is. */
export function causeOfWait(reason: string | undefined, wakerKind: string | undefined): CauseKind | undefined {
  const facts = factsOf[reason ?? 'unknown'] ?? followed
  if (facts.cause !== undefined) return facts.cause
  if (wakerKind === 'interrupt') return facts.interrupt
  return wakerKind === 'thread' ? undefined : 'unknown'
}
