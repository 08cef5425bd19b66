import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { linuxBpfHost } from '../../linux-bpf-host.ts'
import { linuxHost } from '../../linux-host.ts'
import { syscallNames } from '../syscall-names.ts'
import type { WaitReason } from '../wait-reason.ts'
import { onFunctions, topicFacts } from './bpf-refusal.ts'
import { type BpfCollector, type BpfOptions, type BpfSlice, openBpf } from './collector.ts'
import { ledgerStates } from './decode-sched.ts'

const host = linuxBpfHost(linuxHost())
const blocker = whyNot()
if (blocker !== undefined) process.stdout.write(`BPF kernel tests are skipped: ${blocker}\n`)

function whyNot(): string | undefined {
  if (process.geteuid?.() !== 0) return 'not root'
  if (host.readBytes('/sys/kernel/btf/vmlinux') === undefined) return 'no BTF'
  return spawnSync('gcc', ['--version']).status === 0 ? undefined : 'no gcc'
}

/** Small programs with a known wait. Each prints "name value" lines: tids, and times it measured itself in ns. */
const programs = {
  sleeper: `
    report("main", syscall(SYS_gettid));
    for (int i = 0; i < 20; i++) { long t = now(); struct timespec d = {0, 10000000}; nanosleep(&d, 0); total += now() - t; }
    report("waited", total);`,
  mutex: `
    pthread_mutex_lock(&mutex);
    pthread_t other; pthread_create(&other, 0, waiter, 0);
    while (!atomic_load(&ready));
    long end = now() + 200000000; while (now() < end);
    report("holder", syscall(SYS_gettid));
    pthread_mutex_unlock(&mutex); pthread_join(other, 0);`,
  pipes: `
    int there[2], back[2]; pipe(there); pipe(back); char c = 0;
    if (!fork()) { close(there[1]); close(back[0]); report("child", getpid()); fflush(stdout); while (read(there[0], &c, 1) == 1) { usleep(2000); write(back[1], &c, 1); } _exit(0); }
    close(there[0]); close(back[1]);
    report("main", getpid());
    for (int i = 0; i < 50; i++) { long t = now(); write(there[1], &c, 1); read(back[0], &c, 1); total += now() - t; }
    report("waited", total); close(there[1]); wait(0);`,
  fsync: `
    char path[] = "./fsync-test.XXXXXX"; int fd = mkstemp(path); unlink(path); static char block[4096];
    report("main", getpid());
    for (int i = 0; i < 30; i++) { write(fd, block, sizeof block); long t = now(); fsync(fd); total += now() - t; }
    report("waited", total);`,
} as const

const prelude = `
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static long total;
static atomic_int ready;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000L + t.tv_nsec; }
static void report(const char *name, long value) { printf("%s %ld\\n", name, value); }
static void *waiter(void *none) {
  report("waiter", syscall(SYS_gettid)); atomic_store(&ready, 1);
  long t = now(); pthread_mutex_lock(&mutex); report("waited", now() - t); pthread_mutex_unlock(&mutex); return none; }
`

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(process.cwd(), '.bpf-test.tmp'))
  if (blocker !== undefined) return
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(folder, `${name}.c`), `${prelude}int main(void) { ${body} return 0; }\n`)
    execFileSync('gcc', ['-O1', '-w', '-pthread', '-o', join(folder, name), join(folder, `${name}.c`)])
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Observed {
  readonly facts: ReadonlyMap<string, number>
  readonly slices: readonly BpfSlice[]
}

/** Some kernels close their functions to programs. */
const mayBeRefused: readonly string[] = onFunctions.map(topic => topicFacts[topic].title)

