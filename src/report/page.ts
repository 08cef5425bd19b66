import { createHash } from 'node:crypto'
import type { Diagnosis, ReportView } from '../schema.ts'
import { formatDuration } from '../units.ts'
import { embedJson, type Html, html } from './html.ts'
import { renderActivity, renderCharts } from './page-activity.ts'
import { renderCleared, renderFacts, renderMachine, renderProcesses, renderQuality, renderUnmeasured } from './page-facts.ts'
import { renderFindings, renderRanking } from './page-findings.ts'
import { renderFlame } from './page-flame.ts'
import { joined } from './page-section.ts'
import { causeOf, renderTrigger } from './page-trigger.ts'
import { withVisibleText } from './text.ts'
import { confidenceText, targetText } from './words.ts'

/** The bundled script of src/report/app and page.css, as text. */
export interface PageAssets {
  readonly script: string
  readonly style: string
}

/**
 * The report as one HTML file that needs nothing else. All it says is there without scripts; the one script makes the
 * flame graph and the time lines interactive from the embedded view. Nothing but that script and style may run or load.
 */
export function renderHtml(diagnosis: Diagnosis, view: ReportView, assets: PageAssets): string {
  const shown = withVisibleText(diagnosis)
  const drawn = withVisibleText(view)
  const script = assets.script.replace(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--')
  const style = assets.style.replace(/<\/(?=style)/gi, '<\\/')
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`
  const title = `${shown.verdict.text.slice(0, 80)} · autotune`
  const [head, middle, end] = documentParts({ policy, title, body: renderBody(shown, drawn), data: embedJson(drawn) })
  return `${head}${style}${middle}${script}${end}`
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`
}

interface DocumentInput {
  readonly policy: string
  readonly title: string
  readonly body: Html
  readonly data: Html
}

/** What stands before, between and after style and script, which must stay byte for byte what was hashed. */
function documentParts({ policy, title, body, data }: DocumentInput): readonly [string, string, string] {
  const head = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>`
  const middle = html`</style>
</head>
<body>
${body}
<script type="application/json" id="view">${data}</script>
<script>`
  return [head.text, middle.text, '</script>\n</body>\n</html>\n']
}

function renderBody(diagnosis: Diagnosis, view: ReportView): Html {
  const sections = [
    renderTrigger(view),
    renderRanking(diagnosis),
    ...renderFindings(diagnosis),
    renderFlame(diagnosis, view),
    renderActivity(view),
    renderCharts(view),
    renderProcesses(view),
    renderCleared(diagnosis),
    renderUnmeasured(diagnosis),
    renderQuality(diagnosis),
    renderMachine(diagnosis, view),
  ]
  return html`<header class="masthead">
<p class="kicker"><strong>autotune</strong> <span>diagnosis of ${targetText(diagnosis.target)} over ${formatDuration(diagnosis.durationNs)}</span></p>
${renderHeadline(diagnosis, view)}
${renderFacts(diagnosis, view)}
</header>
<main>
${sections}
</main>
<footer><p>One file, no network. Shares are of the target’s time; intervals are 95 %.</p></footer>`
}

/** The verdict; in a window that watch kept, first what sets it apart. */
function renderHeadline({ verdict }: Diagnosis, view: ReportView): Html {
  const confidence = html`<p class="confidence">${confidenceText[verdict.confidence]}</p>`
  const cause = causeOf(view)
  if (cause === undefined) return html`<h1>${joined(verdict.text)}</h1>\n${confidence}`
  return html`<h1>${joined(cause)}</h1>
<p class="confidence">Of the whole window: ${joined(verdict.text)}</p>`
}
