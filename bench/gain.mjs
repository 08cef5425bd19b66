// What gains say beside what is won: each workload runs with all of its cause, with half and without, then is recorded with all of it.
// Truth is the part of its time that an operation takes less. Bars: mean absolute error 8 points, 80 % of the intervals hold it.
//   node bench/gain.mjs measure [names]    needs root, and the machine to itself; adds to FOLDER (AUTOTUNE_BENCH, /tmp/autotune-gain)
//   node bench/gain.mjs compare            reads what was measured; every estimate is made anew
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cli, median } from './measure.mjs'

const folder = process.env.AUTOTUNE_BENCH ?? '/tmp/autotune-gain'
const RUN_SECONDS = 1.5
const ROUNDS = 3
const RECORD_SECONDS = 10
const half = { AUTOTUNE_CAUSE: '0.5' }
const none = { AUTOTUNE_CAUSE: '0' }
const all = { AUTOTUNE_CAUSE: '1' }

/** What is taken away, the detector that should know of it, and the words that its observation has in its facts. */
const cases = {
  hot: { program: 'hot', detector: 'hot-path', names: 'hot', half, none },
  'lock-compute': { program: 'lock-compute', detector: 'hot-path', names: 'compute_locked', half, none },
  'lock-compute, lock divided': {
    program: 'lock-compute',
    detector: 'futex-contention',
    names: 'futex',
    none: { ...all, AUTOTUNE_LOCKS: '4' },
  },
  'two-locks': { program: 'two-locks', detector: 'hot-path', names: 'compute_a', half, none },
  'lock-fsync': { program: 'lock-fsync', detector: 'durable-writes', names: '', half, none },
  'fsync-record': { program: 'fsync-record', detector: 'durable-writes', names: '', half },
  mixed: { program: 'mixed', detector: 'hot-path', names: 'encode', half, none },
  'mixed of 6': { program: 'mixed', arguments: ['/tmp', '6'], detector: 'hot-path', names: 'encode', half, none },
  'slow-pipe': { program: 'slow-pipe', detector: 'hot-path', names: 'serve', half, none },
  'slow-pipe, waits': { program: 'slow-pipe', detector: 'downstream-wait', names: 'slow-worker', half, none },
  'syscall-loop': { program: 'syscall-loop', detector: 'syscall-storm', names: '', half, none },
  'tiny-writes': { program: 'tiny-writes', detector: 'kernel-time', names: '', half },
  churn: { program: 'churn', detector: 'fault-churn', names: '', half },
  'open-stat': { program: 'open-stat', detector: 'metadata-storm', names: '', half },
  'cold-mmap': { program: 'cold-mmap', detector: 'major-faults', names: '', half },
  'sleep-poll': { program: 'sleep-poll', detector: 'sleep-polling', names: '', half },
  pool: { program: 'pool', detector: 'hot-path', names: 'job', half, none },
}

const [action, ...only] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
if (action === 'measure') for (const name of only.length > 0 ? only : Object.keys(cases)) measure(name)
if (action === 'compare') compare()

function measure(name) {
  const { program, arguments: more = [], half, none } = cases[name]
  const binary = join(folder, `${program}.bin`)
  const source = new URL(`../test/workloads/${program}.c`, import.meta.url).pathname
  execFileSync('cc', ['-O2', '-g', '-fno-omit-frame-pointer', '-o', binary, source, '-pthread'])
  const rates = { all: [], half: [], none: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [which, env] of Object.entries({ all, half, none })) {
      if (env !== undefined) rates[which].push(rateOf([binary, String(RUN_SECONDS), ...more], env))
    }
  }
  const recording = join(folder, recordingName(name))
  rmSync(recording, { recursive: true, force: true })
  const command = [binary, String(RECORD_SECONDS + 1), ...more]
  const ran = spawnSync(process.execPath, [cli, 'record', '-q', '-d', `${RECORD_SECONDS}s`, '-o', recording, '--', ...command], {
    encoding: 'utf8',
  })
  if (!existsSync(recording)) throw new Error(ran.stderr)
  const truth = Object.fromEntries(
    Object.entries(rates)
      .filter(([, list]) => list.length > 0)
      .map(([which, list]) => [which, median(list)]),
  )
  writeFileSync(`${recording}.json`, JSON.stringify({ rates, truth }))
  console.log(name, JSON.stringify(truth))
}