/** Records while a program runs, the whole machine unless options say otherwise: slices of 50 ms. */
async function observe(
  command: readonly string[],
  options: Partial<BpfOptions> = {},
  started: (collector: BpfCollector, pid: number) => void = () => {},
): Promise<Observed> {
  const collector = openBpf(host, {
    startNs: host.monotonicNs(),
    skeletonFolder: 'src/collectors/bpf/out',
    architecture: process.arch,
    topics: ['sched'],
    ...options,
  })
  expect(collector.unavailable.filter(({ topic }) => !mayBeRefused.includes(topic))).toEqual([])
  const slices: BpfSlice[] = []
  const timer = setInterval(() => slices.push(collector.drain()), 50)
  const child = spawn(command[0], command.slice(1), { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  started(collector, child.pid ?? 0)
  let output = ''
  child.stdout.on('data', text => {
    output += text
  })
  await new Promise(resolve => child.on('close', resolve))
  clearInterval(timer)
  slices.push(collector.close())
  const facts = output
    .trim()
    .split('\n')
    .map(line => line.split(' '))
  return { facts: new Map(facts.map(([name, value]) => [name, Number(value)])), slices }
}

const program = (name: keyof typeof programs) => [join(folder, name)]

function fact({ facts }: Observed, name: string): number {
  const value = facts.get(name)
  if (value === undefined) throw new Error(`The program did not print ${name}.`)
  return value
}

function waitsOf({ slices }: Observed, tid: number, reason: WaitReason) {
  return slices.flatMap(slice => slice.waits.filter(row => row.tid === tid && row.reason === reason))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** Time a thread spent in states, over all slices. */
function ledgerNs({ slices }: Observed, tid: number, states: readonly (typeof ledgerStates)[number][]): number {
  const rows = slices.flatMap(slice => slice.ledger.filter(row => row.tid === tid))
  return sum(rows.map(row => sum(states.map(state => row.ns[ledgerStates.indexOf(state)]))))
}

describe.skipIf(blocker !== undefined)('waits of programs that know how long they waited', () => {
  test('sleep: twenty waits, ended by the timer', async () => {
    const seen = await observe(program('sleeper'))
    const rows = waitsOf(seen, fact(seen, 'main'), 'sleep')
    expect(sum(rows.map(row => row.times.count))).toBe(20)
    expect(new Set(rows.map(row => row.wakerKind))).toEqual(new Set(['interrupt']))
    const off = ledgerNs(seen, fact(seen, 'main'), ['blocked', 'woken'])
    expect(off / fact(seen, 'waited')).toBeGreaterThan(0.95)
    expect(sum(rows.map(row => row.times.ns)) / fact(seen, 'waited')).toBeGreaterThan(0.9)
    expect(sum(rows.map(row => row.times.ns)) / fact(seen, 'waited')).toBeLessThan(1.01)
  })

  test('a mutex: the holder ends the wait, and its stack is there', async () => {
    const seen = await observe(program('mutex'))
    const rows = waitsOf(seen, fact(seen, 'waiter'), 'futex')
    const longest = rows.reduce((a, b) => (b.times.maxNs > a.times.maxNs ? b : a))
    expect(longest).toMatchObject({ wakerTid: fact(seen, 'holder'), wakerKind: 'thread', syscall: 'futex' })
    expect(longest.times.ns / fact(seen, 'waited')).toBeGreaterThan(0.9)
    const stacks = new Map(seen.slices.flatMap(slice => [...slice.stacks]))
    expect(stacks.get(longest.wakerStack)?.length).toBeGreaterThan(0)
    expect(stacks.get(longest.userStack)?.length).toBeGreaterThan(0)
  })

  test('pipe ping-pong: each end waits for the other', async () => {
    const seen = await observe(program('pipes'))
    const rows = waitsOf(seen, fact(seen, 'main'), 'pipe')
    expect(sum(rows.map(row => row.times.count))).toBeGreaterThanOrEqual(45)
    expect(new Set(rows.map(row => row.wakerTid))).toEqual(new Set([fact(seen, 'child')]))
    expect(sum(rows.map(row => row.times.ns)) / fact(seen, 'waited')).toBeGreaterThan(0.8)
  })

  test('fsync: named after the call', async () => {
    const seen = await observe(program('fsync'))
    const tid = fact(seen, 'main')
    const rows = waitsOf(seen, tid, 'fsync')
    expect(sum(rows.map(row => row.times.count))).toBeGreaterThan(0)
    expect(sum(rows.map(row => row.times.ns))).toBeLessThanOrEqual(fact(seen, 'waited') * 1.01)
    expect(ledgerNs(seen, tid, ['blocked', 'blockedIo'])).toBeGreaterThanOrEqual(sum(rows.map(row => row.times.ns)) * 0.98)
  })
})

describe.skipIf(blocker !== undefined)('the ledger', () => {
  test('closes for every thread of a busy machine, over every slice', async () => {
    const seen = await observe(['perf', 'bench', '-f', 'simple', 'sched', 'messaging', '-g', '3', '-l', '300'])
    const rows = seen.slices.flatMap(slice => slice.ledger)
    expect(rows.length).toBeGreaterThan(100)
    const open = rows.filter(row => Math.abs(sum(row.ns) - row.durationNs) > 1 || Math.abs(row.unobservedNs) > row.durationNs * 0.02)
    expect(open).toEqual([])
    expect(rows.flatMap(row => row.ns).filter(ns => ns < 0)).toEqual([])
  })

  test('running time is the CPU time the kernel charges', async () => {
    const seen = await observe([
      'bash',
      '-c',
      'i=0; while ((i < 300000)); do ((i++)); done; echo main $$; read -r _ _ _ _ _ _ _ _ _ _ _ _ _ u s _ < /proc/$$/stat; echo ticks $((u + s))',
    ])
    const runningNs = ledgerNs(seen, fact(seen, 'main'), ['running'])
    expect(Math.abs(runningNs - fact(seen, 'ticks') * 10e6)).toBeLessThan(Math.max(40e6, runningNs * 0.05))
  })
})

describe.skipIf(blocker !== undefined)('with a target', () => {
  const loop = (command: string) => spawn('bash', ['-c', command], { cwd: folder, stdio: 'ignore' })
  const waiters = ({ slices }: Observed) => new Set(slices.flatMap(({ waits }) => waits.map(({ pid }) => pid)))
  const known = ({ slices }: Observed) => new Set(slices.flatMap(({ ledger }) => ledger.map(({ pid }) => pid)))

  test('waits are told of it and of whoever it waits for, through processes it never heard of; of others only the ledger', async () => {
    execFileSync(
      'mkfifo',
      ['near', 'far'].map(name => join(folder, name)),
    )
    const bystander = loop('while :; do sleep 0.01; done')
    const far = loop('exec 3> far; while sleep 0.01; do echo; done >&3')
    const near = loop('exec 3> near; while read -r line; do echo; done < far >&3')
    try {
      const script = 'for i in $(seq 40); do read -r line; done; echo main $$'
      const target = ['bash', '-c', `exec < near; ${script}`]
      const seen = await observe(target, { targetPids: [] }, (collector, pid) => collector.addTargets([pid]))
      for (const pid of [fact(seen, 'main'), near.pid, far.pid]) expect(waiters(seen)).toContain(pid)
      expect(waiters(seen)).not.toContain(bystander.pid)
      expect(known(seen)).toContain(bystander.pid)
      expect(known(seen)).not.toContain(process.pid)
      expect(seen.slices.flatMap(({ queues }) => queues.map(({ pid }) => pid))).not.toContain(bystander.pid)
    } finally {
      for (const child of [bystander, far, near]) child.kill('SIGKILL')
    }
  })

  test('children of the target are found, and a wait that goes on when it becomes one', async () => {
    const sleeper = spawn('sleep', ['100'], { stdio: 'ignore' })
    try {
      const given = [process.pid]
      const seen = await observe(program('sleeper'), { targetPids: given }, ({ addTargets }) => addTargets([...given, sleeper.pid ?? 0]))
      expect(sum(waitsOf(seen, fact(seen, 'main'), 'sleep').map(row => row.times.count))).toBe(20)
      expect(seen.slices.at(-1)?.openWaits).toContainEqual(expect.objectContaining({ pid: sleeper.pid, reason: 'sleep' }))
    } finally {
      sleeper.kill('SIGKILL')
    }
  })
})

describe.skipIf(blocker !== undefined)('every topic', () => {
  test('loads on this kernel, or is named as missing', async () => {
    const seen = await observe(program('fsync'), { topics: undefined })
    const pid = fact(seen, 'main')
    const syscalls = seen.slices.flatMap(slice => slice.syscalls.filter(row => row.pid === pid))
    const writes = syscalls.filter(row => row.number === syscallNames(process.arch)?.numberOf.get('write'))
    expect(sum(writes.map(row => row.count))).toBeGreaterThanOrEqual(30)
    expect(sum(writes.map(row => row.resultSum))).toBeGreaterThanOrEqual(30 * 4096)
    expect(seen.slices.flatMap(slice => slice.processes.filter(row => row.pid === pid)).map(row => row.kind)).toContain('exec')
    expect(seen.slices.flatMap(slice => slice.faults.filter(row => row.pid === pid)).length).toBeGreaterThan(0)
    expect(sum(seen.slices.flatMap(slice => slice.interrupts.map(row => row.times.count)))).toBeGreaterThan(0)
  })
})

describe.skipIf(blocker !== undefined || spawnSync('bpftool', ['version']).status !== 0)('after SIGKILL', () => {
  test('nothing of ours is left in the kernel', async () => {
    const script = join(folder, 'loader.ts')
    const root = process.cwd()
    writeFileSync(
      script,
      `import { linuxBpfHost } from '${root}/src/linux-bpf-host.ts'
       import { linuxHost } from '${root}/src/linux-host.ts'
       import { openBpf } from '${root}/src/collectors/bpf/collector.ts'
       const host = linuxBpfHost(linuxHost())
       const c = openBpf(host, { startNs: host.monotonicNs(), skeletonFolder: '${root}/src/collectors/bpf/out', architecture: process.arch })
       process.stdout.write('running ' + c.running.length + '\\n')
       setInterval(() => c.drain(), 100)`,
    )
    const bundle = join(folder, 'loader.mjs')
    execFileSync('npx', [
      'esbuild',
      script,
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--external:koffi',
      `--outfile=${bundle}`,
      '--log-level=error',
    ])
    const before = programIds()
    const child = spawn(process.execPath, [bundle], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise(resolve => child.stdout.once('data', resolve))
    expect(programIds().length).toBeGreaterThan(before.length)
    child.kill('SIGKILL')
    await new Promise(resolve => child.on('close', resolve))
    await expect.poll(() => programIds().filter(id => !before.includes(id)), { timeout: 10_000 }).toEqual([])
  })
})

function programIds(): readonly number[] {
  const listed = JSON.parse(execFileSync('bpftool', ['prog', 'list', '-j'], { encoding: 'utf8' }))
  return listed.map(({ id }: { readonly id: number }) => id)
}
