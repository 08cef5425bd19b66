/** A folder of datasets/: a program whose bottleneck is known, and how to take that out. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { findingClasses } from '../../src/schema.ts'

const findingClass = z.enum(findingClasses)

const shape = z.strictObject({
  /** What limits it; none for the healthy ones. */
  class: findingClass,
  /** Classes that are as right: for the healthy ones what may be found without being a false alarm. */
  alternates: z.array(findingClass).default([]),
  /** Matches the name of one of the culprits of a right finding. Absent: there is nobody to name. */
  culprit: z.string().optional(),
  /** What it is made of: c, python, node, or the name of the software. */
  make: z.string(),
  /** Never looked at when a threshold was chosen. */
  heldOut: z.boolean(),
  /** Programs it needs. */
  needs: z.array(z.string()).default([]),
  /** Its program: in its own folder, else in test/workloads. What ends in .c is compiled. */
  source: z.string().optional(),
  /** How much of the cause there is: a number for $STRENGTH, what it counts, and one with which there is less of it. */
  strength: z.strictObject({ what: z.string(), value: z.number(), weak: z.number() }).optional(),
  /** What CAUSE=0 takes out; absent where nothing can be taken out. */
  cause: z.string().optional(),
  /** Why the switch takes out something else than what a right finding blames, and says nothing about its gain. */
  otherSwitch: z.string().optional(),
  /** Shell: what must be there first. What it starts in the background lives until the end. */
  prepare: z.string().optional(),
  /** command: what run starts. pid: the process whose id is in $DIR/pid, while run loads it. machine: everything. */
  target: z.enum(['command', 'pid', 'machine']).default('command'),
  /** Shell: works for $LENGTH seconds, or until it has done a fixed amount of work; may print "done N" or "rate N". */
  run: z.string(),
  /** Shell: undoes what outlives the processes. */
  cleanup: z.string().optional(),
  /** Shell: shows by another tool that the cause is what limits it. */
  evidence: z.string().optional(),
  /** How long it is recorded. */
  seconds: z.number().default(5),
})

/** A workload as its folder says. */
export interface Workload extends z.infer<typeof shape> {
  readonly name: string
  readonly directory: string
}

/** What the switch was found to be worth: how much work was done per second with and without the cause. */
export interface Measured {
  readonly withCause: number
  readonly withoutCause: number
}

const measuredShape = z.strictObject({ withCause: z.number().positive(), withoutCause: z.number().positive() })

/** All workloads of a folder, by name. */
export function readWorkloads(directory: string): readonly Workload[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(directory, entry.name, 'workload.yaml')))
    .map(entry => readWorkload(directory, entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function readWorkload(directory: string, name: string): Workload {
  const path = join(directory, name, 'workload.yaml')
  const parsed = shape.safeParse(parse(readFileSync(path, 'utf8')))
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`)
  return { ...parsed.data, name, directory: resolve(directory, name) }
}

/** Where the recording of a workload is kept. */
export function recordingPath({ directory }: Workload): string {
  return join(directory, 'recording.tar.xz')
}

/** Where the measurement is kept. */
export function measuredPath({ directory }: Workload): string {
  return join(directory, 'measured.json')
}

/** What the switch was worth when it was measured; undefined without a switch, or with one for something else. */
export function readMeasured(workload: Workload): Measured | undefined {
  if (workload.otherSwitch !== undefined) return undefined
  const path = measuredPath(workload)
  return existsSync(path) ? measuredShape.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined
}

/** The part of its time that the target wins without the cause. */
export function trueGain({ withCause, withoutCause }: Measured): number {
  return 1 - withCause / withoutCause
}

/** Whether nothing is wrong with it. */
export function isHealthy(workload: Workload): boolean {
  return workload.class === 'none'
}
