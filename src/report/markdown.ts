import type { Diagnosis, Finding } from '../schema.ts'
import { formatDuration, formatMetric, formatRatio } from '../units.ts'
import { withVisibleText } from './text.ts'
import {
  byProof,
  byReason,
  confidenceText,
  costText,
  fixText,
  gainText,
  hostText,
  progressText,
  qualityFacts,
  shareText,
  targetText,
  unexplainedText,
} from './words.ts'

/** The diagnosis as GitHub-flavoured Markdown, safe to paste into an issue: names cannot format, link, mention or embed. */
export function formatMarkdown(diagnosis: Diagnosis): string {
  const shown = withVisibleText(diagnosis)
  const { proven, experimental } = byProof(shown)
  const blocks = [
    `# ${escapeText(shown.verdict.text)}`,
    escapeText(confidenceText[shown.verdict.confidence]),
    [
      `- target: ${code(targetText(shown.target))} for ${formatDuration(shown.durationNs)}`,
      ...(shown.progress === undefined ? [] : [`- work done: ${escapeText(progressText(shown.progress))}`]),
      `- host: ${escapeText(hostText(shown))}`,
      `- data: ${escapeText(
        qualityFacts(shown.quality)
          .map(([label, value]) => `${value} ${label}`)
          .join(', '),
      )}`,
      `- own cost: ${escapeText(costText(shown))}`,
    ].join('\n'),
    ...proven.flatMap(finding => findingBlocks(shown, finding)),
    ...fixBlocks(shown),
    ...(experimental.length > 0 ? ['## Not proven yet', 'Rules that no labelled recording has confirmed.'] : []),
    ...experimental.flatMap(finding => findingBlocks(shown, finding)),
    ...suppressedBlocks(shown),
    ...unexplainedBlocks(shown),
    ...clearedBlocks(shown),
    ...unmeasuredBlocks(shown),
  ]
  return `${blocks.join('\n\n')}\n`
}

function findingBlocks({ target, progress }: Diagnosis, finding: Finding): string[] {
  const gain = gainText(finding, progress)
  const score = `Score ${Math.round(finding.score)} of 100, rule ${code(finding.rule)}, class ${code(finding.class)}.`
  const cost = `**${escapeText(shareText(target, finding))}**${gain === undefined ? '' : `; gain: ${escapeText(gain)}`}. ${finding.when === undefined ? '' : `${escapeText(finding.when)} `}${score}`
  return [
    `## ${escapeText(finding.id)} · ${escapeText(finding.title)}`,
    cost,
    ...culpritTable(finding),
    ...list('Evidence', finding.evidence),
    ...(finding.why === '' ? [] : [`**Why.** ${prose(finding.why)}`]),
    ...list('Next', finding.next),
    ...list('Undo', finding.undo ?? []),
    ...list('Explains', finding.symptoms ?? []),
  ]
}

function fixBlocks({ fixOrder = [] }: Diagnosis): string[] {
  if (fixOrder.length === 0) return []
  return ['## Fix order', fixOrder.map((step, place) => `${place + 1}. ${escapeText(fixText(step))}`).join('\n')]
}

function unexplainedBlocks(diagnosis: Diagnosis): string[] {
  const text = unexplainedText(diagnosis)
  if (text === undefined) return []
  return [`## ${escapeText(text.title)}`, 'No finding is about it.', text.parts.map(part => `- ${escapeText(part)}`).join('\n')]
}

function culpritTable({ culprits }: Finding): string[] {
  if (culprits.length === 0) return []
  const rows = culprits.map(({ kind, name, share }) => `| ${kind} | ${code(name)} | ${formatRatio(share)} |`)
  return [['| culprit | name | share |', '| --- | --- | ---: |', ...rows].join('\n')]
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`**${title}**`, items.map(item => `- ${prose(item)}`).join('\n')]
}

function suppressedBlocks({ suppressed = [] }: Diagnosis): string[] {
  if (suppressed.length === 0) return []
  const lines = suppressed.map(
    ({ finding, reason, author, expires }) =>
      `- ${escapeText(finding.title)}, score ${Math.round(finding.score)}: ${escapeText(reason)} (${escapeText(author)}, until ${escapeText(expires)})`,
  )
  return ['## Suppressed', lines.join('\n')]
}

function clearedBlocks({ cleared }: Diagnosis): string[] {
  if (cleared.length === 0) return []
  const rows = cleared.map(
    ({ resource, metric, value, text }) => `| ${escapeText(resource)} | ${escapeText(text === '' ? formatMetric(metric, value) : text)} |`,
  )
  return ['## Cleared', ['| resource | measured |', '| --- | --- |', ...rows].join('\n')]
}

function unmeasuredBlocks({ unavailable, notEvaluated }: Diagnosis): string[] {
  const lines = [
    ...unavailable.map(gap => `- **${escapeText(gap.topic)}**: ${escapeText(gap.reason)} ${prose(gap.remedy)}`),
    ...byReason(notEvaluated).map(
      group => `- rules ${group.rules.map(code).join(', ')}: ${escapeText(group.reason)} ${prose(group.remedy)}`,
    ),
  ]
  return lines.length === 0 ? [] : ['## Not measured here', lines.join('\n')]
}

/** Text: every character that could begin markup, a link, a mention (@) or a reference (#) is escaped or broken. */
function escapeText(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+!|~<>&-]/g, character => entity(character))
    .replace(/@/g, '@&#8203;')
    .replace(/\\#(?=\d)/g, '#&#8203;')
    .replace(/:\/\//g, '&#58;//')
    .replace(/\bwww\./gi, 'www&#46;')
    .replace(/^(\d+)\.(?=\s|$)/, '$1&#46;')
}

function entity(character: string): string {
  if (character === '-') return '-'
  if ('()+!'.includes(character)) return character
  return { '<': '&lt;', '>': '&gt;', '&': '&amp;', '|': '&#124;', '`': '&#96;' }[character] ?? `\\${character}`
}

/** Text in which `quoted` parts are code. */
function prose(text: string): string {
  const parts = text.split(/`([^`]+)`/)
  return parts.map((part, place) => (place % 2 === 1 ? code(part) : escapeText(part))).join('')
}

/** A name as code. Backticks and pipes cannot stand in a code span of a table, so it is HTML's code element. */
function code(text: string): string {
  return `<code>${escapeText(text)}</code>`
}
