import { type Culprit, describeTarget, NONE, type Table, textAt } from '../schema.ts'
import { causeMetrics, describeCause, shareCauses } from './cause-shares.ts'
import { defineDetector } from './detector.ts'
import { processLabel } from './labels.ts'
import { findUserLocks } from './user-locks.ts'
import type { WaitBlame } from './wait-flow.ts'
import { measureWaitLoss, timeByBin, type WaitLoss, waitTables } from './wait-loss.ts'
import { kindOfWait } from './wait-names.ts'

/** Services reported at most. */
const MAX_SERVICES = 3

/** How long the target waits for another process or thread of this machine, followed to what that one does. */
export const downstreamWait = defineDetector({
  id: 'downstream-wait',
  needs: ['process', 'wait'],
  wants: [...waitTables],
  metrics: {
    waitingRatio: "Share of the target's time it waited for this process or thread.",
    waitPerSec: 'Waits for it.',
    meanWaitNs: 'How long one of them took on average.',
    ...causeMetrics,
    furtherRatio: 'Share of these waits in which it waited for yet another thread.',
  },
  facts: {
    waiter: 'Who waits.',
    service: 'Whom it waits for.',
    limit: 'The thread where the waits end, when they are followed.',
    activity: 'What that thread does.',
    functionName: 'Where it computes, when it does.',
  },

  detect(tables, context) {
    const loss = measureWaitLoss(tables, context)
    if (!(loss.totalNs > 0)) return []
    const services = findServices(tables, loss).slice(0, MAX_SERVICES)
    return services.flatMap(service => {
      const blame = loss.blame(service.rows)
      const facts = followTo(tables, loss, { service, blame })
      if (facts === undefined) return []
      // time in which it waited for work itself is no loss
      const lostRatio = blame.ns > 0 ? sumOf(blame.lostNs) / blame.ns : 0
      const share = loss.shareOf(timeByBin(loss, tables.wait, service.rows).map(ns => ns * lostRatio))
      return [
        {
          subject: service.waiter ?? describeTarget(context.target),
          metrics: {
            waitingRatio: share.estimate,
            waitPerSec: service.waits / (context.durationNs / 1e9),
            meanWaitNs: blame.ns / service.waits,
            ...shareCauses(blame),
            furtherRatio: furtherRatio(loss, service, blame),
          },
          facts,
          share,
          culprits: culpritsOf(tables, loss, { service, blame, functionName: facts.functionName }),
          rows: undefined,
        },
      ]
    })
  },
})

interface Tables {
  readonly process: Table<'process'>
  readonly wait: Table<'wait'>
}

/** Somebody the target waits for: a process, or a group of threads of the waiter's own. */
interface Service {
  readonly key: string
  readonly waiter: string | undefined
  /** Row of process, and one of its threads. */
  readonly process: number
  readonly tid: number
  readonly isThread: boolean
  /** Where it listens, when it is asked over TCP. */
  readonly address: string | undefined
  readonly rows: number[]
  waits: number
  ns: number
}

/** Waits for threads, but for locks: those have rules of their own. */
function findServices(tables: Tables, loss: WaitLoss): Service[] {
  const { wait, process } = tables
  const { graph } = loss
  const inLocks = new Set(findUserLocks(wait, loss).flatMap(lock => lock.rows))
  const services = new Map<string, Service>()
  for (const row of loss.rows) {
    const waker = graph.wakerOf[row]
    if (waker === NONE || inLocks.has(row) || isLock(wait, row, loss) || (!graph.isNeeded(row) && isForWork(tables, row))) continue
    const isThread = wait.wakerProcess[row] === wait.process[row]
    const node = graph.nodes[waker]
    const key = isThread ? `group ${graph.groups.groupOf(node.process, node.tid)}` : `process ${node.process}`
    const service = services.get(key) ?? {
      key,
      waiter: processLabel(process, wait.process[row]),
      process: node.process,
      tid: node.tid,
      isThread,
      address: graph.services.addressOf(wait.process[row], node.process),
      rows: [],
      waits: 0,
      ns: 0,
    }
    services.set(key, service)
    service.rows.push(row)
    service.waits += Math.max(1, wait.count[row])
    service.ns += wait.ns[row]
  }
  return [...services.values()].sort((a, b) => b.ns - a.ns || (a.key < b.key ? -1 : 1))
}

