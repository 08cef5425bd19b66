import { join } from 'node:path'
import type { TableName } from '../schema.ts'

/** Largest manifest.json that is read. */
export const manifestBytes = 4 << 20

/** The manifest of a recording. */
export function manifestPath(directory: string): string {
  return join(directory, 'manifest.json')
}

/** The file of one table. */
export function tablePath(directory: string, name: TableName): string {
  return join(directory, `${name}.arrow`)
}

/** A log that is kept beside the tables. */
export function logPath(directory: string, name: string): string {
  return join(directory, `${name}.log`)
}

/** Whether a file of a recording is a log of ours: an older recording's go when it is replaced. */
export function isLogName(name: string): boolean {
  return /^bpf-[a-z]+\.log$/.test(name)
}
