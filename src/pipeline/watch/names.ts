import { constants } from 'node:os'
import { syscallNames } from '../../collectors/syscall-names.ts'

// asked for every event of a window: read once
const errnoNames = namesOf(constants.errno)
const signalNames = namesOf(constants.signals)
const callNames = syscallNames(process.arch)?.nameOf ?? new Map<number, string>()

/** What the kernel says to itself where a signal interrupts a call, include/linux/errno.h: the program sees EINTR, or the call again. */
const FIRST_RESTART = 512
const LAST_RESTART = 516

/** 24 → "EMFILE". */
export function errnoName(errno: number): string {
  if (errno >= FIRST_RESTART && errno <= LAST_RESTART) return 'EINTR'
  return errnoNames.get(errno) ?? `error ${errno}`
}

/** 11 → "SIGSEGV". */
export function signalName(signal: number): string {
  return signalNames.get(signal) ?? `signal ${signal}`
}

/** 257 → "openat". */
export function callName(number: number): string {
  return callNames.get(number) ?? `system call ${number}`
}

/** The first name of each number. */
function namesOf(numbers: object): ReadonlyMap<number, string> {
  return new Map(
    Object.entries(numbers)
      .reverse()
      .map(([name, number]) => [number, name]),
  )
}
