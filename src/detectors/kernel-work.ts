import { type AnalysisContext, CodeKind, NONE, type Table } from '../schema.ts'
import { blameNodes } from './blame.ts'
import { buildCallTree, type CallTree, functionAt, isKernel, leafOf, weighSamples } from './call-tree.ts'
import { findKernelEntries, INTERRUPT } from './kernel-entry.ts'
import { NamedTally } from './named-tally.ts'
import type { NameTables } from './stack-names.ts'
import type { TargetTime } from './target-time.ts'

/** With fewer samples of the target nothing is concluded from them: JMC's minimum. */
export const MIN_SAMPLES = 20

/** What the kernel computed for the target, from samples. */
export interface KernelWork {
  /** All of it, interrupts left out. */
  readonly totalNs: number
  readonly sampleCount: number
  /** Time in the ways into the kernel that match: "openat()", "page fault"; without stacks that hold a function that except matches. */
  of(matches: (entry: string) => boolean, except?: (functionName: string) => boolean): SampledWork
  /** Time of stacks that hold a kernel function that matches. */
  within(matches: (functionName: string) => boolean): SampledWork
}

/** Some of it. */
export interface SampledWork {
  readonly ns: number
  /** Rows of sample that saw it. */
  readonly rows: readonly number[]
  /** Who asked for most of it, and its part. */
  readonly caller: { readonly name: string; readonly share: number } | undefined
}

/** Undefined where samples do not show kernel code, or are too few. include() says whose samples count. */
export function sampleKernelWork(input: {
  readonly tables: NameTables & { readonly sample?: Table<'sample'> }
  readonly time: TargetTime
  readonly context: AnalysisContext
  readonly include?: (process: number) => boolean
}): KernelWork | undefined {
  const { sample, callchainStack, stack, frame, symbol } = input.tables
  if (!sample || !callchainStack || !stack || !frame || !symbol || input.context.sampling?.kernel !== true) return undefined
  const include = input.include ?? input.time.isMember
  const tree = buildCallTree({ stack, frame, symbol })
  const total = weighSamples({ sample, callchainStack }, tree, row => include(sample.process[row]))
  if (total.effectiveCount < MIN_SAMPLES) return undefined
  const { entryOf, names } = findKernelEntries(tree)
  const blamed = blameNodes(tree)
  const add = (select: (node: number) => boolean): SampledWork => {
    const callers = new NamedTally()
    const isChosen = new Uint8Array(entryOf.length)
    let ns = 0
    for (let node = 0; node < entryOf.length; node++) {
      if (total.selfNs[node] === 0 || entryOf[node] === NONE || entryOf[node] === INTERRUPT || !select(node)) continue
      isChosen[node] = 1
      ns += total.selfNs[node]
      const { named, kind, name } = functionAt(tree, blamed[node])
      if (named && kind === CodeKind.User) callers.add(name, total.selfNs[node])
    }
    return {
      ns,
      caller: callers.largest(),
      get rows() {
        const rows: number[] = []
        for (let row = 0; row < sample.length; row++) {
          const leaf = sample.weightNs[row] > 0 && include(sample.process[row]) ? leafOf({ sample, callchainStack }, tree, row) : NONE
          if (leaf !== NONE && isChosen[leaf] === 1) rows.push(row)
        }
        return rows
      },
    }
  }
  return {
    totalNs: add(() => true).ns,
    sampleCount: total.effectiveCount,
    of(matches, except) {
      const chosen = names.map(matches)
      const left = except === undefined ? undefined : nodesWithin(tree, except)
      return add(node => chosen[entryOf[node]] && left?.[node] !== 1)
    },
    within(matches) {
      const inside = nodesWithin(tree, matches)
      return add(node => inside[node] === 1)
    },
  }
}

/** Per node: 1 where it or a caller of it is a kernel function that matches. */
function nodesWithin(tree: CallTree, matches: (functionName: string) => boolean): Uint8Array {
  const chosen = tree.functions.map(({ name }) => matches(name))
  const inside = new Uint8Array(tree.parent.length)
  for (let node = 0; node < inside.length; node++) {
    const above = tree.parent[node] === NONE ? 0 : inside[tree.parent[node]]
    inside[node] = above === 1 || (isKernel(tree, node) && chosen[tree.functionOf[node]]) ? 1 : 0
  }
  return inside
}
