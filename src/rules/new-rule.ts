/** The skeleton of a user's rule: complete, with tests that pass, to be changed step by step. */

import type { FindingClass, ObservationSpec } from '../schema.ts'

/** What the rule is to be about. */
export interface NewRule {
  readonly id: string
  readonly spec: ObservationSpec
  readonly classId: FindingClass
  /** A metric of the detector. */
  readonly metric: string
}

/** Text of the file. Its condition is on one metric; what is to be replaced says so. */
export function draftRule({ id, spec, classId, metric }: NewRule): string {
  const [fact] = Object.keys(spec.facts)
  return `# ${metric}: ${spec.metrics[metric]}
# All metrics of this detector: autotune rules show ID of a rule of it. Format: docs/RULES.md. Test: autotune rules test THIS_FILE
id: ${id}
detector: ${spec.detector}
class: ${classId}
status: experimental
title: "TODO the problem in a few words: {${fact ?? 'subject'}}"
when:
  - ${metric} > 0.1
# on the scale of all rules: 25 = 5 % of the target's time, 75 = 20 %; leave this line out where the detector measures lost time (share)
score: e2(${metric}, 0.1, 0.4)
evidence:
  - "{${metric}} measured"
  - "about {subject}"
why: TODO what happens there, and why it costs time.
next:
  - TODO what to try first, as a command where there is one.
undo:
  - TODO how to take it back.
sources:
  - "no source: a guess"
whenWrong:
  - TODO when this finding misleads.
tests:
  - name: too much of it
    metrics: { ${metric}: 0.8 }
    fires: true
    score: { min: 75, max: 100 }
  - name: at the threshold it is quiet
    metrics: { ${metric}: 0.1 }
    fires: false
`
}
