/** Runs that are remembered of a CPU: as sched.bpf.c does. */
const RUNS = 8

interface Run {
  readonly sinceNs: number
  readonly occupant: number
}

/** Who had each CPU last: the latest runs of threads, 0 for an idle CPU. */
export class CpuRuns {
  readonly #runs = new Map<number, Run[]>()

  /** occupant has the CPU from now on. */
  begin(cpu: number, occupant: number, sinceNs: number): void {
    const runs = this.#runs.get(cpu) ?? []
    runs.unshift({ sinceNs, occupant })
    if (runs.length > RUNS) runs.pop()
    this.#runs.set(cpu, runs)
  }

  /**
   * Who had the CPU for most of the time between two instants. Whoever took it first may have been an instant of kernel work; what is
   * before the runs that are known is that one's, all the same. 0: it was idle.
   */
  longestOccupant(
    cpu: number,
    { fromNs, toNs, taker }: { readonly fromNs: number; readonly toNs: number; readonly taker: number },
  ): number {
    let endNs = toNs
    let longest = { ns: 0, occupant: taker }
    for (const { sinceNs, occupant } of this.#runs.get(cpu) ?? []) {
      const startNs = Math.max(sinceNs, fromNs)
      if (endNs - startNs > longest.ns) longest = { ns: endNs - startNs, occupant }
      endNs = Math.min(endNs, startNs)
      if (endNs <= fromNs) break
    }
    return endNs - fromNs > longest.ns ? taker : longest.occupant
  }
}
