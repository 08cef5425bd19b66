import type { Rule } from '../schema.ts'
import { cut, displayWidth, padEnd, withVisibleText, wrap } from './text.ts'

const columns = 80

/** Table of `autotune rules list`: one rule a line, at most 80 columns. */
export function formatRulesList(rules: readonly Rule[]): string {
  const shown = withVisibleText(rules)
  const idColumns = Math.min(30, Math.max(2, ...shown.map(rule => displayWidth(rule.id))))
  const classColumns = Math.min(22, Math.max(5, ...shown.map(rule => displayWidth(rule.class))))
  const line = (id: string, className: string, rest: string) =>
    cut(`${padEnd(cut(id, idColumns), idColumns)}  ${padEnd(cut(className, classColumns), classColumns)}  ${rest}`, columns).trimEnd()
  const rows = shown.map(rule => line(rule.id, rule.class, `${padEnd(rule.status, 12)}  ${rule.title}`))
  return `${[line('id', 'class', `${padEnd('status', 12)}  title`), ...rows].join('\n')}\n`
}

/** Everything `autotune rules show ID` says, at most 80 columns. Texts keep their placeholders, such as {function}. */
export function formatRule(rule: Rule, metrics: Readonly<Record<string, string>> = {}): string {
  const shown = withVisibleText(rule)
  const proof = {
    stable: 'stable: labelled recordings have confirmed it',
    experimental: 'experimental: no labelled recording has confirmed it yet; shown apart',
    hint: 'hint: it states no time lost; comes last and never sets the verdict',
  }[shown.status]
  const blocks = [
    [
      ...wrap(shown.title, { columns }),
      cut(`${shown.id} · class ${shown.class} · detector ${shown.detector}`, columns),
      cut(proof, columns),
    ],
    block('Why it costs time', [shown.why]),
    block('Fires when all of this holds', [...shown.when, `there are at least ${shown.minSamples} samples of the target`]),
    block('Score, 0 to 100', [scoreText(shown.score)]),
    block(
      'Measured by',
      Object.entries(withVisibleText(metrics)).map(([name, meaning]) => `${name}: ${meaning}`),
    ),
    block('Evidence it shows', shown.evidence),
    block('What to do', shown.next),
    block('How to undo it', shown.undo),
    block('When it is wrong', shown.whenWrong),
    block('Explains, when it fires', shown.folds),
    block('Sources', shown.sources),
    block('File', [shown.path, shown.overrides === undefined ? '' : `replaces ${shown.overrides}`]),
  ]
  return `${blocks
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

function scoreText(score: Rule['score']): string {
  const common = '25 when 5 % of the target’s time is lost, 75 at 20 %, on the lower bound of the interval'
  if (score === undefined) return common
  return typeof score === 'string' ? score : `${common}; never above ${score.ceiling}`
}

function block(title: string, texts: readonly string[]): string[] {
  const said = texts.map(text => text.trim()).filter(text => text !== '')
  if (said.length === 0) return []
  const many = said.length > 1
  return [
    title,
    ...said.flatMap(text =>
      wrap(text, { columns: columns - 4 }).map((line, place) => `${many && place === 0 ? '  - ' : many ? '    ' : '  '}${line}`),
    ),
  ]
}
