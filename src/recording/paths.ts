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
