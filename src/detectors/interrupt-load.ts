import { type AnalysisContext, describeTarget, type Interval, NONE, type SeriesName, type Table } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { ratioInterval, recentre } from './interval.ts'
import { processLabel, shorten } from './labels.ts'
import { LossBins } from './loss-bins.ts'
import { readingAt, type SeriesView, viewSeries } from './series-view.ts'
import { Tally } from './tally.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'

/** How much of the target's CPU time hard and soft interrupts take. */
export const interruptLoad = defineDetector({
  id: 'interrupt-load',
  needs: ['process', 'series', 'metric'],
  wants: [...TIME_TABLES, 'interrupt'],
  metrics: {
    irqRatio: 'CPU time in hard interrupts over all CPU time.',
    softirqRatio: 'CPU time in soft interrupts over all CPU time.',
    worstCpuRatio: 'Share of its time the worst CPU spent in interrupts of both kinds.',
    interruptPerSec: 'Interrupts of all CPUs.',
    linePerSec: 'Interrupts of the busiest line.',
    takenRatio: "Share of the target's time that interrupts took from its threads, as measured; without eBPF not known.",
  },
  facts: {
    target: 'What was diagnosed.',
    cpu: 'The worst CPU.',
    line: 'The busiest interrupt line that is not the timer.',
    softirq: 'The busiest kind of soft interrupt that is not the timer.',
    victim: 'The process they took most time from.',
  },

  detect(tables, context) {
    const series = viewSeries(tables)
    const time = measureTargetTime(tables, context)
    const irqRatio = series.mean('cpu.irqRatio')
    const softirqRatio = series.mean('cpu.softirqRatio')
    if (!(irqRatio + softirqRatio >= 0) || !(time.totalNs > 0)) return []
    const worst = worstCpu(series)
    const line = busiest(series, 'interrupt.perSec')
    const target = describeTarget(context.target)
    const taken = tables.interrupt === undefined ? undefined : timeTaken(tables.interrupt, time, context)
    const victim =
      taken === undefined || taken.victims.total === 0 ? 'unknown process' : processLabel(tables.process, taken.victims.largest().key)
    return [
      {
        subject: target,
        metrics: {
          irqRatio,
          softirqRatio,
          worstCpuRatio: worst.ratio,
          interruptPerSec: sumOver(series, 'interrupt.cpuPerSec'),
          linePerSec: line.perSec,
          takenRatio: taken?.share.estimate ?? Number.NaN,
        },
        facts: { target, cpu: worst.cpu, line: line.name, softirq: busiest(series, 'softirq.perSec').name, victim },
        share: taken?.share ?? recentre(spread(series), lostRatio({ series, time, context, sample: tables.sample })),
        culprits: [],
        rows: undefined,
      },
    ]
  },
})

/** Time in interrupts that struck while a thread of the target ran; those that struck an idle CPU took it from nobody. */
function timeTaken(interrupt: Table<'interrupt'>, time: TargetTime, { durationNs }: AnalysisContext): { share: Interval; victims: Tally } {
  const bins = new LossBins(durationNs)
  const victims = new Tally()
  for (let row = 0; row < interrupt.length; row++) {
    const process = interrupt.process[row]
    if (process === NONE || !time.isMember(process)) continue
    bins.add(interrupt.timeNs[row], interrupt.timeNs[row] + interrupt.durationNs[row], interrupt.ns[row])
    victims.add(process, interrupt.ns[row])
  }
  return { share: bins.share(time), victims }
}

/** Of a machine: interrupt time over interrupt time and target time. Of a program: that of the CPUs it ran on, while it ran. */
function lostRatio(input: {
  readonly series: SeriesView
  readonly time: TargetTime
  readonly context: AnalysisContext
  readonly sample: Table<'sample'> | undefined
}): number {
  const { series, time, context, sample } = input
  const meanRatio = interruptRatio(series, '')
  if (context.target.kind === 'machine') {
    const interruptNs = meanRatio * context.host.cpuCount * context.durationNs
    return interruptNs / (time.totalNs + interruptNs)
  }
  let weighted = 0
  let weight = 0
  const ratioOf = new Map<number, number>()
  for (let row = 0; row < (sample?.length ?? 0); row++) {
    if (sample === undefined || !time.isMember(sample.process[row]) || !(sample.weightNs[row] > 0)) continue
    const cpu = sample.cpu[row]
    const ratio = ratioOf.get(cpu) ?? interruptRatio(series, `cpu${cpu}`)
    ratioOf.set(cpu, ratio)
    weighted += (Number.isNaN(ratio) ? meanRatio : ratio) * sample.weightNs[row]
    weight += sample.weightNs[row]
  }
  return ((weight > 0 ? weighted / weight : meanRatio) * time.runningNs) / time.totalNs
}

function interruptRatio(series: SeriesView, subject: string): number {
  return series.mean('cpu.irqRatio', subject) + series.mean('cpu.softirqRatio', subject)
}

function worstCpu(series: SeriesView): { readonly cpu: string; readonly ratio: number } {
  let worst = { cpu: 'any CPU', ratio: Number.NaN }
  for (const cpu of series.subjects('cpu.softirqRatio')) {
    const ratio = interruptRatio(series, cpu)
    if (cpu !== '' && (ratio > worst.ratio || Number.isNaN(worst.ratio))) worst = { cpu, ratio }
  }
  return worst
}

/** The timer ticks on every busy CPU: it is named only when nothing else happened. */
function busiest(series: SeriesView, name: 'interrupt.perSec' | 'softirq.perSec'): { readonly name: string; readonly perSec: number } {
  const rates = series.subjects(name).map(subject => ({ name: shorten(subject), perSec: series.mean(name, subject) }))
  const rank = (subject: string) => (/^(LOC|TIMER|HRTIMER|SCHED|RCU)\b/.test(subject) ? 1 : 0)
  rates.sort((a, b) => rank(a.name) - rank(b.name) || b.perSec - a.perSec || (a.name < b.name ? -1 : 1))
  return rates.at(0) ?? { name: 'unknown', perSec: Number.NaN }
}

function sumOver(series: SeriesView, name: SeriesName): number {
  const subjects = series.subjects(name)
  return subjects.length === 0 ? Number.NaN : subjects.reduce((sum, subject) => sum + series.mean(name, subject), 0)
}

function spread(series: SeriesView) {
  const irq = series.readings('cpu.irqRatio')
  const softirq = series.readings('cpu.softirqRatio')
  const ratios = softirq?.values.map((value, reading) => {
    const other = irq === undefined ? -1 : readingAt(irq, softirq.timeNs[reading])
    return value + (irq === undefined || other < 0 ? 0 : irq.values[other])
  })
  const values = ratios ?? new Float64Array(0)
  return ratioInterval(
    values,
    values.map(() => 1),
  )
}
