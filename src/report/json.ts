import { z } from 'zod'
import { culpritKinds, type Diagnosis, findingClasses, type TableName, tables } from '../schema.ts'

/** A number that may not have been measured: null in JSON, NaN in memory. */
const measured = z
  .number()
  .nullable()
  .transform(value => value ?? Number.NaN)
/** Something a host may not tell: null in JSON, undefined in memory. */
const told = <T extends z.ZodType>(schema: T) => schema.nullable().transform(value => value ?? undefined)

const interval = { estimate: measured, low: measured, high: measured }

const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('machine') }),
  z.object({ kind: z.literal('pid'), pid: z.number() }),
  z.object({ kind: z.literal('comm'), comm: z.string() }),
  z.object({ kind: z.literal('cgroup'), path: z.string() }),
  z.object({ kind: z.literal('command'), command: z.array(z.string()), pid: told(z.number()) }),
])

const host = z.object({
  hostname: z.string(),
  kernelRelease: z.string(),
  architecture: z.string(),
  cpuModel: z.string(),
  cpuCount: z.number(),
  memoryBytes: measured,
  virtualization: told(z.string()),
  uid: z.number(),
  perfEventParanoid: told(z.number()),
  kptrRestrict: told(z.number()),
})

const finding = z.object({
  id: z.string(),
  class: z.enum(findingClasses),
  rule: z.string(),
  title: z.string(),
  subject: z.string(),
  score: z.number().min(0).max(100),
  share: z.object(interval),
  gain: z
    .object({ ...interval, method: z.string(), half: z.object(interval).exactOptional(), next: z.string().exactOptional() })
    .exactOptional(),
  gainNotEstimated: z.string().exactOptional(),
  when: z.string().exactOptional(),
  culprits: z.array(z.object({ kind: z.enum(culpritKinds), name: z.string(), share: measured })),
  evidence: z.array(z.string()),
  why: z.string(),
  next: z.array(z.string()),
  undo: z.array(z.string()).exactOptional(),
  symptoms: z.array(z.string()).exactOptional(),
  experimental: z.boolean().exactOptional(),
  hint: z.boolean().exactOptional(),
  overrides: z.string().exactOptional(),
})

const tableNames = Object.keys(tables) as [TableName, ...TableName[]]

/**
 * What `--format json` prints, for programs that read it. docs/JSON.md describes it. Parsing gives back a Diagnosis; keys
 * that a later version added are dropped.
 */
export const diagnosisSchema = z.object({
  schemaVersion: z.number(),
  verdict: z.object({ text: z.string(), confidence: z.enum(['high', 'medium', 'low']) }),
  target,
  host,
  durationNs: z.number(),
  findings: z.array(finding),
  progress: z.object({ what: z.string(), perSec: measured, inferred: z.boolean() }).exactOptional(),
  fixOrder: z.array(z.object({ finding: z.string(), gainRatio: measured, totalRatio: measured, limit: z.string() })).exactOptional(),
  suppressed: z.array(z.object({ finding, reason: z.string(), author: z.string(), expires: z.string() })).exactOptional(),
  unexplained: z.object({ ratio: measured, parts: z.array(z.object({ what: z.string(), ratio: measured })) }).exactOptional(),
  cleared: z.array(z.object({ resource: z.string(), metric: z.string(), value: measured, text: z.string() })),
  notEvaluated: z.array(z.object({ rule: z.string(), reason: z.string(), remedy: z.string() })),
  unavailable: z.array(
    z.object({
      topic: z.string(),
      tables: z.array(z.enum(tableNames)),
      series: z.array(z.string()),
      reason: z.string(),
      remedy: z.string(),
    }),
  ),
  quality: z.object({
    samples: measured,
    machineSamples: measured,
    lost: measured,
    truncatedStacks: measured,
    unknownFrames: measured,
    closure: z.object({ worstRatio: measured, totalRatio: measured }).exactOptional(),
    incompleteProcesses: z.array(
      z.object({ pid: z.number(), comm: z.string(), samples: measured, truncatedStacks: measured, unknownFrames: measured }),
    ),
    counts: z.record(z.string(), measured),
  }),
  cost: z.object({ cpuRatio: measured, cpuNs: measured, rssBytes: measured }),
})

/** The diagnosis as JSON, indented, with a line break at the end. What was not measured or not told is null. */
export function formatJson(diagnosis: Diagnosis): string {
  const { schemaVersion, verdict, target, host, ...rest } = diagnosis
  const said = { schemaVersion, verdict, target: nullForAbsent(target), host: nullForAbsent(host), ...rest }
  return `${JSON.stringify(said, undefined, 2)}\n`
}

function nullForAbsent(facts: object): object {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, value ?? null]))
}
