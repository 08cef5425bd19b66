import type { AnalysisContext, RecordedTables, Table } from '../../schema.ts'
import { tableOf } from '../../table-builder.ts'
import { processLabel } from '../labels.ts'
import { openReplay, type Replay, type ReplayCause } from '../replay/replay.ts'
import { runningCause } from '../replay/running-cause.ts'
import type { GainCause } from './causes.ts'
import { type NamedSamples, nameSamples } from './code-samples.ts'

/** Bursts that can be played again with less of a cause. */
export interface GainReplay {
  /** By burst what is won of its time, 0..1; undefined for a cause that cannot be taken away from events. */
  withCause(cause: GainCause, reduction: number): readonly number[] | undefined
}

/** Opens the bursts for the processes whose gain is asked for. */
export type OpenGainReplay = (isMember: (process: number) => boolean) => GainReplay | undefined

/** A burst that lost more of its events than this lacks wakers: analysis.md 4.5. */
const MAX_LOST = 0.01
/** Who is waited for must compute for that much of it: what he waits for himself is not his to shorten. No source: a guess. */
const COMPUTES = 0.5

/** Replays of a recording's bursts; undefined where none was recorded whole. */
export function burstReplays(tables: RecordedTables, { host }: AnalysisContext): OpenGainReplay | undefined {
  const { event, process } = tables
  const burst = tables.burst === undefined ? undefined : wholeBursts(tables.burst)
  if (event === undefined || process === undefined || burst === undefined || burst.length === 0) return undefined
  const samples = nameSamples(tables)
  return isMember => {
    const replay = openReplay(event, burst, { mayCount: row => isMember(row), cpuCount: Math.max(1, host.cpuCount) })
    if (replay.tids.length === 0) return undefined
    const causes = new Map<GainCause, readonly ReplayCause[] | undefined>()
    return {
      withCause(cause, reduction) {
        if (!causes.has(cause)) causes.set(cause, causesFor(cause, { replay, samples, process, isMember }))
        const parts = causes.get(cause)
        // what is won is told from the pace of the threads: at a burst's end somebody is always in a wait that nothing shortens
        return parts && replay.withCauses(parts, reduction).bursts.map(({ paceRatio }) => Math.max(0, Math.min(1, 1 - paceRatio)))
      },
    }
  }
}

function wholeBursts(burst: Table<'burst'>): Table<'burst'> {
  const rows = Array.from({ length: burst.length }, (_, row) => ({
    timeNs: burst.timeNs[row],
    durationNs: burst.durationNs[row],
    count: burst.count[row],
    lostCount: burst.lostCount[row],
  }))
  return tableOf(
    'burst',
    rows.filter(({ count, lostCount }) => count > 0 && lostCount <= MAX_LOST * (count + lostCount)),
  )
}

interface Scene {
  readonly replay: Replay
  readonly samples: NamedSamples | undefined
  readonly process: Table<'process'>
  readonly isMember: (process: number) => boolean
}

/** The same cause as events know it. */
function causesFor(cause: GainCause, scene: Scene): readonly ReplayCause[] | undefined {
  switch (cause.kind) {
    case 'running':
      return runningCauses(cause, scene)
    case 'lock':
      return cause.address === undefined ? undefined : [{ kind: 'lock', key: cause.address }]
    case 'waiting':
      return waitingCauses(cause, scene)
    case 'queueing':
      return [{ kind: 'queueing' }]
    case 'threads':
      return cause.computingRatio >= COMPUTES ? threadCauses(cause.names[0], scene) : undefined
    case 'competitor':
    case 'quota':
    case 'pause':
      return undefined
  }
}

/** Samples say in which stretches of running the code is; how much of it there is the finding knows better. */
function runningCauses({ ratio, code }: GainCause & { kind: 'running' }, { replay, samples, isMember }: Scene): ReplayCause[] | undefined {
  const looks = samples?.of(code, isMember)
  if (looks === undefined || looks.length === 0) return undefined
  const hits = looks.isCause.reduce((sum, hit) => sum + hit, 0)
  if (hits === 0) return undefined
  const { shareOf } = runningCause(replay, looks)
  const factor = ratio / (hits / looks.length)
  return [{ kind: 'running', shareOf: context => (isMember(context.process) ? Math.min(1, shareOf(context) * factor) : 0) }]
}

/** Waits, and in the stretches around them the kernel's own time for the same thing. */
function waitingCauses({ reasons, work }: GainCause & { kind: 'waiting' }, scene: Scene): ReplayCause[] {
  const waits = reasons.map((reason): ReplayCause => ({ kind: 'waiting', reason }))
  if (!(work.ratio > 0)) return waits
  return [
    ...waits,
    ...(runningCauses({ kind: 'running', ratio: work.ratio, code: { kind: 'kernel', entries: work.entries, isSure: true } }, scene) ?? []),
  ]
}

/** "slow-worker (pid 42)", "worker (tid 43)". */
function threadCauses(name: string | undefined, { replay, process }: Scene): ReplayCause[] | undefined {
  const tid = Number(/\(tid (\d+)\)/.exec(name ?? '')?.[1] ?? Number.NaN)
  const isTheirs = (row: number, of: number) => of === tid || processLabel(process, row) === name
  if (!replay.contexts.some(context => isTheirs(context.process, context.tid))) return undefined
  return [{ kind: 'running', shareOf: context => Number(isTheirs(context.process, context.tid)) }]
}
