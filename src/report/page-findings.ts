import type { Culprit, Diagnosis, Finding, Interval } from '../schema.ts'
import { formatRatio } from '../units.ts'
import { type Html, html } from './html.ts'
import { joined, prose, section } from './page-section.ts'
import { byProof, fixText, formatInterval, gainText, severity, shareText, unexplainedText } from './words.ts'

/** Every finding on one axis: the share of time it costs, and how sure that is. */
export function renderRanking(diagnosis: Diagnosis): Html {
  const { proven } = byProof(diagnosis)
  if (proven.length < 2) return html``
  const top = axisTop(proven)
  const rows = proven.map(
    finding => html`<li><a href="#${finding.id}"><span class="id">${finding.id}</span> <span class="title">${joined(finding.title)}</span></a>
${intervalPlot(finding.share, top)}<span class="number">${formatInterval(finding.share)}</span></li>
`,
  )
  const axis = html`<p class="axis" aria-hidden="true"><span>0</span><span>${formatRatio(top)}</span></p>`
  const note = 'Dot: best estimate. Line: 95 % interval. Shares may overlap.'
  return section('ranking', 'Share of time lost', { note, content: html`<ol class="ranking">${rows}</ol>${axis}` })
}

function axisTop(findings: readonly Finding[]): number {
  const high = findings.reduce((most, { share }) => Math.max(most, Number.isFinite(share.high) ? share.high : 0), 0)
  return [0.1, 0.25, 0.5, 1].find(top => high <= top) ?? 1
}

function intervalPlot({ estimate, low, high }: Interval, top: number): Html {
  const at = (ratio: number) => `${(Math.max(0, Math.min(1, ratio / top)) * 100).toFixed(2)}%`
  if (![estimate, low, high].every(Number.isFinite)) return html`<svg class="interval" aria-hidden="true"></svg>`
  return html`<svg class="interval" role="img" aria-label="${formatInterval({ estimate, low, high })}" height="20" width="100%">
<line class="track" x1="0" x2="100%" y1="10" y2="10"/><line class="stem" x1="0" x2="${at(estimate)}" y1="10" y2="10"/>
<line class="range" x1="${at(low)}" x2="${at(high)}" y1="10" y2="10"/><circle cx="${at(estimate)}" cy="10" r="4.5"/></svg>`
}

/** Findings in rank order; those of unproven rules apart. */
export function renderFindings(diagnosis: Diagnosis): Html[] {
  const { proven, experimental } = byProof(diagnosis)
  const cards = (findings: readonly Finding[]) => findings.map(finding => findingCard(diagnosis, finding))
  return [
    ...(proven.length === 0 ? [] : [section('findings', 'Findings', { content: cards(proven) })]),
    ...(diagnosis.fixOrder === undefined
      ? []
      : [
          section('fix-order', 'Fix order', {
            note: 'Each step with those before it done.',
            content: html`<ol>${diagnosis.fixOrder.map(step => html`<li>${joined(fixText(step))}</li>`)}</ol>`,
          }),
        ]),
    ...(experimental.length === 0
      ? []
      : [
          section('experimental', 'Not proven yet', {
            note: 'Rules that no labelled recording has confirmed.',
            content: cards(experimental),
          }),
        ]),
    ...suppressedSection(diagnosis),
    ...renderUnexplained(diagnosis),
  ]
}

function renderUnexplained(diagnosis: Diagnosis): Html[] {
  const text = unexplainedText(diagnosis)
  if (text === undefined) return []
  const content = html`<ul>${text.parts.map(part => html`<li>${joined(part)}</li>`)}</ul>`
  return [section('unexplained', text.title, { note: 'No finding is about it.', content })]
}

function suppressedSection({ suppressed = [] }: Diagnosis): Html[] {
  if (suppressed.length === 0) return []
  const rows = suppressed.map(
    ({ finding, reason, author, expires }) =>
      html`<li>${joined(finding.title)} (score ${Math.round(finding.score)}): ${reason} (${author}, until ${expires})</li>`,
  )
  return [section('suppressed', 'Suppressed', { note: 'Somebody asked not to see these for a while.', content: html`<ul>${rows}</ul>` })]
}

function findingCard({ target, progress }: Diagnosis, finding: Finding): Html {
  const gain = gainText(finding, progress)
  const level = severity(finding.score)
  return html`<article class="finding" id="${finding.id}">
<h3><span class="id">${finding.id}</span> <span>${joined(finding.title)}</span></h3>
<p class="cost"><span><strong>${joined(shareText(target, finding))}</strong>${gain === undefined ? '' : joined(`; gain: ${gain}`)}</span>
<span class="score ${level}">${level} <b>${Math.round(finding.score)}</b></span></p>
<div class="body"><div class="text">
${finding.when === undefined ? html`` : html`<p class="when">${prose(finding.when)}</p>`}
${list('ul', 'Evidence', finding.evidence)}
${finding.why === '' ? html`` : html`<div class="why"><h4>Why it costs time</h4><p>${prose(finding.why)}</p></div>`}
${list('ol', 'Next', finding.next)}
${list('ul', 'To undo it', finding.undo ?? [])}
${list('ul', 'Explains', finding.symptoms ?? [])}
</div>${culprits(finding.culprits)}</div>
<p class="origin">${finding.subject} · <code>${finding.class}</code> · rule <code>${finding.rule}</code>${finding.overrides === undefined ? '' : ` (${finding.overrides})`}</p>
</article>
`
}

function list(kind: 'ol' | 'ul', title: string, items: readonly string[]): Html {
  if (items.length === 0) return html``
  const rows = items.map(item => html`<li>${prose(item)}</li>`)
  const className = title.toLowerCase().replaceAll(' ', '-')
  const body = kind === 'ol' && items.length > 1 ? html`<ol>${rows}</ol>` : html`<ul>${rows}</ul>`
  return html`<div class="${className}"><h4>${title}</h4>${body}</div>`
}

/** Functions can be looked up in the flame graph: the script makes data-search a button. */
function culprits(all: readonly Culprit[]): Html {
  if (all.length === 0) return html``
  const rows = all.map(({ kind, name, share }) => {
    const width = `${(Math.max(0, Math.min(1, share)) * 100).toFixed(1)}%`
    const search = kind === 'function' ? html` data-search="${name}"` : html``
    return html`<li><span class="kind">${kind}</span><code${search}>${name}</code><span class="number">${formatRatio(share)}</span>
${Number.isFinite(share) ? html`<svg width="100%" height="3" aria-hidden="true"><rect width="100%" height="3" class="track"/><rect width="${width}" height="3" class="part"/></svg>` : html``}</li>`
  })
  return html`<aside><h4>Culprits</h4><ul class="culprits">${rows}</ul></aside>`
}
