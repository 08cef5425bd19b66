import type { HostFacts } from '../schema.ts'
import { withVisibleText, wrap } from './text.ts'
import { hostText } from './words.ts'

/** What was tried and what came of it, as the check hands it over. */
export interface CheckLine {
  readonly topic: string
  readonly isAvailable: boolean
  readonly detail: string
  readonly cost: string | undefined
  readonly remedy: string | undefined
}

const columns = 80
const LABEL_COLUMNS = 9

/** The text of `autotune check`, at most 80 columns: what works, what does not, what that costs and what mends it. */
export function formatCheck(result: { readonly host: HostFacts; readonly checks: readonly CheckLine[] }): string {
  const { host, checks } = withVisibleText(result)
  const who = host.uid === 0 ? 'root' : `user ${host.uid}`
  const missing = checks.filter(({ isAvailable }) => !isAvailable)
  const verdict =
    missing.length === 0
      ? 'Everything autotune uses is available.'
      : `${checks.length - missing.length} of ${checks.length} sources are available.`
  return `${[...wrap(`${hostText({ host })}, as ${who}`, { columns }), '', ...checks.flatMap(checkLines), '', verdict].join('\n')}\n`
}

function checkLines({ topic, isAvailable, detail, cost, remedy }: CheckLine): string[] {
  const head = wrap(topic, { columns: columns - 5 }).map((line, row) => `${(row > 0 ? '' : isAvailable ? 'yes' : 'NO').padEnd(5)}${line}`)
  return [
    ...head,
    ...labelled('', detail),
    ...labelled('hides', cost),
    ...labelled('to mend', isAvailable ? undefined : (remedy ?? 'nothing on this machine')),
  ]
}

function labelled(label: string, text: string | undefined): string[] {
  if (text === undefined) return []
  const indent = 5 + (label === '' ? 0 : LABEL_COLUMNS)
  return wrap(text, { columns: columns - indent }).map(
    (line, row) => `     ${label === '' ? '' : (row === 0 ? label : '').padEnd(LABEL_COLUMNS)}${line}`,
  )
}
