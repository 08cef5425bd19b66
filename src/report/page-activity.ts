import type { Chart, ChartLine, ChartUnit, CpuActivity, CpuLane, ReportView } from '../schema.ts'
import { formatDuration, formatMetric, formatRatio } from '../units.ts'
import { type Html, html } from './html.ts'
import { section } from './page-section.ts'

/** Processes with a colour of their own; the rest share one. */
const colouredProcesses = 5
const parts = ['user', 'kernel', 'interrupt', 'steal'] as const

/** What every CPU did over time: one lane each, and under it whose work it was. */
export function renderActivity({ activity, durationNs }: ReportView): Html {
  if (activity === undefined) return html``
  const lanes = activity.lanes.map(lane => renderLane(activity, lane))
  const coloured = activity.processes.slice(0, colouredProcesses)
  const names = coloured.map(
    ({ comm, role }, place) => html`<li><i class="swatch p${place}"></i><code>${comm}</code>${role === 'other' ? '' : ` ${role}`}</li>`,
  )
  const others = activity.processes.length > colouredProcesses ? html`<li><i class="swatch rest"></i>others</li>` : html``
  const content = html`<div class="timeline lanes">
<ul class="legend">${usedParts(activity).map(part => html`<li><i class="swatch on-${part}"></i>${part}</li>`)}</ul>
${lanes}
<p class="axis"><span>0</span><span>${formatDuration(durationNs)}</span></p>
<ul class="legend strips">${names}${others}</ul>
${activity.hiddenCpuCount > 0 ? html`<p class="note">${activity.hiddenCpuCount} more CPUs are not drawn.</p>` : html``}</div>`
  const source =
    activity.source === 'series'
      ? 'Busy share by the kernel’s accounts.'
      : 'Busy share by counted samples: the kernel’s accounts are missing.'
  return section('cpus', 'What each CPU did', { note: `${source} Strip below: the process that took most of each slice.`, content })
}

function usedParts({ lanes }: CpuActivity): readonly (typeof parts)[number][] {
  return parts.filter(part => part === 'user' || part === 'kernel' || lanes.some(lane => lane[part].some(ratio => (ratio ?? 0) > 0.005)))
}

function renderLane(activity: CpuActivity, lane: CpuLane): Html {
  const count = activity.sliceCount
  const areas = parts.map((part, place) => html`<path class="on-${part}" d="${stackedArea(lane, place)}"/>`)
  return html`<div class="lane"><span class="name">CPU ${lane.cpu}</span><div class="plot" data-cpu="${lane.cpu}">
<svg viewBox="0 0 ${count} 100" preserveAspectRatio="none" role="img" aria-label="CPU ${lane.cpu}: ${meanText(lane)}">${[...areas].reverse()}</svg>
<svg class="strip" viewBox="0 0 ${count} 1" preserveAspectRatio="none" aria-hidden="true">${stripPaths(lane.process)}</svg></div>
<output class="value">${formatRatio(mean(lane))}</output></div>
`
}

/** Area from 0 to the sum of the parts up to and with this one; drawn largest first, each hides the one behind. */
function stackedArea(lane: CpuLane, upTo: number): string {
  let path = 'M0 100'
  for (let slice = 0; slice < lane.user.length; slice++) {
    let sum = 0
    for (let part = 0; part <= upTo; part++) sum += lane[parts[part]][slice] ?? 0
    path += `V${Math.round(100 - Math.min(1, sum) * 100)}H${slice + 1}`
  }
  return `${path}V100Z`
}

function stripPaths(process: readonly number[]): Html[] {
  const byClass = new Map<string, string>()
  let start = 0
  for (let slice = 1; slice <= process.length; slice++) {
    if (process[slice] === process[start]) continue
    const owner = process[start]
    if (owner >= 0) {
      const name = owner < colouredProcesses ? `p${owner}` : 'rest'
      byClass.set(name, `${byClass.get(name) ?? ''}M${start} 0H${slice}V1H${start}Z`)
    }
    start = slice
  }
  return [...byClass].map(([name, path]) => html`<path class="${name}" d="${path}"/>`)
}

