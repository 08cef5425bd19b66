/** Kinds of locks of the kernel that say when they are contended. */
export type LockKind = 'mutex' | 'rwsemRead' | 'rwsemWrite' | 'rtMutex' | 'percpuRwsem' | 'spin'

/** From LCB_F_*, include/trace/events/lock.h. */
export function lockKind(flags: number): LockKind {
  if (flags & 32) return 'mutex'
  if (flags & 16) return 'percpuRwsem'
  if (flags & 8) return 'rtMutex'
  if (flags & 4) return 'rwsemWrite'
  if (flags & 2) return 'rwsemRead'
  return 'spin'
}
