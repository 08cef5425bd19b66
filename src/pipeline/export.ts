import { writeFileSync } from 'node:fs'
import { AutotuneError } from '../errors.ts'
import { linuxHost } from '../linux-host.ts'
import { formatCollapsed } from '../report/collapsed.ts'
import { readNamedRecording } from './analyzer.ts'
import type { Outcome } from './diagnose.ts'

/** Options of `autotune export`. */
export interface ExportOptions {
  readonly output?: string
  readonly all?: boolean
}

/** A recording in another format, to stdout or a file. */
export function exportCommand(directory: string, { output, all }: ExportOptions): Outcome {
  const { tables } = readNamedRecording(linuxHost(), directory)
  const text = formatCollapsed(tables, { all: all === true })
  if (output === undefined) return { output: text, remarks: [], exitStatus: 0 }
  try {
    writeFileSync(output, text, { mode: 0o600 })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new AutotuneError({
      code: 'HOST_REFUSED',
      what: `${output} could not be written.`,
      why,
      next: 'Leave -o out to get the result on stdout.',
      cause: error,
    })
  }
  return { output: '', remarks: [], exitStatus: 0 }
}