function mean(lane: CpuLane): number {
  let sum = 0
  let count = 0
  for (let slice = 0; slice < lane.user.length; slice++) {
    if (lane.user[slice] === null) continue
    sum += parts.reduce((busy, part) => busy + (lane[part][slice] ?? 0), 0)
    count++
  }
  return count === 0 ? Number.NaN : sum / count
}

function meanText(lane: CpuLane): string {
  return `${formatRatio(mean(lane))} busy on average`
}

/** The series that matter, as small charts. */
export function renderCharts({ charts, durationNs }: ReportView): Html {
  if (charts.length === 0) return html``
  const figures = charts.map(chart => renderChart(chart, durationNs))
  return section('series', 'Over the same time', { content: html`<div class="timeline charts">${figures}</div>` })
}

function renderChart(chart: Chart, durationNs: number): Html {
  const top = scaleTop(chart)
  const lines = chart.lines.map((line, place) => html`<path class="l${place}" d="${linePath(line, durationNs, top)}"/>`)
  const { limit } = chart
  const mark =
    limit === undefined || limit.value > top
      ? html``
      : html`<path class="limit" d="M0 ${(100 - (limit.value / top) * 100).toFixed(1)}H1000"/>`
  const legend = chart.lines.map(
    (line, place) =>
      html`<li><svg class="key" width="18" height="8" aria-hidden="true"><path class="l${place}" d="M0 4H18"/></svg>${line.label} <output class="value" data-line="${place}">${rangeText(chart.unit, line)}</output></li>`,
  )
  const limitKey =
    limit === undefined
      ? html``
      : html`<li class="note">${limit.value > top ? '' : 'dotted: '}${limit.label} ${formatUnit(chart.unit, limit.value)}</li>`
  return html`<figure><figcaption>${chart.title}</figcaption><div class="plot" data-chart="${chart.id}"><span class="top">${formatUnit(chart.unit, top)}</span>
<svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="${chart.title}">${mark}${lines}</svg></div>
<ul class="legend">${legend}${limitKey}${chart.hiddenLineCount > 0 ? html`<li class="note">${chart.hiddenLineCount} more</li>` : html``}</ul></figure>
`
}

function rangeText(unit: ChartUnit, { value }: ChartLine): string {
  const low = value.reduce((least, next) => Math.min(least, next), Number.POSITIVE_INFINITY)
  const high = value.reduce((most, next) => Math.max(most, next), Number.NEGATIVE_INFINITY)
  const [from, to] = [formatUnit(unit, low), formatUnit(unit, high)]
  return from === to ? to : `${from} – ${to}`
}

/** A round number that holds all lines, and the limit where it is near. */
function scaleTop({ unit, lines, limit }: Chart): number {
  const high = lines.reduce((most, line) => line.value.reduce((inner, value) => Math.max(inner, value), most), 0)
  const needed = limit !== undefined && limit.value <= Math.max(high, 1e-9) * 4 ? Math.max(high, limit.value) : high
  if (unit === 'ratio') return [0.1, 0.25, 0.5, 1].find(top => needed <= top) ?? needed
  if (unit === 'bytes') return needed > 0 ? needed * 1.05 : 1
  const power = 10 ** Math.floor(Math.log10(Math.max(needed, 1)))
  return ([1, 2, 5, 10].find(factor => needed <= factor * power) ?? 10) * power
}

function linePath({ timeNs, value }: ChartLine, durationNs: number, top: number): string {
  const at = (index: number) =>
    `${((timeNs[index] / durationNs) * 1000).toFixed(1)} ${(100 - Math.max(0, Math.min(1, value[index] / top)) * 100).toFixed(1)}`
  if (timeNs.length === 0 || !(durationNs > 0)) return ''
  return `M${timeNs.map((_, index) => at(index)).join('L')}`
}

function formatUnit(unit: ChartUnit, value: number): string {
  return formatMetric(
    { ratio: 'xRatio', count: 'x', bytes: 'xBytes', bytesPerSec: 'xBytesPerSec', ns: 'xNs', perSec: 'xPerSec' }[unit],
    value,
  )
}
