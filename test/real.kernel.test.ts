import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Diagnosis, Finding } from '../src/schema.ts'
import { autotune, calm, diagnosed, scratchDirectory, skipReason, startLoad, until } from './autotune.ts'
import * as real from './real-software.ts'

const reason = skipReason({ root: true }) ?? missingBpf()
if (reason !== undefined) process.stderr.write(`real.kernel.test.ts skipped: ${reason}\n`)

/** Why waits are not recorded here: eBPF is a line of `autotune check`. */
function missingBpf(): string | undefined {
  const ran = autotune(['check', '--format', 'json'])
  if (ran.stdout === '') return `autotune check gave no result: ${ran.stderr.trim().split('\n')[0]}`
  const { checks } = JSON.parse(ran.stdout) as { readonly checks: readonly { topic: string; isAvailable: boolean; detail: string }[] }
  const bpf = checks.find(({ topic }) => /eBPF/i.test(topic))
  return bpf?.isAvailable === true ? undefined : `no eBPF: ${bpf?.detail ?? 'autotune check has no line about it'}`
}

/** Programs that are not there; said once. */
function isMissing(...programs: readonly string[]): boolean {
  const missing = programs.filter(program => real.findProgram(program) === undefined)
  if (missing.length > 0) process.stderr.write(`real.kernel.test.ts: a case skipped: ${missing.join(', ')} not installed\n`)
  return missing.length > 0
}

const brief = ({ class: findingClass, score, culprits }: Finding) =>
  `${findingClass} ${score.toFixed(0)} ${culprits.map(({ name }) => name)}`

/** The first finding must be of a class, and name whoever is to blame. */
function expectFirst({ findings }: Diagnosis, classes: RegExp, culprit: { readonly kind: string; readonly name: RegExp }): void {
  expect(findings.at(0)?.class, findings.map(brief).join('; ')).toMatch(classes)
  expect(findings[0].culprits).toContainEqual(expect.objectContaining({ kind: culprit.kind, name: expect.stringMatching(culprit.name) }))
}

