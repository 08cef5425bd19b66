import type { Chart, CpuActivity, ReportView } from '../../schema.ts'
import { formatDuration, formatMetric, formatRatio } from '../../units.ts'

/** A plot, its cursor, and how to say what it shows at a moment. */
interface Plot {
  readonly element: HTMLElement
  readonly cursor: HTMLElement
  readonly outputs: readonly { readonly element: Element; readonly resting: string; at(timeNs: number): string }[]
}

/** One cursor through all plots: pointing at a moment in one shows the values of all. */
export function startTimeline(page: Document, view: ReportView): void {
  const plots = [...page.querySelectorAll<HTMLElement>('.plot')].map(element => plotOf(element, view))
  const clock = page.createElement('output')
  clock.className = 'clock'
  let moment: number | undefined
  const show = (timeNs: number | undefined, under: HTMLElement) => {
    moment = timeNs
    for (const plot of plots) move(plot, timeNs, view.durationNs)
    clock.textContent = timeNs === undefined ? '' : formatDuration(timeNs)
    clock.style.left = `${((timeNs ?? 0) / view.durationNs) * 100}%`
    under.append(clock)
  }
  for (const { element } of plots) {
    element.tabIndex = 0
    element.addEventListener('pointermove', event => {
      const box = element.getBoundingClientRect()
      show(clamp((event.clientX - box.left) / box.width) * view.durationNs, element)
    })
    element.addEventListener('pointerleave', () => show(undefined, element))
    element.addEventListener('blur', () => show(undefined, element))
    element.addEventListener('keydown', event => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
      if (step === undefined) return
      event.preventDefault()
      show(clamp((moment ?? view.durationNs / 2) / view.durationNs + step / 100) * view.durationNs, element)
    })
  }
}

function clamp(ratio: number): number {
  return Math.min(1, Math.max(0, ratio))
}

function plotOf(element: HTMLElement, view: ReportView): Plot {
  const cursor = document.createElement('i')
  cursor.className = 'cursor'
  cursor.hidden = true
  element.append(cursor)
  const found = [...(element.parentElement?.querySelectorAll('output.value') ?? [])]
  const { activity } = view
  const chart = view.charts.find(candidate => candidate.id === element.dataset.chart)
  const cpu = Number(element.dataset.cpu)
  const outputs = found.map((output, place) => ({
    element: output,
    resting: output.textContent ?? '',
    at: (timeNs: number) =>
      chart !== undefined ? chartText(chart, place, timeNs) : activity !== undefined ? laneText(activity, cpu, timeNs) : '',
  }))
  return { element, cursor, outputs }
}

function move({ cursor, outputs }: Plot, timeNs: number | undefined, durationNs: number): void {
  cursor.hidden = timeNs === undefined
  if (timeNs !== undefined) cursor.style.left = `${(timeNs / durationNs) * 100}%`
  for (const output of outputs) output.element.textContent = timeNs === undefined ? output.resting : output.at(timeNs)
}

/** "93 % nginx": how busy, and with whom. */
function laneText({ sliceNs, sliceCount, lanes, processes }: CpuActivity, cpu: number, timeNs: number): string {
  const lane = lanes.find(candidate => candidate.cpu === cpu)
  const slice = Math.min(sliceCount - 1, Math.floor(timeNs / sliceNs))
  if (lane === undefined || lane.user[slice] === null) return '–'
  const busy = (lane.user[slice] ?? 0) + (lane.kernel[slice] ?? 0) + (lane.interrupt[slice] ?? 0) + (lane.steal[slice] ?? 0)
  return `${formatRatio(Math.min(1, busy))} ${processes[lane.process[slice]]?.comm ?? ''}`
}

const metricNames = { ratio: 'xRatio', count: 'x', bytes: 'xBytes', bytesPerSec: 'xBytesPerSec', ns: 'xNs', perSec: 'xPerSec' } as const

/** The reading nearest to a moment. */
function chartText({ unit, lines }: Chart, place: number, timeNs: number): string {
  const line = lines[place]
  if (line === undefined || line.timeNs.length === 0) return '–'
  let low = 0
  let high = line.timeNs.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (line.timeNs[middle] < timeNs) low = middle + 1
    else high = middle
  }
  const nearest = low > 0 && timeNs - line.timeNs[low - 1] < line.timeNs[low] - timeNs ? low - 1 : low
  return formatMetric(metricNames[unit], line.value[nearest])
}
