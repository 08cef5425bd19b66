import { constants } from 'node:os'

/** 24 → "EMFILE". */
export function errnoName(errno: number): string {
  return nameIn(constants.errno, errno) ?? `error ${errno}`
}

/** 11 → "SIGSEGV". */
export function signalName(signal: number): string {
  return nameIn(constants.signals, signal) ?? `signal ${signal}`
}

function nameIn(names: object, value: number): string | undefined {
  return Object.entries(names).find(([, number]) => number === value)?.[0]
}