function isLock(wait: Table<'wait'>, row: number, { names, interpreterLocks }: WaitLoss): boolean {
  if (interpreterLocks.has(row)) return true
  const reason = textAt(wait.reason, row)
  return reason === 'kernelLock' || reason === 'fileLock' || kindOfWait(wait, row, names) === 'lock'
}

/**
 * A child that waits for its parent, and a thread that waits for the first of its process, wait for work; the other way
 * round they wait for a result. Between strangers it is not known, and counts.
 */
function isForWork({ process, wait }: Tables, row: number): boolean {
  const [waiter, waker] = [wait.process[row], wait.wakerProcess[row]]
  if (waiter < 0 || waker < 0 || waiter >= process.length || waker >= process.length) return false
  if (waiter === waker) return wait.wakerTid[row] === process.pid[waker] && wait.tid[row] !== process.pid[waiter]
  return process.parentPid[waiter] === process.pid[waker]
}

function followTo({ process }: Tables, { graph, names }: WaitLoss, { service, blame }: { service: Service; blame: WaitBlame }) {
  const first = blame.causes.find(({ kind }) => kind !== 'idle')
  if (first === undefined) return undefined
  const { process: row, tid } = graph.nodes[first.node]
  const computes = first.kind === 'computing' ? names.hotFunction((of, thread) => of === row && thread === tid) : undefined
  return {
    waiter: service.waiter ?? '',
    service: service.isThread ? groupLabel(graph, service) : processLabel(process, service.process),
    limit: `${names.thread(row, tid)} of ${processLabel(process, row)}`,
    activity: describeCause(first),
    functionName: computes ?? 'unknown code',
  }
}

function groupLabel({ groups }: WaitLoss['graph'], { process, tid }: Service): string {
  return groups.groups[groups.groupOf(process, tid)]?.label ?? `tid ${tid}`
}

function furtherRatio({ graph }: WaitLoss, service: Service, { ns, causes }: WaitBlame): number {
  const isItself = (node: number) =>
    service.isThread
      ? groupLabel(graph, service) === groupLabel(graph, { ...service, ...graph.nodes[node] })
      : graph.nodes[node].process === service.process
  const furtherNs = causes.reduce((sum, { node, ns: part }) => (isItself(node) ? sum : sum + part), 0)
  return ns > 0 ? Math.min(1, furtherNs / ns) : 0
}

interface Found {
  readonly service: Service
  readonly blame: WaitBlame
  readonly functionName: string
}

/** Where the waits end comes first: that is the limit. */
function culpritsOf({ process }: Tables, { graph, names }: WaitLoss, { service, blame, functionName }: Found): Culprit[] {
  const byProcess = new Map<number, number>()
  const byNode = new Map<number, number>()
  for (const { node, ns } of blame.causes) {
    byProcess.set(graph.nodes[node].process, (byProcess.get(graph.nodes[node].process) ?? 0) + ns)
    byNode.set(node, (byNode.get(node) ?? 0) + ns)
  }
  const share = (ns: number) => (blame.ns > 0 ? Math.min(1, ns / blame.ns) : 0)
  const processes = largest(byProcess).map(
    ([row, ns]): Culprit => ({ kind: 'process', name: processLabel(process, row), share: share(ns) }),
  )
  const threads = largest(byNode).map(
    ([node, ns]): Culprit => ({ kind: 'thread', name: names.thread(graph.nodes[node].process, graph.nodes[node].tid), share: share(ns) }),
  )
  const peers = service.address === undefined ? [] : [{ kind: 'peer' as const, name: service.address, share: 1 }]
  const named: Culprit[] =
    functionName === 'unknown code' ? [] : [{ kind: 'function', name: functionName, share: share(blame.causes[0].ns) }]
  return service.isThread ? [...threads, ...processes, ...named] : [...processes, ...peers, ...threads, ...named]
}

function largest(sums: ReadonlyMap<number, number>): (readonly [number, number])[] {
  return [...sums].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 2)
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, ns) => sum + ns, 0)
}
