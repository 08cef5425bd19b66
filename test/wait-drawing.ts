/**
 * Drawn rows of the tables that eBPF fills. One line per thread and what its rows have in common; then a word per slice of
 * 100 ms: "." for nothing, "90" for 90 ms at once, "90*3" for three times that add up to 90 ms.
 *
 *   waits:    app/43: futex@a0 by app/42 user=main;lock@libc waker=main;unlock@libc 90 . 90*3
 *             app/42: fsync by interrupt 40
 *             app/42: poll by interrupt syscall=io_getevents 40
 *   queues:   app/43: woken behind hog/7 50
 *   locks:    app/43: mutex@ff owner app/42 kernel=vm_mmap@kernel;down_write@kernel 50
 *   syscalls: app/43: sched_yield 5*1000
 *
 * Stacks are named by their frames, as among the stacks of the drawing; a stack drawn 0 times is there without samples.
 * "@a0" is a futex or a lock, in hex. Wakers are threads, "interrupt" or "unknown".
 */

import { NONE, type RecordedTables } from '../src/schema.ts'
import { TableBuilder } from '../src/table-builder.ts'

interface Drawn {
  readonly waits?: string
  readonly queues?: string
  readonly locks?: string
  readonly syscalls?: string
}

interface Known {
  readonly processes: { row(name: string): number; addThread(process: number, tid: number): void }
  readonly stackOf: (path: string) => number
}

const SLICE_NS = 100e6

/** Tables of the parts that are drawn. */
export function drawKernelTables({ waits, queues, locks, syscalls }: Drawn, known: Known): RecordedTables {
  return {
    ...(waits === undefined ? {} : { wait: drawWaits(waits, known) }),
    ...(queues === undefined ? {} : { runQueue: drawQueues(queues, known) }),
    ...(locks === undefined ? {} : { lock: drawLocks(locks, known) }),
    ...(syscalls === undefined ? {} : { syscall: drawSyscalls(syscalls, known) }),
  }
}

function drawWaits(text: string, known: Known) {
  const wait = new TableBuilder('wait')
  for (const { process, tid, words, slices } of linesOf(text, known)) {
    const [what, , by] = words
    const [reason, address] = what.split('@')
    const waker = /^(\S+)\/(\d+)$/.exec(by)
    const stack = stackFinder(words, known)
    const common = {
      process,
      tid,
      reason,
      syscall: words.find(word => word.startsWith('syscall='))?.slice(8) ?? (reason === 'futex' ? 'futex' : undefined),
      file: words.find(word => word.startsWith('file='))?.slice(5),
      argument: address === undefined ? Number.NaN : Number.parseInt(address, 16),
      kernelCallchain: stack('kernel'),
      userCallchain: stack('user'),
      wakerKind: waker === null ? by : 'thread',
      wakerProcess: waker === null ? NONE : known.processes.row(waker[1]),
      wakerTid: waker === null ? NONE : Number(waker[2]),
      wakerCallchain: stack('waker'),
      open: 0,
    }
    for (const slice of slices) wait.add({ ...common, ...slice })
  }
  return wait.build()
}

function drawQueues(text: string, known: Known) {
  const runQueue = new TableBuilder('runQueue')
  for (const { process, tid, words, slices } of linesOf(text, known)) {
    const [reason, , behind] = words
    const allowedCpuCount = Number(words.find(word => word.startsWith('cpus='))?.slice(5) ?? 2)
    const occupantTid = behind === 'idle' ? NONE : Number(behind.split('/')[1])
    for (const slice of slices) runQueue.add({ process, tid, reason, occupantTid, allowedCpuCount, ...slice })
  }
  return runQueue.build()
}

function drawLocks(text: string, known: Known) {
  const lock = new TableBuilder('lock')
  for (const { process, tid, words, slices } of linesOf(text, known)) {
    const [kind, address] = words[0].split('@')
    const owner = words[1] === 'owner' ? Number(words[2].split('/')[1]) : NONE
    const kernelCallchain = stackFinder(words, known)('kernel')
    for (const slice of slices) {
      lock.add({ process, tid, address: BigInt(`0x${address}`), kind, ownerTid: owner, kernelCallchain, ...slice })
    }
  }
  return lock.build()
}

function drawSyscalls(text: string, known: Known) {
  const syscall = new TableBuilder('syscall')
  for (const { process, tid, words, slices } of linesOf(text, known)) {
    for (const slice of slices) syscall.add({ process, tid, name: words[0], errorCount: 0, resultSum: 0, ...slice })
  }
  return syscall.build()
}

function stackFinder(words: readonly string[], { stackOf }: Known): (name: string) => number {
  return name => {
    const word = words.find(candidate => candidate.startsWith(`${name}=`))
    return word === undefined ? NONE : stackOf(word.slice(name.length + 1))
  }
}

function linesOf(text: string, { processes }: Known) {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => {
      const match = /^(\S+)\/(\d+): (.*)$/.exec(line)
      if (match === null) throw new Error(`Not a line of a thread: ${line}`)
      const words = match[3].split(' ').filter(word => word !== '')
      const first = words.findIndex(word => /^(\.|\d+(\.\d+)?(\*\d+)?)$/.test(word))
      const process = processes.row(match[1])
      processes.addThread(process, Number(match[2]))
      return { process, tid: Number(match[2]), words: words.slice(0, first), slices: slicesOf(words.slice(first)) }
    })
}

function slicesOf(words: readonly string[]) {
  return words.flatMap((word, slice) => {
    if (word === '.') return []
    const [milliseconds, count = 1] = word.split('*').map(Number)
    const ns = milliseconds * 1e6
    return [{ timeNs: slice * SLICE_NS, durationNs: SLICE_NS, count, ns, maxNs: ns / count }]
  })
}
