import { z } from 'zod'
import { type Manifest, schemaVersion, type TableName, tables } from '../schema.ts'
import { damagedFile, newerRecording } from './errors.ts'

/** manifest.json as text: a recording's start as decimal string, as JSON has no 64-bit numbers. */
export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, startNs: String(manifest.startNs) }, undefined, 2)}\n`
}

/** Checks and reads manifest.json. directory is the recording, path the file, both for errors. */
export function parseManifest(text: string, { directory, path }: { directory: string; path: string }): Manifest {
  const json = parseJson(text)
  if (json === undefined) throw damagedFile(path, 'It is not JSON.')
  const version = versionShape.safeParse(json)
  if (!version.success) throw damagedFile(path, describeIssue(version.error))
  if (version.data.schemaVersion > schemaVersion) {
    throw newerRecording(directory, {
      version: version.data.autotuneVersion,
      schemaVersion: version.data.schemaVersion,
      known: schemaVersion,
    })
  }
  const manifest = manifestShape.safeParse(json)
  if (!manifest.success) throw damagedFile(path, describeIssue(manifest.error))
  return manifest.data
}

/** Whether a text is a manifest of any version of autotune: then the folder it lies in may be replaced. */
export function isManifest(text: string): boolean {
  return versionShape.safeParse(parseJson(text)).success
}

/** Undefined when it is no JSON. The parser's own message would quote the file, which may be hostile to terminals. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues
  return issue.path.length === 0 ? `${issue.message}.` : `${issue.path.join('.')}: ${issue.message}.`
}

/** What every version of autotune, past and future, writes. The version is shown to people, so it is kept plain. */
const versionShape = z.object({
  schemaVersion: z.int().min(1),
  autotuneVersion: z.string().regex(/^[\w.+-]{1,64}$/),
})

const count = z.int().min(0)
const nanoseconds = z.number().min(0)
const pid = z.int().min(0)
/** Not measured: NaN, for which JSON has null. */
const measured = z
  .number()
  .nullable()
  .transform(value => value ?? Number.NaN)

const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('machine') }),
  z.object({ kind: z.literal('pid'), pid }),
  z.object({ kind: z.literal('comm'), comm: z.string() }),
  z.object({ kind: z.literal('cgroup'), path: z.string() }),
  z.object({ kind: z.literal('command'), command: z.array(z.string()), pid: absent(pid) }),
])

const host = z.object({
  hostname: z.string(),
  kernelRelease: z.string(),
  architecture: z.string(),
  cpuModel: z.string(),
  cpuCount: count,
  memoryBytes: z.number().min(0),
  virtualization: absent(z.string()),
  uid: count,
  perfEventParanoid: absent(z.int()),
  kptrRestrict: absent(z.int()),
})

const sampling = z.object({
  event: z.enum(['cpu-clock', 'cycles']),
  frequencyHz: z.number().min(0),
  scope: z.enum(['machine', 'target']),
  kernel: z.boolean(),
  stackDumpBytes: absent(count),
})

const unavailable = z.object({
  topic: z.string(),
  tables: z.array(z.enum(Object.keys(tables) as [TableName, ...TableName[]])),
  series: z.array(z.string()),
  reason: z.string(),
  remedy: z.string(),
})

const manifestShape: z.ZodType<Manifest> = versionShape.extend({
  createdAt: z.iso.datetime(),
  bootId: absent(z.string()),
  startNs: z
    .string()
    .regex(/^\d{1,19}$/)
    .transform(BigInt),
  durationNs: nanoseconds,
  complete: z.boolean(),
  target,
  host,
  sampling: absent(sampling),
  unavailable: z.array(unavailable),
  commandExitStatus: absent(count),
  cost: z.object({ cpuRatio: measured, cpuNs: measured, rssBytes: measured }),
})

/** A value that is undefined here and missing in the file. */
function absent<Shape extends z.ZodType>(shape: Shape): z.ZodType<z.output<Shape> | undefined> {
  return z.optional(shape)
}
