import { copyFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Finding, FindingClass } from '../src/schema.ts'
import { autotune, calm, compile, diagnosed, scratchDirectory, skipReason, startLoad } from './autotune.ts'

const reason = skipReason({ root: true, programs: ['cc'] }) ?? missingBpf()
if (reason !== undefined) process.stderr.write(`waits.kernel.test.ts skipped: ${reason}\n`)

/** Why waits are not recorded here: eBPF is a line of `autotune check`. */
function missingBpf(): string | undefined {
  const ran = autotune(['check', '--format', 'json'])
  if (ran.stdout === '') return `autotune check gave no result: ${ran.stderr.trim().split('\n')[0]}`
  const { checks } = JSON.parse(ran.stdout) as { readonly checks: readonly { topic: string; isAvailable: boolean; detail: string }[] }
  const bpf = checks.find(({ topic }) => /eBPF/i.test(topic))
  if (bpf === undefined) return 'autotune check has no line about eBPF'
  return bpf.isAvailable ? undefined : `no eBPF: ${bpf.detail}`
}

/**
 * A program of test/workloads, what limits it, and whom its first finding must name. The C library has no frame
 * pointers: a function that calls it directly can be missing from stacks, and its caller is named.
 */
const expected: readonly (readonly [workload: string, findingClass: FindingClass, culprit: RegExp])[] = [
  ['lock-compute', 'lock.futex', /compute_locked|worker/],
  ['lock-fsync', 'lock.held-during-io', /commit_locked|worker|device 254|vda/],
  ['slow-pipe', 'wait.downstream', /slow-worker/],
  ['sleep-poll', 'wait.sleep-poll', /wait_for_result|sleep-poll/],
  ['fsync-record', 'io.fsync', /append|main/],
  ['cold-mmap', 'mem.fault-major', /walk/],
  ['pinned', 'cpu.affinity', /pinned/],
  ['spin', 'cpu.spin', /pthread_spin_lock|worker|spin/],
  ['connect-request', 'net.connection-churn', /^127\.0\.0\.1:\d+$/],
  ['ping-pong', 'wait.ping-pong', /pong/],
  ['churn', 'mem.fault-minor', /churn/],
  ['fork-loop', 'proc.fork-exec', /fork-loop/],
  ['open-stat', 'fs.metadata', /open-stat/],
  ['tiny-writes', 'io.small-ops', /tiny-writes/],
  ['syscall-loop', 'cpu.syscall-storm', /syscall-loop/],
]

const brief = ({ class: findingClass, score, culprits }: Finding) =>
  `${findingClass} ${score.toFixed(0)} ${culprits.map(({ name }) => name)}`

describe.skipIf(reason !== undefined)('programs with a known wait', () => {
  const scratch = scratchDirectory()
  const diagnose = (name: string, command: readonly string[]) =>
    diagnosed(autotune(['diagnose', '-q', '--format', 'json', '-o', join(scratch.path, `${name}.recording`), '--', ...command]))

  beforeAll(async () => {
    await calm()
  })
  afterAll(() => scratch.remove())

  test.each(expected)('%s: %s first, with the culprit named', (workload, findingClass, culprit) => {
    const { findings } = diagnose(workload, [compile(workload, scratch.path), '5', scratch.path])
    expect(findings.at(0)?.class, findings.map(brief).join('; ')).toBe(findingClass)
    expect(findings[0].culprits.map(({ name }) => name)).toContainEqual(expect.stringMatching(culprit))
  })

  test.each([
    ['a competitor takes the CPU', false],
    ['the same where others take it first, for an instant', true],
  ])('%s: that process first', async (_, withInstants) => {
    const hot = compile('hot', scratch.path)
    const rival = join(scratch.path, 'rival')
    copyFileSync(hot, rival)
    const rivals = Array.from({ length: cpus().length * 2 }, () => startLoad([rival, '60']))
    if (withInstants) rivals.push(startLoad([compile('instants', scratch.path), '60']))
    try {
      const { findings } = diagnose('competitor', [hot, '5'])
      expect(findings.at(0)?.class, findings.map(brief).join('; ')).toBe('cpu.competitor')
      expect(findings[0].culprits[0].name).toContain('rival')
    } finally {
      for (const load of rivals) await load.stop()
    }
  })

  test('a pool of workers on one queue is healthy: neither a lock nor a wait is blamed', () => {
    const { findings } = diagnose('pool', [compile('pool', scratch.path), '5'])
    expect(findings.map(brief).filter(text => /^(lock|wait|io|mem)\./.test(text))).toEqual([])
  })
})
