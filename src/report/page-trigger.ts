import type { ReportView } from '../schema.ts'
import { formatCount, formatDuration } from '../units.ts'
import { type Html, html } from './html.ts'
import { section } from './page-section.ts'

/** Why this window failed, for whoever is woken up by it: before the verdict on all of its seconds, which are few. Undefined elsewhere. */
export function causeOf({ trigger }: ReportView): string | undefined {
  const first = trigger?.differences[0]
  if (trigger === undefined || first === undefined) return undefined
  const format = first.unit === 'ns' ? formatDuration : formatCount
  const healthy = first.controlCount === 0 ? 'no healthy time to compare with' : `${format(first.controlMedian)} in healthy time`
  return `${trigger.isTelling ? 'Likely cause' : 'Most unlike healthy time'}: ${first.measure} (${format(first.value)}; ${healthy}).`
}

/** What made \`watch\` keep these seconds, when that was, and what was different from healthy time. */
export function renderTrigger({ trigger, durationNs }: ReportView): Html {
  if (trigger === undefined) return html``
  const place = durationNs > 0 ? Math.max(0, Math.min(1, trigger.timeNs / durationNs)) * 1000 : 0
  const whole = durationNs > 0 ? Math.max(0, Math.min(1, trigger.completeFromNs / durationNs)) * 1000 : 0
  const rows = trigger.differences.map(({ measure, unit, value, controlMedian, controlCount, pValue }) => {
    const format = unit === 'ns' ? formatDuration : formatCount
    const healthy = controlCount === 0 ? '–' : format(controlMedian)
    return html`<tr><td>${measure}</td><td>${format(value)}</td><td>${healthy}</td><td>${pValue === null ? '–' : pValue.toPrecision(2)}</td></tr>`
  })
  const table =
    rows.length === 0
      ? html`<p>Nothing was measured that differs from healthy time.</p>`
      : html`<table><thead><tr><th>What</th><th>Here</th><th>In healthy time</th><th>p</th></tr></thead><tbody>${rows}</tbody></table>`
  const content = html`<p><code>${trigger.trigger}</code></p><p>${trigger.detail}</p>
<svg viewBox="0 0 1000 24" preserveAspectRatio="none" width="100%" height="24" role="img" aria-label="The trigger fired ${formatDuration(trigger.timeNs)} after the start of ${formatDuration(durationNs)}">
<rect x="${whole}" y="10" width="${1000 - whole}" height="4" fill="currentColor" opacity="0.3"/><rect x="${Math.min(998, place)}" y="0" width="2" height="24" fill="currentColor"/></svg>
<p class="axis"><span>0</span><span>${formatDuration(durationNs)}</span></p>
${table}`
  const lost =
    trigger.overwrittenCount > 0
      ? ` ${formatCount(trigger.overwrittenCount)} older events were overwritten; from the bar on all are there.`
      : ''
  return section('trigger', 'Why these seconds were kept', { note: `The line is the moment the trigger fired.${lost}`, content })
}
