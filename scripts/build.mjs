/** Builds dist/: the command (bundled, split so that each subcommand loads only what it needs) and the report's assets. */
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { parse } from 'yaml'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

rmSync('dist', { recursive: true, force: true })
mkdirSync('dist', { recursive: true })

await build({
  entryPoints: [
    { in: 'src/cli.ts', out: 'cli' },
    { in: 'src/pipeline/line-worker.ts', out: 'line-worker' },
  ],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // native code and wasm find their files beside themselves
  external: ['koffi', 'gecko-profiler-demangle'],
  define: { AUTOTUNE_VERSION: JSON.stringify(version) },
  // commander is CommonJS and asks for node's modules by require
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  legalComments: 'none',
  logLevel: 'warning',
})

await build({
  entryPoints: ['src/report/app/main.ts'],
  outfile: 'dist/report-app.js',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
})

copyFileSync('src/report/page.css', 'dist/report-page.css')
cpSync('rules', 'dist/rules', { recursive: true, filter: path => !path.includes('.test.') })
// parsing YAML is most of the time of an analysis: done once, here, by the checksum of each text
const ruleTexts = readdirSync('rules')
  .filter(file => file.endsWith('.yaml'))
  .map(file => readFileSync(`rules/${file}`, 'utf8'))
const parsedRules = ruleTexts.map(text => [createHash('sha256').update(text).digest('hex'), parse(text)])
writeFileSync('dist/parsed-rules.json', JSON.stringify(Object.fromEntries(parsedRules)))
cpSync('src/collectors/bpf/out', 'dist/bpf', { recursive: true })
chmodSync('dist/cli.js', 0o755)
