import { CodeKind, Ownership, ProcessRole, schemaVersion, seriesSpecs, ThreadState, tables } from '../src/schema.ts'

/** docs/SCHEMA.md as Markdown: what is in a recording, for people who open one without autotune. */
export function schemaPage(): string {
  const sections = [intro, ...Object.entries(tables).map(tableSection), enumSection(), seriesSection(), changes]
  return `${sections.join('\n\n')}\n`
}

const intro = `# Tables of a recording

Schema version ${schemaVersion}. Printed from src/schema/ by \`npm run schema\`; a test keeps it up to date.

A recording is a folder: \`manifest.json\` and one Arrow IPC file per table, \`<table>.arrow\`, for any reader of Arrow (tried: polars,
flechette, apache-arrow). A table that was not recorded has no file.

- Times are nanoseconds since the recording began (CLOCK_MONOTONIC); \`startNs\` in the manifest is the beginning, as decimal string.
- A column named after a table (process, callchain, symbol, …) holds rows of that table, counted from 0. \`prefix\` holds rows of its own.
- -1 in an i32 column is "none", NaN in an f64 column "not known", null in a text column "absent".
- Types: f64 = Float64, i32 = Int32, u8 = Uint8, u64 = Uint64, text = Dictionary<Utf8, Int32>.
- A file whose recording still runs, or was killed, has no footer: skip its first 8 bytes and read the rest as an Arrow stream. Its
  strings may come in delta dictionaries; a finished file has none.`

function tableSection([name, { doc, source, stage, columns }]: [string, (typeof tables)[keyof typeof tables]]): string {
  const rows = Object.entries(columns).map(([column, { type, doc: text }]) => [`\`${column}\``, type, text])
  const written = stage === 'collect' ? 'while recording' : 'by the analysis, from the other tables'
  return `## ${name}

${doc}

Source: ${source}. Written ${written}.

${markdownTable(['column', 'type', 'meaning'], rows)}`
}

function enumSection(): string {
  const enums = { CodeKind, ProcessRole, ThreadState, Ownership }
  const rows = Object.entries(enums).map(([name, values]) => [
    name,
    Object.entries(values)
      .map(([word, value]) => `${value} ${word}`)
      .join(', '),
  ])
  return `## Values of u8 columns\n\n${markdownTable(['name', 'values'], rows)}`
}

function seriesSection(): string {
  const rows = Object.entries(seriesSpecs).map(([name, { subject, source, doc }]) => [`\`${name}\``, subject, doc, source])
  return `## Names in series

The unit is in the name: …Ratio is 0 to 1, …PerSec a rate, everything else a level.

${markdownTable(['name', 'subject', 'meaning', 'source'], rows)}`
}

const changes = `## Changes

- Version 1: the first.`

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
