import type { Culprit, Diagnosis, Finding } from '../schema.ts'
import { formatDuration, formatMetric, formatRatio } from '../units.ts'
import { cut, displayWidth, padEnd, visible, withVisibleText, wrap } from './text.ts'
import {
  byProof,
  confidenceText,
  costText,
  fixText,
  gainText,
  gapsOf,
  hostText,
  progressText,
  qualityFacts,
  severity,
  shareText,
  targetText,
  unexplainedText,
} from './words.ts'

const columns = 80
const indent = 2
/** Where the text of a labelled line begins. */
const labelColumns = 14

/** How the text is to look, and what it may point to. */
export interface TerminalOptions {
  /** Bold, dim and two colours; never the only carrier of a meaning. */
  readonly color: boolean
  readonly htmlPath?: string
  readonly recordingPath?: string
}

/** The diagnosis for a person at a terminal of 80 columns, most important first. */
export function formatTerminal(diagnosis: Diagnosis, options: TerminalOptions): string {
  const shown = withVisibleText(diagnosis)
  const paint = options.color ? colours : plain
  const { proven, experimental } = byProof(shown)
  const blocks = [
    head(shown, paint),
    ...proven.map(finding => findingLines(shown, finding, paint)),
    fixLines(shown, paint),
    section('Not proven yet', 'rules that no labelled recording has confirmed', paint),
    ...experimental.map(finding => findingLines(shown, finding, paint)),
    suppressedLines(shown, paint),
    unexplainedLines(shown, paint),
    clearedLines(shown, paint),
    unmeasuredLines(shown, paint),
    [...dataLines(shown, paint), ...whereLines(options, paint)],
  ]
  const kept = experimental.length > 0 ? blocks : blocks.filter((_, place) => place !== proven.length + 2)
  return `${kept
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

type Paint = Readonly<Record<'bold' | 'dim' | 'accent' | 'alarm', (text: string) => string>>

/** Blue and yellow stay apart in every common colour blindness. */
const colours: Paint = {
  bold: text => `\u001b[1m${text}\u001b[22m`,
  dim: text => `\u001b[2m${text}\u001b[22m`,
  accent: text => `\u001b[34m${text}\u001b[39m`,
  alarm: text => `\u001b[1;33m${text}\u001b[22;39m`,
}

const same = (text: string) => text
const plain: Paint = { bold: same, dim: same, accent: same, alarm: same }

function head(diagnosis: Diagnosis, paint: Paint): string[] {
  const { verdict, target, durationNs, progress } = diagnosis
  const verdictLines = wrap(verdict.text, { columns: columns - indent, maxLines: 6 })
  return [
    paint.dim(cut(`autotune · ${targetText(target)} · ${formatDuration(durationNs)}`, columns)),
    paint.dim(cut(hostText(diagnosis), columns)),
    '',
    ...verdictLines.map(line => paint.bold(line)),
    confidenceText[verdict.confidence],
    ...(progress === undefined ? [] : wrap(`Work done: ${progressText(progress)}.`, { columns, maxLines: 2 })),
  ]
}

function section(title: string, note: string, paint: Paint): string[] {
  return [`${paint.bold(title)}${note === '' ? '' : paint.dim(cut(` · ${note}`, columns - displayWidth(title)))}`]
}

function findingLines(diagnosis: Diagnosis, finding: Finding, paint: Paint): string[] {
  const score = `${severity(finding.score)} ${Math.round(finding.score)}`
  const id = `${padEnd(cut(finding.id, 6), 3)} `
  const [first, ...more] = wrap(finding.title, { columns: columns - displayWidth(id) - displayWidth(score) - 2, maxLines: 2 })
  const left = padEnd(`${id}${first}`, columns - displayWidth(score))
  const mark = finding.score >= 75 ? paint.alarm : same
  const gain = gainText(finding, diagnosis.progress)
  return [
    `${paint.bold(left)}${mark(score)}`,
    ...more.map(line => paint.bold(' '.repeat(displayWidth(id)) + line)),
    ...labelled('costs', shareText(diagnosis.target, finding), { paint, maxLines: 2 }),
    ...(gain === undefined ? [] : labelled('gain', gain, { paint, maxLines: 4 })),
    ...(finding.when === undefined ? [] : labelled('when', finding.when, { paint, maxLines: 2 })),
    ...culpritLines(finding.culprits, paint),
    ...finding.evidence.slice(0, 2).flatMap((text, place) => labelled(place === 0 ? 'evidence' : '', text, { paint, maxLines: 2 })),
    ...labelled('next', finding.next[0] ?? '', { paint, maxLines: 6, style: paint.accent }),
    ...(finding.symptoms ?? []).slice(0, 5).flatMap((text, place) => labelled(place === 0 ? 'explains' : '', text, { paint, maxLines: 1 })),
    ...overflow('explains', (finding.symptoms?.length ?? 0) - 5, paint),
    ...labelled('rule', finding.overrides ?? '', { paint, maxLines: 3 }),
  ]
}

function fixLines({ fixOrder = [] }: Diagnosis, paint: Paint): string[] {
  if (fixOrder.length === 0) return []
  const steps = fixOrder.flatMap((step, place) =>
    wrap(`${place + 1}. ${fixText(step)}`, { columns: columns - indent, maxLines: 2 }).map(line => `${' '.repeat(indent)}${line}`),
  )
  return [...section('Fix order', 'each step with those before it done', paint), ...steps]
}

function unexplainedLines(diagnosis: Diagnosis, paint: Paint): string[] {
  const text = unexplainedText(diagnosis)
  if (text === undefined) return []
  const lines = text.parts.flatMap(part => wrap(part, { columns: columns - indent, maxLines: 2 }))
  return [...section(text.title, 'no finding is about it', paint), ...lines.map(line => ' '.repeat(indent) + line)]
}

function overflow(what: string, count: number, paint: Paint): string[] {
  return count > 0
    ? [`${' '.repeat(labelColumns)}${paint.dim(what === 'explains' ? `and ${count} more symptoms` : `and ${count} more`)}`]
    : []
}

/** The first culprit of each kind, at most three. */
function culpritLines(culprits: readonly Culprit[], paint: Paint): string[] {
  const firsts = culprits.filter((culprit, place) => culprits.findIndex(other => other.kind === culprit.kind) === place)
  return firsts.slice(0, 3).flatMap(({ kind, name, share }) => {
    const part = Number.isFinite(share) && share < 0.9995 ? ` (${formatRatio(share)})` : ''
    return labelled(kind, cut(name, columns - labelColumns - displayWidth(part)) + part, { paint, maxLines: 1 })
  })
}

interface Labelled {
  readonly paint: Paint
  readonly maxLines: number
  readonly style?: (text: string) => string
}

function labelled(label: string, text: string, { paint, maxLines, style = same }: Labelled): string[] {
  if (text === '') return []
  const lines = wrap(text, { columns: columns - labelColumns, maxLines })
  const margin = `${' '.repeat(4)}${paint.dim(padEnd(cut(label, labelColumns - 5), labelColumns - 4))}`
  return lines.map((line, place) => (place === 0 ? margin : ' '.repeat(labelColumns)) + style(line))
}

function suppressedLines({ suppressed = [] }: Diagnosis, paint: Paint): string[] {
  if (suppressed.length === 0) return []
  const rows = suppressed.flatMap(({ finding, reason, author, expires }) => [
    ...wrap(`${finding.title} (${Math.round(finding.score)})`, { columns: columns - indent, maxLines: 2 }).map(
      line => `${' '.repeat(indent)}${line}`,
    ),
    ...wrap(`${reason} (${author}, until ${expires})`, { columns: columns - 4, maxLines: 2 }).map(line => `    ${paint.dim(line)}`),
  ])
  return [...section('Suppressed', 'somebody asked not to see these for a while', paint), ...rows]
}

/** Two columns where they fit: resource and value. */
function clearedLines({ cleared }: Diagnosis, paint: Paint): string[] {
  if (cleared.length === 0) return []
  const rows = cleared.map(({ resource, metric, value, text }) => {
    const label = cut(resource, 18)
    const said = text === '' ? formatMetric(metric, value) : text
    return `${' '.repeat(indent)}${padEnd(label, 20)}${cut(said, columns - indent - 20)}`
  })
  return [...section('Cleared', 'measured and found innocent', paint), ...rows]
}

function unmeasuredLines(diagnosis: Diagnosis, paint: Paint): string[] {
  const { gaps, others } = gapsOf(diagnosis)
  const missing = gaps.map(({ topic, rules, ...rest }) => ({ topic: rules.length === 0 ? topic : `${topic} (${countOf(rules)})`, ...rest }))
  const unsure = others.map(({ rules, ...rest }) => ({
    topic: rules.slice(0, MAX_RULES).join(', ') + (rules.length > MAX_RULES ? ' …' : ''),
    ...rest,
  }))
  return [
    ...(missing.length === 0 ? [] : [...section('Not measured here', '', paint), ...missing.flatMap(gap => gapLines(gap, paint))]),
    ...(missing.length === 0 || unsure.length === 0 ? [] : ['']),
    ...(unsure.length === 0 ? [] : [...section('No answer', 'what cannot be told, or only resembles a problem', paint)]),
    ...unsure.flatMap(gap => gapLines(gap, paint)),
  ]
}

/** Rules named at most; the HTML report has them all. */
const MAX_RULES = 3

function countOf(rules: readonly string[]): string {
  return rules.length === 1 ? 'a rule needs it' : `${rules.length} rules need it`
}

function gapLines({ topic, reason, remedy }: { readonly topic: string; readonly reason: string; readonly remedy: string }, paint: Paint) {
  const space = { columns: columns - indent - 2, maxLines: 3 }
  const said = wrap(`${topic}: ${reason}`, space)
  return [
    ...said.map((line, place) => `${' '.repeat(place === 0 ? indent : indent + 2)}${line}`),
    ...(remedy === '' ? [] : wrap(`→ ${remedy}`, space).map(line => `${' '.repeat(indent + 2)}${paint.accent(line)}`)),
  ]
}

/** How many samples, lost, cut and nameless; the HTML report has the rest, and whatever is wrong is in the verdict. */
const DATA_FACTS = 5

function dataLines(diagnosis: Diagnosis, paint: Paint): string[] {
  const facts = qualityFacts(diagnosis.quality).map(([label, value]) => `${value} ${label}`)
  return [...outcome('Data', facts.slice(0, DATA_FACTS).join(', '), paint), ...outcome('Own cost', costText(diagnosis), paint)]
}

function whereLines({ htmlPath, recordingPath }: TerminalOptions, paint: Paint): string[] {
  return [
    ...(htmlPath === undefined ? [] : outcome('Report', visible(htmlPath), paint)),
    ...(recordingPath === undefined ? [] : outcome('Recording', visible(recordingPath), paint)),
  ]
}

function outcome(label: string, text: string, paint: Paint): string[] {
  const lines = wrap(text, { columns: columns - 11, maxLines: 4 })
  return lines.map((line, place) => paint.dim(padEnd(place === 0 ? label : '', 11)) + line)
}
