import { type AnalysisContext, describeTarget, type Interval, type RecordedTables, type SeriesName, type Table } from '../schema.ts'
import { sumRequests } from './block-requests.ts'
import { measureCode } from './code-family.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval } from './interval.ts'
import { shorten } from './labels.ts'
import { sumLostWaits } from './lost-waits.ts'
import { orZero, type SeriesView, viewSeries } from './series-view.ts'
import { type SettingCost, settingCosts } from './setting-costs.ts'
import { findSettings, type Setting, settingNumber } from './settings.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'
import { sortRows } from './wait-family.ts'

/** What settings cost: for each that governs time the target was seen losing, its value and that time. Others are not told of. */
export const configuration = defineDetector({
  id: 'configuration',
  needs: ['process', 'setting'],
  wants: [...TIME_TABLES, 'thread', 'series', 'metric', 'blockIo'],
  metrics: {
    valueCount: 'The value, where it is a number.',
    costRatio: "Share of the target's time lost where the setting decides.",
    eventPerSec: 'Events that the setting decides on.',
    usedRatio: 'Part of a limit that is used.',
    randomRatio: 'Of a disk: share of the requests that did not follow the one before.',
  },
  facts: {
    setting: 'Its name, as sysctl(8) has it or as in src/collectors/settings.ts.',
    value: 'Its value.',
    place: 'Device, mount point or process it is set for; this machine otherwise.',
    functionName: 'Where the time is lost.',
  },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const disk = busiestDisk(tables, time, context)
    const series = viewSeries(tables)
    return settingCosts.flatMap(cost => {
      const settings = findSettings(tables.setting, cost.setting).filter(
        ({ name, place }) => !name.startsWith('disk.') || place === disk?.name,
      )
      if (settings.length === 0) return []
      const found = measureCost({ tables, time, context, series }, cost)
      return settings.flatMap(setting => {
        const usedRatio = measureUsed(tables.setting, cost, setting)
        if (!(found.share.estimate > 0 || found.eventPerSec > 0 || usedRatio > 0)) return []
        const metrics = {
          costRatio: found.share.estimate,
          eventPerSec: found.eventPerSec,
          usedRatio,
          randomRatio: disk?.randomRatio ?? Number.NaN,
        }
        return [observe({ setting, metrics, found, context })]
      })
    })
  },
})

interface FoundCost {
  readonly share: Interval
  readonly eventPerSec: number
  readonly functionName: string
}

function observe(input: {
  readonly setting: Setting
  readonly metrics: Readonly<Record<'costRatio' | 'eventPerSec' | 'usedRatio' | 'randomRatio', number>>
  readonly found: FoundCost
  readonly context: AnalysisContext
}) {
  const { setting, metrics, found, context } = input
  return {
    subject: setting.place === '' ? describeTarget(context.target) : setting.place,
    metrics: { valueCount: settingNumber(setting), ...metrics },
    facts: {
      setting: setting.name,
      value: shorten(setting.value),
      place: setting.place === '' ? 'this machine' : shorten(setting.place),
      functionName: found.functionName,
    },
    share: found.share,
    culprits: [],
    rows: undefined,
  }
}

interface CostInput {
  readonly tables: Pick<RecordedTables, 'wait' | 'thread' | 'sample' | 'callchainStack' | 'stack' | 'frame' | 'symbol' | 'threadTime'> & {
    readonly process: Table<'process'>
  }
  readonly time: TargetTime
  readonly context: AnalysisContext
  readonly series: SeriesView
}

function measureCost({ tables, time, context, series }: CostInput, { code, waits, events = [], eventNs }: SettingCost): FoundCost {
  const computed = code === undefined ? undefined : measureCode(tables, context, code)
  const waited = waits === undefined ? undefined : measureWaits({ tables, time, context }, waits)
  const eventPerSec = events.length === 0 ? Number.NaN : events.reduce((sum, name) => sum + orZero(sumOver(series, name)), 0)
  const delayed = eventNs === undefined || !(eventPerSec > 0) ? undefined : delayShare({ events, eventNs, time, context, series })
  const largest = computed !== undefined && computed.share.estimate > (waited?.share.estimate ?? 0) ? computed : waited
  return {
    share: addShares([computed?.share, waited?.share, delayed]),
    eventPerSec,
    functionName: largest?.functionName || 'unknown function',
  }
}

function measureWaits({ tables, time, context }: Omit<CostInput, 'series'>, ids: readonly string[]) {
  const { wait } = tables
  if (wait === undefined) return undefined
  const families = [...sortRows({ ...tables, wait }, time)].filter(([{ id }]) => ids.includes(id))
  return sumLostWaits({ tables: { ...tables, wait }, time, context }, row => families.some(([, rows]) => rows.has(row)))
}

/** Clients wait for what was dropped: that is added to the time there was. */
function delayShare(input: {
  readonly events: readonly SeriesName[]
  readonly eventNs: number
  readonly time: TargetTime
  readonly context: AnalysisContext
  readonly series: SeriesView
}): Interval | undefined {
  const { events, eventNs, time, context, series } = input
  const readings = series.readings(events[0])
  if (readings === undefined) return undefined
  const perReading = time.totalNs / (context.durationNs / 1e9)
  const lost = readings.values.map(value => value * eventNs)
  return ratioInterval(
    lost,
    lost.map(ns => ns + perReading),
  )
}

function addShares(shares: readonly (Interval | undefined)[]): Interval {
  const sum = { estimate: 0, low: 0, high: 0 }
  for (const share of shares) {
    sum.estimate = Math.min(1, sum.estimate + (share?.estimate ?? 0))
    sum.low = Math.min(1, sum.low + (share?.low ?? 0))
    sum.high = Math.min(1, sum.high + (share?.high ?? 0))
  }
  return sum
}

function measureUsed(settings: Table<'setting'>, { used }: SettingCost, limit: Setting): number {
  if (used === undefined) return Number.NaN
  const current = findSettings(settings, used).find(({ place }) => place === limit.place)
  const most = settingNumber(limit)
  return current === undefined || !(most > 0) ? Number.NaN : settingNumber(current) / most
}

/** The disk that the target's requests took longest on. */
function busiestDisk(
  {
    process,
    blockIo,
    setting,
  }: { readonly process: Table<'process'>; readonly blockIo?: Table<'blockIo'>; readonly setting: Table<'setting'> },
  time: TargetTime,
  { durationNs }: AnalysisContext,
): { readonly name: string; readonly randomRatio: number } | undefined {
  const requests = sumRequests({ process, blockIo, time, durationNs }, () => true)
  const named = findSettings(setting, 'disk.device').find(({ value }) => requests.device === `device ${value}`)
  return named === undefined ? undefined : { name: named.place, randomRatio: requests.randomRatio }
}

function sumOver(series: SeriesView, name: SeriesName): number {
  return series.subjects(name).reduce((sum, subject) => sum + orZero(series.mean(name, subject)), 0)
}
