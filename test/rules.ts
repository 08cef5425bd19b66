/** Rules, observations and contexts for tests, with only what matters spelled out. */

import { type Catalogue, loadCatalogue } from '../src/rules/catalogue.ts'
import type { LoadedRule } from '../src/rules/rule.ts'
import type { Activity, AnalysisContext, Finding, Interval, Observation, ObservationSpec, Quality } from '../src/schema.ts'

export const queueSpec: ObservationSpec = {
  detector: 'run-queue',
  metrics: { queuedRatio: 'Share queued.', busyRatio: 'CPU used.', waitNs: 'Longest wait.' },
  facts: { worst: 'Who waits longest.' },
}

const ruleLines = {
  id: 'id: run-queue',
  class: 'class: cpu.saturation',
  status: 'status: stable',
  title: 'title: Threads queue',
  when: 'when: [queuedRatio > 0.05, busyRatio > 0.85]',
  evidence: 'evidence: ["{queuedRatio} queued", "{worst} waited {waitNs}"]',
  why: 'why: More threads than CPUs.',
  next: 'next: ["Look at {worst}."]',
  sources: 'sources: [a guess]',
  whenWrong: 'whenWrong: [never]',
  tests: 'tests: [{name: full, metrics: {queuedRatio: 0.5, busyRatio: 1}, fires: true}]',
}

/** A rule file, one line a field, in the order above; undefined leaves a line out. Further fields come last. */
export function ruleText(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const lines: Readonly<Record<string, string | undefined>> = { ...ruleLines, ...changes }
  return Object.values(lines)
    .filter(line => line !== undefined)
    .join('\n')
}

/** Loads one rule file that is called as its id says. */
export function loadText(text: string, specs: readonly ObservationSpec[] = [queueSpec]): Catalogue {
  const id = /^id: (\S+)$/m.exec(text)?.[1] ?? 'run-queue'
  return loadCatalogue([{ path: `rules/${id}.yaml`, text }], specs)
}

/** A rule that must be right. */
export function rule(changes: Readonly<Record<string, string | undefined>> = {}): LoadedRule {
  const { rules, broken } = loadText(ruleText(changes))
  if (broken.length > 0) throw new Error(`The fixture is broken: ${broken[0].reason}`)
  return rules[0]
}

/** The same number three times, or an interval. */
export function interval(estimate: number, low = estimate, high = estimate): Interval {
  return { estimate, low, high }
}

/** A full run queue. */
export function observation(changes: Partial<Observation> = {}): Observation {
  return {
    detector: 'run-queue',
    subject: 'this machine',
    metrics: { queuedRatio: 0.5, busyRatio: 1, waitNs: 3e6 },
    facts: { worst: 'stress-ng (pid 42)' },
    share: interval(0.5),
    culprits: [],
    rows: undefined,
    ...changes,
  }
}

/** Two CPUs for ten seconds, sampled. */
export const context: AnalysisContext = {
  target: { kind: 'machine' },
  host: {
    hostname: 'box',
    kernelRelease: '6.18.0',
    architecture: 'x86_64',
    cpuModel: 'test',
    cpuCount: 2,
    memoryBytes: 2 ** 33,
    virtualization: undefined,
    uid: 0,
    perfEventParanoid: 2,
    kptrRestrict: 0,
  },
  sampling: { event: 'cpu-clock', frequencyHz: 99, scope: 'machine', kernel: true },
  durationNs: 10e9,
}

export const busy: Activity = {
  runningNs: 20e9,
  runnableNs: 20e9,
  waitNs: 0,
  psiCpuSomeRatio: 0.9,
  psiIoSomeRatio: 0,
  psiMemorySomeRatio: 0,
}

export const idle: Activity = { runningNs: 0.3e9, runnableNs: 0, waitNs: 0, psiCpuSomeRatio: 0, psiIoSomeRatio: 0, psiMemorySomeRatio: 0 }

export const quality: Quality = {
  samples: 2000,
  machineSamples: 2000,
  lost: 0,
  truncatedStacks: 0,
  unknownFrames: 0,
  incompleteProcesses: [],
  counts: {},
}

/** A finding of a rule of the given class. */
export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    id: 'F1',
    class: 'cpu.saturation',
    rule: 'run-queue',
    title: 'Threads queue',
    subject: 'this machine',
    score: 90,
    share: interval(0.5),
    culprits: [],
    evidence: [],
    why: '',
    next: [],
    ...changes,
  }
}
