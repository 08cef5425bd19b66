import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  external_exports
} from "./chunk-W3V5XVSF.js";
import {
  culpritKinds,
  findingClasses,
  tables
} from "./chunk-Q2YSVFUP.js";
import "./chunk-LQK3ML4U.js";

// src/report/json.ts
var measured = external_exports.number().nullable().transform((value) => value ?? Number.NaN);
var told = (schema) => schema.nullable().transform((value) => value ?? void 0);
var interval = { estimate: measured, low: measured, high: measured };
var target = external_exports.discriminatedUnion("kind", [
  external_exports.object({ kind: external_exports.literal("machine") }),
  external_exports.object({ kind: external_exports.literal("pid"), pid: external_exports.number() }),
  external_exports.object({ kind: external_exports.literal("comm"), comm: external_exports.string() }),
  external_exports.object({ kind: external_exports.literal("cgroup"), path: external_exports.string() }),
  external_exports.object({ kind: external_exports.literal("command"), command: external_exports.array(external_exports.string()), pid: told(external_exports.number()) })
]);
var host = external_exports.object({
  hostname: external_exports.string(),
  kernelRelease: external_exports.string(),
  architecture: external_exports.string(),
  cpuModel: external_exports.string(),
  cpuCount: external_exports.number(),
  memoryBytes: measured,
  virtualization: told(external_exports.string()),
  uid: external_exports.number(),
  perfEventParanoid: told(external_exports.number()),
  kptrRestrict: told(external_exports.number())
});
var finding = external_exports.object({
  id: external_exports.string(),
  class: external_exports.enum(findingClasses),
  rule: external_exports.string(),
  title: external_exports.string(),
  subject: external_exports.string(),
  score: external_exports.number().min(0).max(100),
  share: external_exports.object(interval),
  gain: external_exports.object({ ...interval, method: external_exports.string() }).exactOptional(),
  culprits: external_exports.array(external_exports.object({ kind: external_exports.enum(culpritKinds), name: external_exports.string(), share: measured })),
  evidence: external_exports.array(external_exports.string()),
  why: external_exports.string(),
  next: external_exports.array(external_exports.string()),
  undo: external_exports.array(external_exports.string()).exactOptional(),
  symptoms: external_exports.array(external_exports.string()).exactOptional(),
  experimental: external_exports.boolean().exactOptional()
});
var tableNames = Object.keys(tables);
var diagnosisSchema = external_exports.object({
  schemaVersion: external_exports.number(),
  verdict: external_exports.object({ text: external_exports.string(), confidence: external_exports.enum(["high", "medium", "low"]) }),
  target,
  host,
  durationNs: external_exports.number(),
  findings: external_exports.array(finding),
  cleared: external_exports.array(external_exports.object({ resource: external_exports.string(), metric: external_exports.string(), value: measured, text: external_exports.string() })),
  notEvaluated: external_exports.array(external_exports.object({ rule: external_exports.string(), reason: external_exports.string(), remedy: external_exports.string() })),
  unavailable: external_exports.array(
    external_exports.object({
      topic: external_exports.string(),
      tables: external_exports.array(external_exports.enum(tableNames)),
      series: external_exports.array(external_exports.string()),
      reason: external_exports.string(),
      remedy: external_exports.string()
    })
  ),
  quality: external_exports.object({
    samples: measured,
    machineSamples: measured,
    lost: measured,
    truncatedStacks: measured,
    unknownFrames: measured,
    counts: external_exports.record(external_exports.string(), measured)
  }),
  cost: external_exports.object({ cpuRatio: measured, cpuNs: measured, rssBytes: measured })
});
function formatJson(diagnosis) {
  const { schemaVersion, verdict, target: target2, host: host2, ...rest } = diagnosis;
  const said = { schemaVersion, verdict, target: nullForAbsent(target2), host: nullForAbsent(host2), ...rest };
  return `${JSON.stringify(said, void 0, 2)}
`;
}
function nullForAbsent(facts) {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, value ?? null]));
}
export {
  diagnosisSchema,
  formatJson
};
