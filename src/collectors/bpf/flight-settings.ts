import type { KernelRule } from '../../schema.ts'
import { MAX_KERNEL_RULES } from '../../schema.ts'

/** Switches of the flight recorder: struct settings of flight.bpf.c. */
export interface FlightSettings {
  readonly cpus: number
  /** Records of a region. */
  readonly region: number
  /** Which system calls are recorded: those that fail or are slow, or all. */
  readonly syscalls: 'notable' | 'all'
  /** Whose events rules look at. */
  readonly scope: 'machine' | 'targets'
  readonly slowNs: number
  readonly rules: readonly KernelRule[]
  /** Whether a rule that fires turns the sets over itself. */
  readonly freezes: 'at-once' | 'later'
}

/** Name of the map that holds it. */
export const SETTINGS_MAP = '.data.flight'

const RULE_BYTES = 40
const SYSCALLS = 512
const HEAD_BYTES = 32
/** In the order of enum rule_kind. */
const kinds: readonly (KernelRule['kind'] | 'none')[] = ['none', 'error', 'syscall', 'signal', 'blocked', 'runQueue', 'exit', 'probe']

/** struct settings as bytes. */
export function settingsBytes({ cpus, region, syscalls, scope, slowNs, rules, freezes }: FlightSettings): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + MAX_KERNEL_RULES * RULE_BYTES + SYSCALLS * 2)
  const view = new DataView(bytes.buffer)
  const head = [cpus, region, syscalls === 'all' ? 1 : 0, scope === 'machine' ? 1 : 0]
  head.forEach((word, index) => {
    view.setUint32(index * 4, word, true)
  })
  view.setBigUint64(16, BigInt(slowNs), true)
  view.setBigUint64(24, BigInt(rules.reduce((bits, { kind }) => bits | (1 << kinds.indexOf(kind)), 0)), true)
  rules.slice(0, MAX_KERNEL_RULES).forEach((rule, index) => {
    const at = HEAD_BYTES + index * RULE_BYTES
    view.setUint32(at, kinds.indexOf(rule.kind), true)
    view.setUint32(at + 4, rule.subject, true)
    view.setBigInt64(at + 8, BigInt(rule.low), true)
    view.setBigInt64(at + 16, BigInt(rule.high), true)
    view.setBigUint64(at + 24, BigInt(rule.minNs), true)
    view.setUint32(at + 32, rule.isInverted ? 1 : 0, true)
    view.setUint32(at + 36, freezes === 'at-once' ? 1 : 0, true)
    if ((rule.kind !== 'error' && rule.kind !== 'syscall') || rule.subject >= SYSCALLS) return
    const mask = HEAD_BYTES + MAX_KERNEL_RULES * RULE_BYTES + rule.subject * 2
    view.setUint16(mask, view.getUint16(mask, true) | (1 << index), true)
  })
  return bytes
}
