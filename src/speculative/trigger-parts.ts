/** A trigger taken apart into comparisons that the kernel could make. */

import type { ASTNode, Environment } from '@marcbachmann/cel-js'
import type { Comparison } from './trigger.ts'
import { childrenOf, type Reference } from './trigger-references.ts'

/** What && joins. */
export function conjunctsOf(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(conjunctsOf) : [node]
}

const mirrored: Readonly<Record<string, Comparison['operator']>> = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** `FIELD OPERATOR CONSTANT`, in either order; undefined for everything else. */
export function comparisonOf(
  node: ASTNode,
  context: { cel: string; references: readonly Reference[]; environment: Environment },
): Comparison | undefined {
  if (!Object.hasOwn(mirrored, node.op)) return undefined
  const [left, right] = childrenOf(node)
  const [leftField, rightField] = [fieldOf(left, context.references), fieldOf(right, context.references)]
  const field = leftField ?? rightField
  const constant = constantOf(leftField === undefined ? left : right, context)
  if (field === undefined || constant === undefined || (leftField !== undefined && rightField !== undefined)) return undefined
  return { ...field, constant, operator: leftField === undefined ? mirrored[node.op] : (node.op as Comparison['operator']) }
}

function fieldOf(node: ASTNode, references: readonly Reference[]): Pick<Comparison, 'field' | 'level'> | undefined {
  if (node.op === 'id' && ['tid', 'pid', 'comm'].includes(node.args)) return { field: node.args as 'tid', level: undefined }
  const whole = references.find(({ start, end }) => start === node.start && end === node.end)
  if (whole !== undefined) return { field: whole.level === undefined ? 'source' : 'level', level: whole.level }
  if (node.op === '.' && references.some(({ start, end }) => start === node.args[0].start && end === node.args[0].end)) {
    const name = node.args[1]
    return name === 'durationMs' || name === 'ret' ? { field: name, level: undefined } : undefined
  }
  return undefined
}

/** The value of an expression without fields: a number, a constant's name, a duration in ns. */
function constantOf(
  node: ASTNode,
  { cel, references, environment }: { cel: string; references: readonly Reference[]; environment: Environment },
): number | string | undefined {
  if (references.some(({ start }) => start >= node.start && start < node.end)) return undefined
  try {
    const value: unknown = environment.evaluate(cel.slice(node.start, node.end), {})
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
    return isDuration(value) ? Number(value.seconds) * 1e9 + value.nanos : undefined
  } catch {
    return undefined
  }
}

function isDuration(value: unknown): value is { readonly seconds: bigint; readonly nanos: number } {
  return typeof value === 'object' && value !== null && 'seconds' in value && 'nanos' in value
}