function rateOf([command, ...args], env) {
  const { stdout } = spawnSync(command, args, { env: { ...process.env, ...env }, encoding: 'utf8' })
  return Number(/([\d.]+) operations/.exec(stdout)[1])
}

function recordingName(name) {
  return name.replaceAll(/\W+/g, '-')
}

function compare() {
  const known = Object.entries(cases).filter(([name]) => existsSync(join(folder, `${recordingName(name)}.json`)))
  const input = known.map(([name, { detector, names }]) => ({ name, detector, names, recording: join(folder, recordingName(name)) }))
  const answers = new Map(estimate(input).map(answer => [answer.name, answer]))
  console.log('| workload | cause | part | measured | estimated | 90 % interval | method |\n| --- | --- | --- | --- | --- | --- | --- |')
  const errors = []
  let held = 0
  for (const [name, { detector }] of known) {
    const { truth } = JSON.parse(readFileSync(join(folder, `${recordingName(name)}.json`), 'utf8'))
    const { subject, gain, notEstimated } = answers.get(name)
    for (const part of ['half', 'none'].filter(part => truth[part] !== undefined)) {
      const measured = 1 - truth.all / truth[part]
      const estimated = part === 'half' ? gain?.half : gain
      const cause = `${detector}: ${subject ?? '-'}`
      if (estimated === undefined) {
        console.log(`| ${name} | ${cause} | ${part} | ${percent(measured)} | – | – | not estimated: ${notEstimated} |`)
        continue
      }
      const holds = measured >= estimated.low && measured <= estimated.high
      errors.push(estimated.estimate - measured)
      if (holds) held++
      console.log(
        `| ${name} | ${cause} | ${part} | ${percent(measured)} | ${percent(estimated.estimate)} | ${percent(estimated.low)}–${percent(estimated.high)}${holds ? '' : ' ✗'} | ${gain.method} |`,
      )
    }
  }
  const mean = list => list.reduce((sum, value) => sum + value, 0) / list.length
  console.log(
    `\n${errors.length} estimates: mean absolute error ${percent(mean(errors.map(Math.abs)))}, bias ${percent(mean(errors))}, intervals that hold ${held} of ${errors.length}`,
  )
}

/** The estimates of one observation per recording, whether a rule made a finding of it or not. */
function estimate(input) {
  const root = new URL('..', import.meta.url).pathname
  const source = `
import { burstReplays } from '${root}src/detectors/gain/burst-replay.ts'
import { runDetector } from '${root}src/detectors/detector.ts'
import { estimateGains } from '${root}src/detectors/gain/estimate.ts'
import { detectors } from '${root}src/detectors/registry.ts'
import { linuxHost } from '${root}src/linux-host.ts'
import { readNamedRecording } from '${root}src/pipeline/analyzer.ts'
const answers = JSON.parse(process.argv[2]).map(({ name, detector, names, recording }) => {
  const { manifest, tables } = readNamedRecording(linuxHost(), recording)
  const context = { target: manifest.target, host: manifest.host, sampling: manifest.sampling, durationNs: manifest.durationNs }
  const outcome = runDetector(detectors.find(({ id }) => id === detector), tables, context)
  const observation = outcome.observations?.find(({ facts, subject }) => subject.startsWith(names) || Object.values(facts).some(fact => fact.startsWith(names)))
  if (observation === undefined) return { name, notEstimated: 'nothing observed' }
  const { subject } = observation
  return { name, subject, ...estimateGains(tables, context, process.env.WITHOUT_BURSTS ? undefined : burstReplays(tables, context)).estimate(observation) }
})
process.stdout.write(JSON.stringify(answers))
`
  const [entry, file] = ['ts', 'mjs'].map(ending => join(root, `bench-gain.tmp.${ending}`)) // in the project, so that it finds koffi
  try {
    writeFileSync(entry, source)
    const options = ['--bundle', '--platform=node', '--format=esm', '--packages=external', '--log-level=error']
    execFileSync('npx', ['esbuild', entry, ...options, `--outfile=${file}`])
    return JSON.parse(
      execFileSync(process.execPath, [file, JSON.stringify(input)], {
        encoding: 'utf8',
        maxBuffer: 1e9,
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    )
  } finally {
    for (const path of [entry, file]) rmSync(path, { force: true })
  }
}

function percent(ratio) {
  return `${(ratio * 100).toFixed(1)} %`
}
