import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

/** What every stage may see. */
const spine = ['schema', 'errors', 'units', 'spelling', 'table-builder']

/** Who may import whom. A stage sees the spine, the host's interface and its own libraries, never another stage. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  schema: ['schema'],
  errors: [],
  units: [],
  spelling: [],
  'table-builder': ['schema'],
  host: ['errors'],
  'host-bpf': ['host'],
  'host-watch': ['host', 'host-bpf'],
  'linux-watch-host': ['host', 'host-watch', 'linux-host', 'linux-bpf-host', 'koffi', 'node:fs', 'node:net', 'node:os', 'node:path'],
  'linux-bpf-host': ['host', 'host-bpf', 'linux-libbpf', 'koffi', 'node:os'],
  'linux-libbpf': ['host-bpf', 'koffi'],
  'linux-cache': ['host', 'node:fs', 'node:os', 'node:path'],
  'linux-xz': ['koffi'],
  'linux-files': ['host', 'node:fs'],
  'linux-host': ['host', 'linux-cache', 'linux-files', 'linux-xz', 'errors', 'koffi', 'node:os', 'node:process'],
  'byte-reader': spine,
  arrow: ['arrow', 'byte-reader', 'apache-arrow', ...spine],
  recording: ['recording', 'arrow', 'zod', 'node:fs', 'node:path', ...spine],
  collectors: ['collectors', 'host', 'host-bpf', 'host-watch', 'byte-reader', ...spine],
  symbolize: ['symbolize', 'host', 'byte-reader', 'node:zlib', ...spine],
  speculative: ['speculative', 'host', 'host-watch', '@marcbachmann/cel-js', ...spine],
  views: ['views', ...spine],
  detectors: ['detectors', 'simple-statistics', 'ml-kmeans', ...spine],
  rules: ['rules', 'zod', 'yaml', '@marcbachmann/cel-js', ...spine],
  report: ['report', 'zod', 'node:crypto', ...spine],
}

/** What single files may see besides: the demangler is a WebAssembly module, read as a file: Node.js 20 cannot import it. */
const fileMayImport: Readonly<Record<string, readonly string[]>> = {
  'src/symbolize/demangle.ts': ['node:fs', 'node:module'],
}

/** These wire the stages together, so they see everything. */
const wiring = ['cli', 'pipeline', 'progress', 'version']

/** Libraries and who alone imports them. */
const soleImporter: Readonly<Record<string, string | readonly string[]>> = {
  koffi: ['linux-host', 'linux-bpf-host', 'linux-libbpf', 'linux-watch-host', 'linux-xz'],
  'apache-arrow': 'arrow',
  commander: 'cli',
  '@marcbachmann/cel-js': ['rules', 'speculative'],
  yaml: 'rules',
  'simple-statistics': 'detectors',
}

const unitOf = (file: string) => file.split('/')[1].replace(/\.ts$/, '')

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map(file => join('src', file))

function importsOf(file: string): string[] {
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\s[^'"]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm,
  )
  return Array.from(statements, ([, from, bare, dynamic]) => from ?? bare ?? dynamic).map(target =>
    target.startsWith('.') ? unitOf(normalize(join(dirname(file), target))) : target,
  )
}

test.each(sources.filter(file => !wiring.includes(unitOf(file))))('%s imports only what its stage may see', file => {
  const allowed = [...(mayImport[unitOf(file)] ?? []), ...(fileMayImport[file] ?? [])]
  expect(importsOf(file).filter(name => !allowed.includes(name))).toEqual([])
})

test.each(Object.entries(soleImporter))('%s is imported by %s alone', (library, unit) => {
  const importers = sources.filter(file => importsOf(file).includes(library)).map(unitOf)
  expect([...new Set(importers)].filter(importer => ![unit].flat().includes(importer))).toEqual([])
})

test('in the report, page.ts alone computes hashes', () => {
  const importers = sources.filter(file => unitOf(file) === 'report' && importsOf(file).includes('node:crypto'))
  expect(importers).toEqual(['src/report/page.ts'])
})

test('only cli.ts prints or exits', () => {
  const loose = sources.filter(
    file =>
      !['cli', 'perf-worker'].includes(unitOf(file)) &&
      /\bconsole\.|process\.exit\b|process\.std(out|err)\b/.test(readFileSync(file, 'utf8')),
  )
  expect(loose).toEqual([])
})
