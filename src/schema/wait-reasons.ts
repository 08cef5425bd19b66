/** What threads wait for: the values of wait.reason. */

/** Reasons of waits. */
export const waitReasons = [
  'futex',
  'kernelLock',
  'blockIo',
  'fsync',
  'pageFault',
  'poll',
  'socketSend',
  'socketReceive',
  'accept',
  'connect',
  'pipe',
  'sleep',
  'childWait',
  'signalWait',
  'fileLock',
  'reclaim',
  'memoryThrottle',
  'writebackThrottle',
  'ioUring',
  'message',
  'stopped',
  'kernelThread',
  'unknown',
] as const

/** Reason of a wait. */
export type WaitReason = (typeof waitReasons)[number]

const idleReasons: ReadonlySet<string> = new Set([
  'poll',
  'accept',
  'sleep',
  'childWait',
  'signalWait',
  'stopped',
  'kernelThread',
] satisfies WaitReason[])

/** Waits for work or for time to pass: no loss by themselves. */
export function isIdleWait(reason: string): boolean {
  return idleReasons.has(reason)
}
