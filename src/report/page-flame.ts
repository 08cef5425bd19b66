import type { Diagnosis, FlameKind, FlameTree, ReportView } from '../schema.ts'
import { formatCount, formatDuration, formatRatio } from '../units.ts'
import { type Html, html } from './html.ts'
import { section } from './page-section.ts'

/** Levels and narrowest node of the picture without scripts. */
const staticDepth = 12
const staticMinRatio = 0.004
const rowHeight = 20
/** Letters that fit a hundredth of the picture, for labels of the still picture. */
const minLabelRatio = 0.025

const kindNames: readonly (readonly [kind: FlameKind, name: string])[] = [
  ['own', 'own code'],
  ['dependency', 'dependency'],
  ['runtime', 'runtime'],
  ['system', 'system library'],
  ['kernel', 'kernel'],
  ['unknown', 'unknown'],
]

/** The flame graph: a still picture of its first levels, which the script replaces by the whole tree. */
export function renderFlame({ target }: Diagnosis, { targetFlame, machineFlame }: ReportView): Html {
  const first = targetFlame ?? machineFlame
  if (first === undefined) return html``
  const used = new Set([...(targetFlame?.frames ?? []), ...(machineFlame?.frames ?? [])].map(frame => frame.kind))
  const legend = kindNames.filter(([kind]) => used.has(kind)).map(([kind, name]) => html`<li><i class="swatch ${kind}"></i>${name}</li>`)
  const both = targetFlame !== undefined && machineFlame !== undefined
  const whose = targetFlame === undefined && target.kind === 'machine' ? 'machine' : targetFlame === undefined ? 'machine' : 'target'
  const content = html`<div id="flame" data-first="${whose}">
<div class="controls" hidden>
${both ? html`<div class="switch" role="group" aria-label="Whose stacks"><button type="button" data-tree="target" aria-pressed="true">Target</button><button type="button" data-tree="machine" aria-pressed="false">Machine</button></div>` : html``}
<input type="search" placeholder="Search functions" aria-label="Search functions" autocomplete="off" spellcheck="false">
<button type="button" class="reset" disabled>Reset zoom</button><output class="matches"></output></div>
<div class="stage">${stillPicture(first)}</div>
<p class="readout" aria-live="polite">${formatDuration(first.ns[0])} of CPU time in ${formatCount(first.sampleCount)} samples</p>
<ul class="legend">${legend}</ul>
<p class="note">${hiddenText(first)}</p>
</div>`
  const note = 'Callers above, callees below, widest first: order is not time. Width is CPU time.'
  return section('flames', 'Where CPU time goes', { note, content })
}

function hiddenText({ hiddenNodeCount, hiddenNs, ns }: FlameTree): string {
  if (hiddenNodeCount === 0) return ''
  const part = ns[0] > 0 ? formatRatio(hiddenNs / ns[0]) : '–'
  return `${formatCount(hiddenNodeCount)} frames too narrow to see are left out; they hold ${part} and count to their callers.`
}

function stillPicture(tree: FlameTree): Html {
  const total = tree.ns[0]
  if (!(total > 0)) return html``
  const startNs = [0]
  const boxes: Html[] = []
  let deepest = 0
  for (let node = 0; node < tree.depth.length; node++) {
    const depth = tree.depth[node]
    const start = startNs[depth] ?? 0
    startNs[depth] = start + tree.ns[node]
    startNs[depth + 1] = start
    if (depth > staticDepth || tree.ns[node] / total < staticMinRatio) continue
    deepest = Math.max(deepest, depth)
    boxes.push(box(tree, node, start / total))
  }
  return html`<svg class="still" width="100%" height="${(deepest + 1) * rowHeight}" role="img" aria-label="Flame graph, first levels">${boxes}</svg>`
}

/** An inner svg clips the label to the box. */
function box(tree: FlameTree, node: number, startRatio: number): Html {
  const ratio = tree.ns[node] / tree.ns[0]
  const { name, kind, source, inlinedInto } = tree.frames[tree.frame[node]]
  const place = `${source === undefined ? '' : ` · ${source}`}${inlinedInto === undefined ? '' : `, inlined into ${inlinedInto}`}`
  const label = ratio < minLabelRatio ? html`` : html`<text x="5" y="14">${name}</text>`
  return html`<svg x="${(startRatio * 100).toFixed(3)}%" y="${tree.depth[node] * rowHeight}" width="${(ratio * 100).toFixed(3)}%" height="${rowHeight}"><title>${name} · ${formatRatio(ratio)}${place}</title><rect class="${kind}" width="100%" height="${rowHeight - 1}"/>${label}</svg>`
}
