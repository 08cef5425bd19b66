/**
 * Fuzzes the parsers: real files with their bytes changed, the same ones for the same seed.
 *
 *   npm run fuzz -- [--target NAME] [--executions N] [--seed S]
 *
 * A target is { name, corpus, run } of a file in scripts/fuzz/: run(bytes) may throw FormatError and nothing else, and must come
 * back soon. What breaks that is written to /tmp/autotune-fuzz/ and makes the exit status 1.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const SLOW_MS = 250
const MAX_FINDINGS = 20
const interesting = [0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x40, 0x20]
const folder = join(import.meta.dirname, 'fuzz')
const scratch = `/tmp/autotune-fuzz/${process.pid}`
const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    executions: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
})

const targets = (await loadTargets()).filter(({ name }) => values.target === undefined || name === values.target)
if (targets.length === 0) {
  console.error(`There is no target ${values.target}.`)
  process.exit(2)
}
Error.stackTraceLimit = 0
let findingCount = 0
for (const target of targets) findingCount += fuzz(target, Number(values.executions), Number(values.seed))
process.exitCode = findingCount > 0 ? 1 : 0

/** Targets are TypeScript's users: bundled, then imported. */
async function loadTargets() {
  const names = readdirSync(folder).filter(name => name.endsWith('.mjs'))
  await build({
    entryPoints: names.map(name => join(folder, name)),
    outdir: scratch,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['koffi', 'gecko-profiler-demangle'],
    logLevel: 'warning',
  })
  const modules = await Promise.all(names.map(name => import(pathToFileURL(join(scratch, name)).href)))
  return modules.flatMap(module => module.targets)
}

function fuzz({ name, corpus, run }, executions, seed) {
  const files = corpus()
  const random = randomFrom(seed)
  const findings = []
  let refused = 0
  let slowestMs = 0
  const began = performance.now()
  for (let count = 0; count < executions && findings.length < MAX_FINDINGS; count++) {
    const bytes = mutate(files[count % files.length], files, random)
    const start = performance.now()
    try {
      run(bytes)
    } catch (error) {
      if (error?.name === 'FormatError') refused++
      else findings.push(keep(name, bytes, traceOf(run, bytes)))
    }
    const ms = performance.now() - start
    slowestMs = Math.max(slowestMs, ms)
    // a busy machine makes anything slow once
    if (ms > SLOW_MS && isSlow(run, bytes)) findings.push(keep(name, bytes, `took ${ms.toFixed(0)} ms`))
  }
  const seconds = (performance.now() - began) / 1000
  console.log(
    `${name}: ${executions} executions of ${files.length} files, seed ${seed}, ${Math.round(executions / seconds)}/s, ` +
      `${refused} refused, slowest ${slowestMs.toFixed(0)} ms, ${findings.length} findings`,
  )
  for (const finding of findings) console.log(`  ${finding.replaceAll('\n', '\n    ')}`)
  return findings.length
}

function isSlow(run, bytes) {
  const { user, system } = process.cpuUsage()
  try {
    run(bytes)
  } catch {
    // what it throws was looked at before
  }
  const used = process.cpuUsage({ user, system })
  return (used.user + used.system) / 1000 > SLOW_MS
}

/** Stack traces cost more than most runs: they are made for findings only. */
function traceOf(run, bytes) {
  Error.stackTraceLimit = 20
  try {
    run(bytes)
    return 'did not throw when run again'
  } catch (error) {
    return `${error?.stack ?? error}`
  } finally {
    Error.stackTraceLimit = 0
  }
}

function keep(name, bytes, what) {
  mkdirSync('/tmp/autotune-fuzz', { recursive: true })
  const path = `/tmp/autotune-fuzz/${name}-${Math.random().toString(36).slice(2)}.bin`
  writeFileSync(path, bytes)
  return `${path}: ${what}`
}

/** xorshift32: the same numbers for the same seed. */
function randomFrom(seed) {
  let state = (seed * 0x9e3779b1) | 1
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** One to eight changes: bytes, words, cuts, copies of other parts, whole runs. */
function mutate(file, files, random) {
  let bytes = new Uint8Array(file)
  const changes = 1 + random(8)
  for (let change = 0; change < changes && bytes.length > 0; change++) {
    const at = random(bytes.length)
    const kind = random(12)
    if (kind < 4) bytes[at] = random(256)
    else if (kind < 6) bytes[at] ^= 1 << random(8)
    else if (kind < 8) bytes[at] = interesting[random(interesting.length)]
    else if (kind === 8) bytes.fill(interesting[random(interesting.length)], at, at + 1 + random(16))
    else if (kind === 9) {
      const other = files[random(files.length)]
      const from = random(other.length)
      bytes.set(other.subarray(from, from + Math.min(1 + random(64), bytes.length - at)), at)
    } else if (kind === 10) bytes.copyWithin(at, random(bytes.length), random(bytes.length))
    else if (random(4) === 0) bytes = bytes.slice(0, at)
  }
  return bytes
}
