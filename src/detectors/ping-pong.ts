import { type Culprit, NONE, type Table, ThreadState, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { processLabel } from './labels.ts'
import { threadKey } from './thread-groups.ts'
import { measureWaitLoss, timeByBin, type WaitLoss, waitTables } from './wait-loss.ts'
import { kindOfWait } from './wait-names.ts'

/** Pairs reported at most. */
const MAX_PAIRS = 3

/** Pairs of threads that wake each other all the time and run for an instant in between. */
export const pingPong = defineDetector({
  id: 'ping-pong',
  needs: ['process', 'wait', 'threadTime'],
  wants: [...waitTables.filter(name => name !== 'threadTime')],
  metrics: {
    waitingRatio: "Share of the target's time these threads waited for each other.",
    handOverPerSec: 'Times that one of them gave the turn to the other.',
    meanRunNs: 'How long one of them ran on average, until it waited for the other again.',
    meanWaitNs: 'How long one of them waited on average.',
  },
  facts: {
    first: 'One of the two.',
    second: 'The other.',
  },

  detect(tables, context) {
    const loss = measureWaitLoss(tables, context)
    if (!(loss.totalNs > 0)) return []
    const ran = timeByThread(tables.threadTime)
    return findPairs(tables.wait, loss)
      .slice(0, MAX_PAIRS)
      .map(({ nodes, rows, ns, turns, count }) => {
        const ends = nodes.map(node => loss.graph.nodes[node])
        const share = loss.shareOf(timeByBin(loss, tables.wait, rows))
        const names = ends.map(({ process, tid }) => `${loss.names.thread(process, tid)} of ${processLabel(tables.process, process)}`)
        const ranNs = ends.reduce((sum, { process, tid }) => sum + (ran.get(threadKey(process, tid)) ?? 0), 0)
        const culprits = names.map((name): Culprit => ({ kind: 'thread', name, share: 0.5 }))
        return {
          subject: processLabel(tables.process, ends[0].process),
          metrics: {
            waitingRatio: share.estimate,
            handOverPerSec: (2 * turns) / (context.durationNs / 1e9),
            meanRunNs: ranNs / (2 * turns),
            meanWaitNs: ns / count,
          },
          facts: { first: names[0], second: names[1] },
          share,
          culprits,
          rows: undefined,
        }
      })
  },
})

interface Pair {
  readonly nodes: readonly [number, number]
  /** Rows of wait of the target. */
  readonly rows: number[]
  ns: number
  count: number
  /** Waits of the first and of the second, whoever is of the target. */
  readonly counts: [number, number]
  turns: number
}

/** Turns: each has waited for the other so many times. Locks are told of elsewhere. */
function findPairs(wait: Table<'wait'>, { graph, time, names }: WaitLoss): Pair[] {
  const pairs = new Map<string, Pair>()
  for (let row = 0; row < wait.length; row++) {
    const [waiter, waker] = [graph.waiterOf[row], graph.wakerOf[row]]
    if (waker === NONE || waiter === waker || graph.turns.isTurn(row)) continue
    if (textAt(wait.reason, row) === 'kernelLock' || kindOfWait(wait, row, names) === 'lock') continue
    const nodes = [Math.min(waiter, waker), Math.max(waiter, waker)] as const
    const pair = pairs.get(nodes.join()) ?? { nodes, rows: [], ns: 0, count: 0, counts: [0, 0], turns: 0 }
    pairs.set(nodes.join(), pair)
    pair.counts[waiter === nodes[0] ? 0 : 1] += wait.count[row]
    pair.turns = Math.min(...pair.counts)
    if (!time.isMember(wait.process[row])) continue
    pair.rows.push(row)
    pair.ns += wait.ns[row]
    pair.count += wait.count[row]
  }
  return [...pairs.values()]
    .filter(({ turns, rows }) => turns > 0 && rows.length > 0)
    .sort((a, b) => b.turns - a.turns || a.nodes[0] - b.nodes[0] || a.nodes[1] - b.nodes[1])
}

function timeByThread(threadTime: Table<'threadTime'>): Map<number, number> {
  const ran = new Map<number, number>()
  for (let row = 0; row < threadTime.length; row++) {
    if (threadTime.state[row] !== ThreadState.Running) continue
    const key = threadKey(threadTime.process[row], threadTime.tid[row])
    ran.set(key, (ran.get(key) ?? 0) + threadTime.ns[row])
  }
  return ran
}
