/** What `watch` decides in the kernel, and what it decided: passes between the recorder and the triggers. */

/** A predicate the kernel evaluates. Fires when the duration is long enough and the value inside [low, high], or outside when inverted. */
export interface KernelRule {
  readonly kind: 'error' | 'syscall' | 'signal' | 'blocked' | 'runQueue' | 'exit' | 'probe'
  /** Number of the system call or of the probe; 0 for the others. */
  readonly subject: number
  readonly low: number
  readonly high: number
  readonly isInverted: boolean
  readonly minNs: number
}

/** A rule that fired. */
export interface FiredRule {
  /** ns, CLOCK_MONOTONIC. */
  readonly timeNs: bigint
  /** Index of the rule. */
  readonly rule: number
  readonly tid: number
  readonly pid: number
  readonly comm: string
  readonly value: number
  readonly durationNs: number
}

/** An event that the user adds. */
export interface ProbeEvent {
  /** Its name as the user wrote it. */
  readonly name: string
  readonly role: 'point' | 'begin' | 'end'
  /** Number in rules and records: begin and end of a span share one. */
  readonly number: number
  readonly at:
    | {
        readonly kind: 'uprobe'
        readonly path: string
        readonly offset: number
        readonly isReturn: boolean
        readonly semaphoreOffset?: number
      }
    | { readonly kind: 'tracepoint'; readonly id: number }
    | { readonly kind: 'watch'; readonly address: bigint; readonly sizeBytes: 1 | 2 | 4 | 8; readonly tids: readonly number[] }
}

/** Most rules the kernel is given: RULES of flight.bpf.c. More are evaluated here. */
export const MAX_KERNEL_RULES = 16
