/** Builds dist/: the command (bundled, split so that each subcommand loads only what it needs) and the report's assets. */
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

rmSync('dist', { recursive: true, force: true })
mkdirSync('dist', { recursive: true })

await build({
  entryPoints: ['src/cli.ts'],
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
cpSync('src/collectors/bpf/out', 'dist/bpf', { recursive: true })
chmodSync('dist/cli.js', 0o755)
