/**
 * How often autotune is right: analyses the recordings of datasets/ and scores the answers, beside simpler tools.
 *
 *   npm run eval -- [--only CLASS|NAME] [--json]     the recordings in git; status 1 when a bar is missed
 *   npm run eval -- --live [--runs N] [--weak]       runs the workloads for real (root, a quiet machine)
 *   npm run eval -- --record --measure [--only …]    makes what is kept in git anew
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

// beside the command, two folders below the repository, where it finds rules and libraries
const outfile = join(import.meta.dirname, '..', 'dist', 'eval', 'main.js')
await build({
  entryPoints: [join(import.meta.dirname, 'eval', 'main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['koffi', 'gecko-profiler-demangle'],
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  logLevel: 'warning',
})
const { main } = await import(pathToFileURL(outfile).href)
process.exitCode = await main()
