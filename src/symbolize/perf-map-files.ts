import type { Host, HostFile } from '../host.ts'

/** Most that is read of a map; of a longer one the end, which is newer. */
const MAX_MAP_BYTES = 64 << 20
/** Processes whose facts are remembered. */
const MAX_PROCESSES = 65_536
/** Maps held open. */
const MAX_OPEN = 64
/** Clock ticks of /proc/PID/stat: USER_HZ is 100 on all architectures Node.js runs on. */
const TICK_NS = 1e7
/** The clocks compared are read with this precision. */
const SLACK_NS = 2e9
const NEWLINE = 0x0a

interface ProcessFacts {
  /** Its pid as it knows it itself, in its own pid namespace: the map is named after that. */
  readonly innerPid: number
  readonly uid: number
  /** Wall clock; a map older than its process is a leftover of another one. NaN when not known. */
  readonly startNs: number
}

/**
 * /tmp/perf-PID.map files, which anybody can write.
 *
 * As perf does, only a map is believed that belongs to the user of its process or to root. Symbolic links are refused, and
 * so is a map that was last written before its process began.
 */
export class PerfMapFiles {
  readonly #host: Host
  readonly #processes = new Map<number, ProcessFacts>()
  readonly #watched = new Set<number>()
  readonly #open = new Map<number, HostFile>()
  #bootNs: number | undefined

  constructor(host: Host) {
    this.#host = host
  }

  /** Remembers whose process it is, while it lives. */
  noteProcess(pid: number): void {
    if (this.#processes.has(pid) || this.#processes.size >= MAX_PROCESSES) return
    const facts = this.#readFacts(pid)
    if (facts !== undefined) this.#processes.set(pid, facts)
  }

  /** refresh() looks after this process from now on. */
  watch(pid: number): void {
    if (this.#watched.size < MAX_OPEN) this.#watched.add(pid)
  }

  refresh(): void {
    for (const pid of this.#watched) this.take(pid)
  }

  /** Opens the map as it is now, in place of what was held before. */
  take(pid: number): void {
    const file = this.#find(pid)
    if (file === undefined) return
    const before = this.#open.get(pid)
    if (before === undefined && this.#open.size >= MAX_OPEN) {
      file.close()
      return
    }
    before?.close()
    this.#open.set(pid, file)
  }

  has(pid: number): boolean {
    this.take(pid)
    return this.#open.has(pid)
  }

  /** Whole lines of the map. */
  read(pid: number): Uint8Array | undefined {
    const current = this.#find(pid)
    const file = current ?? this.#open.get(pid)
    if (file === undefined) return undefined
    const start = Math.max(0, file.sizeBytes - MAX_MAP_BYTES)
    const bytes = file.read(start, MAX_MAP_BYTES)
    current?.close()
    return start === 0 ? bytes : bytes.subarray(bytes.indexOf(NEWLINE) + 1)
  }

  /** Whether a file that names code of a process is its own. */
  isTrusted(pid: number, { ownerUid, modifiedNs }: HostFile): boolean {
    const facts = this.#processes.get(pid)
    if (ownerUid !== 0 && ownerUid !== (facts?.uid ?? this.#host.uid)) return false
    return facts === undefined || Number.isNaN(facts.startNs) || modifiedNs >= facts.startNs - SLACK_NS
  }

  close(): void {
    for (const file of this.#open.values()) file.close()
    this.#open.clear()
  }

  #find(pid: number): HostFile | undefined {
    const facts = this.#processes.get(pid)
    const innerPid = facts?.innerPid ?? pid
    // /tmp is ours: it may only answer for a process that sees the same pid there
    const paths = [`/proc/${pid}/root/tmp/perf-${innerPid}.map`, ...(innerPid === pid ? [`/tmp/perf-${pid}.map`] : [])]
    for (const path of paths) {
      if (this.#host.readLink(path) !== undefined) continue
      const file = this.#host.openFile(path)
      if (file === undefined) continue
      if (this.isTrusted(pid, file)) return file
      file.close()
    }
    return undefined
  }

  #readFacts(pid: number): ProcessFacts | undefined {
    const status = this.#host.readText(`/proc/${pid}/status`)
    const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(status ?? '')?.[1]
    if (status === undefined || uid === undefined) return undefined
    const innerPid = /^NSpid:.*?(\d+)$/m.exec(status)?.[1] ?? String(pid)
    return { innerPid: Number(innerPid), uid: Number(uid), startNs: this.#readStartNs(pid) }
  }

  /** Field 22 of proc_pid_stat(5); the name in field 2 may hold spaces and parentheses. */
  #readStartNs(pid: number): number {
    const stat = this.#host.readText(`/proc/${pid}/stat`) ?? ''
    const ticks = Number.parseInt(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '', 10)
    this.#bootNs ??= Number.parseInt(/^btime (\d+)$/m.exec(this.#host.readText('/proc/stat') ?? '')?.[1] ?? '', 10) * 1e9
    return this.#bootNs + ticks * TICK_NS
  }
}