describe.skipIf(reason !== undefined)('software as it is installed', () => {
  const scratch = scratchDirectory()
  const servers: { stop(): Promise<void> }[] = []
  let recordings = 0
  const keep = <Started extends { stop(): Promise<void> }>(server: Started): Started => {
    servers.push(server)
    return server
  }
  const diagnose = (...args: readonly string[]) => {
    const output = join(scratch.path, `${recordings++}.recording`)
    return diagnosed(autotune(['diagnose', '-q', '--format', 'json', '-o', output, ...args]))
  }
  const ofProgram = (comm: string) => diagnose('--duration', '5s', '--comm', comm)
  const ofMachine = () => diagnose('--duration', '5s')

  beforeEach(() => calm())
  afterEach(async () => {
    for (const server of servers.splice(0).reverse()) await server.stop()
  })
  afterAll(() => scratch.remove())

  test.skipIf(isMissing('postgres', 'initdb', 'pgbench', 'psql', 'setpriv'))(
    'PostgreSQL that commits to a slow disk: io.fsync, the log named',
    async () => {
      const directory = join(scratch.path, 'commits')
      mkdirSync(directory, { mode: 0o755 })
      const server = keep(await real.startPostgres(directory))
      const pgbench = real.findProgram('pgbench') ?? ''
      const connection = [...real.connectionOf(server.port), 'postgres']
      execFileSync(pgbench, ['-i', '-q', ...connection], { stdio: 'ignore' })
      const disk = real.slowDisk(directory)
      try {
        const load = keep(startLoad([pgbench, '-n', '-N', '-c', '2', '-T', '60', ...connection]))
        await until('pgbench to be connected', () => real.backendsOf(server.pid).length >= 2)
        disk.add(real.backendsOf(server.pid))
        expectFirst(ofProgram('postgres'), /^io\.fsync$/, { kind: 'file', name: /pg_wal\/[0-9A-F]{24}$/ })
        expectFirst(ofMachine(), /^io\.fsync$/, { kind: 'file', name: /pg_wal\/[0-9A-F]{24}$/ })
        await load.stop()
        await server.stop()
      } finally {
        disk.remove()
      }
    },
  )

  /** What a transaction does while it has the row. Where others want the CPUs, too, its holder is kept from running at times. */
  const whileHeld: readonly (readonly [what: string, statement: string, classes: RegExp])[] = [
    ['computes', 'SELECT sum(i) FROM generate_series(1, 20000) i', /^lock\.(futex|priority-inversion)$/],
    ['sleeps', 'SELECT pg_sleep(0.02)', /^lock\.held-during-io$/],
  ]

  describe.skipIf(isMissing('postgres', 'initdb', 'pgbench', 'psql', 'setpriv'))('PostgreSQL with one hot row', () => {
    test.each(whileHeld)('whose holder %s: a lock between processes, the holder named', async (what, statement, classes) => {
      const directory = join(scratch.path, what)
      mkdirSync(directory, { mode: 0o755 })
      const server = keep(await real.startPostgres(directory, ['synchronous_commit=off']))
      real.runSql(server.port, 'CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0)')
      const script = join(directory, 'hot.sql')
      writeFileSync(script, `BEGIN;\nUPDATE t SET n = n + 1 WHERE id = 1;\n${statement};\nCOMMIT;\n`)
      const pgbench = real.findProgram('pgbench') ?? ''
      keep(startLoad([pgbench, '-n', '-c', '8', '-T', '60', '-f', script, ...real.connectionOf(server.port), 'postgres']))
      await until('pgbench to be connected', () => real.backendsOf(server.pid).length >= 8)
      const ofTarget = ofProgram('postgres')
      expectFirst(ofTarget, classes, { kind: 'thread', name: /^postgres \(tid \d+\)$/ })
      expectFirst(ofTarget, classes, { kind: 'lock', name: /8 processes share/ })
      expectFirst(ofMachine(), classes, { kind: 'thread', name: /^postgres \(tid \d+\)$/ })
    })
  })

  test.skipIf(isMissing('redis-server', 'redis-cli', 'redis-benchmark'))(
    'Redis that makes each command safe: io.fsync, the file named',
    async () => {
      const server = keep(await real.startRedis(scratch.path))
      keep(startLoad(['redis-benchmark', '-p', String(server.port), '-t', 'set', '-n', '100000000', '-c', '4', '-q']))
      await until('the file to grow', () => statSync(join(scratch.path, 'redis/appendonlydir/appendonly.aof.1.incr.aof')).size > 10_000)
      const file = { kind: 'file', name: /appendonly\.aof\.1\.incr\.aof$/ }
      expectFirst(diagnose('--duration', '5s', '--pid', String(server.pid)), /^io\.fsync$/, file)
      expectFirst(ofMachine(), /^io\.fsync$/, file)
    },
  )

  test.skipIf(isMissing('nginx', 'python3'))('nginx in front of a slow backend: wait.downstream, the peer named', async () => {
    const server = keep(await real.startNginx(scratch.path))
    keep(startLoad(['python3', '-c', real.httpClient, String(server.port)]))
    const peer = { kind: 'peer', name: new RegExp(`^127\\.0\\.0\\.1:${server.backendPort}$`) }
    expectFirst(ofProgram('nginx'), /^wait\.downstream$/, peer)
    expectFirst(ofMachine(), /^wait\.downstream$/, { kind: 'process', name: /^python3/ })
  })

  test.skipIf(isMissing('python3'))('SQLite that inserts row by row: io.fsync, the database named', () => {
    const database = join(scratch.path, 'orders.db')
    const insert = (name: string) => diagnose('--', 'python3', '-c', real.sqliteInserts, `${database}${name}`, '5')
    expectFirst(insert(''), /^io\.fsync$/, { kind: 'file', name: /orders\.db/ })
  })

  test.skipIf(isMissing('git'))('git status on a big tree: fs.metadata', () => {
    const tree = real.makeWorkTree(scratch.path, { folders: 100, files: 300 })
    const loop = `cd ${tree}; i=0; while [ $i -lt 120 ]; do git status --short; i=$((i+1)); done`
    expectFirst(diagnose('--', 'sh', '-c', loop), /^fs\.metadata$/, { kind: 'process', name: /^git/ })
  })
})
