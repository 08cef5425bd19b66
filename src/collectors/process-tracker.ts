import { NONE, ProcessRole, type Row, type Table } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'
import type { RecordedMapping, TaskRecord } from './perf-record.ts'

/** What is known of a process that ran before we looked. */
export interface KnownProcess {
  readonly pid: number
  /** In its own pid namespace; NONE where that is the same. */
  readonly nsPid: number
  readonly parentPid: number
  readonly comm: string
  readonly commandLine: string | undefined
  readonly executable: string | undefined
  readonly cgroup: string | undefined
  readonly isKernelThread: boolean
  readonly threads: readonly { readonly tid: number; readonly comm: string }[]
}

/** How the tracker asks about processes; answers come from /proc. */
export interface ProcessFacts {
  /** A process as it is now; undefined when it is gone. */
  readProcess(pid: number): KnownProcess | undefined
  /** Its executable mappings as they are now; undefined when it is gone. */
  readMappings(pid: number): readonly RecordedMapping[] | undefined
  /** Whether it belongs to the target, given that isTargetPid answers for its parent. */
  isTarget(process: Row<'process'>, isTargetPid: (pid: number) => boolean): boolean
  /** Called once for each mapping that is stored, with the row of its process; gives the file's build id. */
  noteMapping(pid: number, mapping: RecordedMapping, process: number): string | undefined
}

/** Mapped ranges kept for a process that has no samples yet; more are dropped, /proc has them while it lives. */
const MAX_PENDING_MAPPINGS = 2048
/** Processes read from /proc per drain at most: an exec storm must not make us the load. */
const MAX_READS_PER_DRAIN = 24

interface Image {
  readonly row: number
  readonly pid: number
  readonly parent: Image | undefined
  readonly startNs: number
  pending: { readonly timeNs: number; readonly mapping: RecordedMapping }[]
  /** Whether mappings and details went into the tables. */
  materialized: boolean
  role: number
  /** Whether the mappings were there when we first looked, so that pending holds only what came later. */
  readonly existed: boolean
  readonly threadRows: Map<number, number>
}

/**
 * Which program runs in which pid, when: the process, thread and mapping tables.
 *
 * Mappings and details of a process are stored when its first sample arrives: a machine starts many processes that no
 * sample ever sees.
 */
export class ProcessTracker {
  readonly #facts: ProcessFacts
  readonly #ownPid: number
  readonly #images = new Map<number, Image[]>()
  readonly #process = new TableBuilder('process')
  readonly #thread = new TableBuilder('thread')
  #mapping = new TableBuilder('mapping')
  readonly #targetPids = new Set<number>()
  #imageOf: Image[] = []
  #reads = 0
  /** Target pids that exited: their samples may still be in this drain, so they leave with the next one. */
  #ended: number[] = []
  /** Whether process or thread changed since the last call of takeChanged. */
  #changed = true

  constructor(facts: ProcessFacts, ownPid: number) {
    this.#facts = facts
    this.#ownPid = ownPid
  }

  /** Adds what runs already. Parents first, so that descendants of the target are found. */
  addExisting(processes: readonly KnownProcess[]): void {
    for (const known of processes) this.#addKnown(known)
    // a child may be listed before its parent: repeat until nothing more joins the target
    let before = -1
    while (before !== this.#targetPids.size) {
      before = this.#targetPids.size
      for (const image of this.#imageOf) this.#updateRole(image)
    }
  }

  /** Pid of the started command: it and its descendants are the target. */
  addTargetPid(pid: number): void {
    this.#targetPids.add(pid)
    for (const image of this.#images.get(pid) ?? []) this.#updateRole(image)
  }

  get targetPids(): ReadonlySet<number> {
    return this.#targetPids
  }

  apply(record: TaskRecord): void {
    if (record.type === 'fork') this.#fork(record)
    else if (record.type === 'comm') this.#comm(record)
    else if (record.type === 'exit') this.#exit(record)
    else if (record.type === 'mmap') this.#mmap(record)
  }

  /** Starts a drain: /proc reads are budgeted per drain. */
  beginDrain(): void {
    this.#reads = 0
    for (const pid of this.#ended) this.#targetPids.delete(pid)
    this.#ended = []
  }

  /** Row of the image that ran in pid at an instant; a new row for a pid nobody announced. */
  rowAt(pid: number, timeNs: number): number {
    const images = this.#images.get(pid)
    if (images === undefined) return this.#discover(pid, timeNs).row
    let index = images.length - 1
    while (index > 0 && images[index].startNs > timeNs) index--
    const image = images[index]
    return image.startNs > timeNs && !image.existed ? this.#addEarlier(image, timeNs).row : image.row
  }

  /** Row of what runs in pid now, or NONE. */
  currentRow(pid: number): number {
    return this.#images.get(pid)?.at(-1)?.row ?? NONE
  }

  /** A sample of this row arrived: from now on its mappings count. */
  touch(row: number, tid: number, timeNs: number): void {
    this.touchProcess(row)
    const image = this.#imageOf[row]
    if (!image.threadRows.has(tid)) this.#addThread(image, { tid, startNs: timeNs, comm: undefined })
  }

  /** Addresses of this row were seen: from now on its mappings count. */
  touchProcess(row: number): void {
    const image = this.#imageOf[row]
    if (!image.materialized && (!image.existed || this.#reads < MAX_READS_PER_DRAIN)) this.#materialize(image)
  }

  /** The cgroups of the target's living processes, without repetition. */
  targetCgroups(): string[] {
    const cgroups = new Set<string>()
    for (const pid of this.#targetPids) {
      const row = this.currentRow(pid)
      const cgroup = row === NONE ? undefined : this.#process.rowAt(row).cgroup
      if (cgroup !== undefined) cgroups.add(cgroup)
    }
    return [...cgroups]
  }

  /** Mappings stored since the last call. */
  takeNewMappings(): Table<'mapping'> {
    const table = this.#mapping.build()
    if (table.length > 0) this.#mapping = new TableBuilder('mapping')
    return table
  }

  /** process and thread, whole, if anything changed since the last call. */
  takeChanged(): { process: Table<'process'>; thread: Table<'thread'> } | undefined {
    if (!this.#changed) return undefined
    this.#changed = false
    return { process: this.#process.build(), thread: this.#thread.build() }
  }

  #addKnown(known: KnownProcess, startNs = 0): Image {
    const role = known.isKernelThread ? ProcessRole.KernelThread : ProcessRole.Other
    const { pid, nsPid, parentPid, comm, commandLine, executable, cgroup } = known
    const image = this.#addImage(
      { pid, nsPid, parentPid, startNs, endNs: Number.NaN, comm, commandLine, executable, cgroup, role },
      { parent: undefined, existed: true },
    )
    for (const thread of known.threads) this.#addThread(image, { ...thread, startNs })
    return image
  }

  #addImage(row: Row<'process'>, { parent, existed }: { parent: Image | undefined; existed: boolean }): Image {
    const image: Image = {
      row: this.#process.add(row),
      pid: row.pid,
      parent,
      startNs: row.startNs,
      pending: [],
      materialized: false,
      role: row.role,
      existed,
      threadRows: new Map(),
    }
    this.#imageOf.push(image)
    const images = this.#images.get(row.pid)
    if (images === undefined) this.#images.set(row.pid, [image])
    else images.push(image)
    this.#changed = true
    this.#updateRole(image)
    return image
  }

  #addThread(image: Image, thread: { tid: number; startNs: number; comm: string | undefined }): void {
    image.threadRows.set(thread.tid, this.#thread.add({ ...thread, process: image.row, endNs: Number.NaN }))
    this.#changed = true
  }

  #updateRole(image: Image): void {
    if (image.role === ProcessRole.Target || image.role === ProcessRole.Autotune) return
    const row = this.#process.rowAt(image.row)
    const isTarget = this.#targetPids.has(image.pid) || this.#facts.isTarget(row, pid => this.#targetPids.has(pid))
    if (image.pid === this.#ownPid) image.role = ProcessRole.Autotune
    else if (isTarget) {
      image.role = ProcessRole.Target
      this.#targetPids.add(image.pid)
    } else return
    this.#process.set(image.row, 'role', image.role)
    this.#changed = true
  }

  #discover(pid: number, timeNs: number): Image {
    const known = this.#read(pid)
    if (known !== undefined) return this.#addKnown(known, timeNs)
    const unknown = { nsPid: NONE, commandLine: undefined, executable: undefined, cgroup: undefined }
    const comm = pid === 0 ? 'swapper' : undefined
    const role = pid === 0 ? ProcessRole.KernelThread : ProcessRole.Other
    return this.#addImage(
      { pid, parentPid: NONE, startNs: timeNs, endNs: Number.NaN, comm, role, ...unknown },
      { parent: undefined, existed: true },
    )
  }

  /** What ran in a pid before the first image we heard of: nameless, but not the wrong program. */
  #addEarlier(image: Image, timeNs: number): Image {
    const unknown = { nsPid: NONE, comm: undefined, commandLine: undefined, executable: undefined, cgroup: undefined }
    const row = { pid: image.pid, parentPid: NONE, startNs: timeNs, endNs: image.startNs, role: ProcessRole.Other, ...unknown }
    const earlier = this.#addImage(row, { parent: undefined, existed: true })
    const images = this.#images.get(image.pid) ?? []
    images.unshift(...images.splice(-1))
    return earlier
  }

  #mayRead(): boolean {
    return this.#reads++ < MAX_READS_PER_DRAIN
  }

  #read(pid: number): KnownProcess | undefined {
    if (pid <= 0 || !this.#mayRead()) return undefined
    return this.#facts.readProcess(pid)
  }

  #fork(record: { pid: number; parentPid: number; tid: number; timeNs: number }): void {
    const { pid, parentPid, tid, timeNs } = record
    if (pid === parentPid) {
      const image = this.#images.get(pid)?.at(-1)
      if (image !== undefined) this.#addThread(image, { tid, startNs: timeNs, comm: this.#process.rowAt(image.row).comm })
      return
    }
    if (this.#isFoundLater(pid, timeNs)) return
    const parent = this.#images.get(parentPid)?.at(-1)
    const row = parent === undefined ? undefined : this.#process.rowAt(parent.row)
    this.#endImage(pid, timeNs)
    const image = this.#addImage(
      {
        pid,
        nsPid: NONE,
        parentPid,
        startNs: timeNs,
        endNs: Number.NaN,
        comm: row?.comm,
        commandLine: row?.commandLine,
        executable: row?.executable,
        cgroup: row?.cgroup,
        role: row?.role === ProcessRole.KernelThread ? ProcessRole.KernelThread : ProcessRole.Other,
      },
      { parent, existed: false },
    )
    this.#addThread(image, { tid, startNs: timeNs, comm: row?.comm })
  }

  /** Somebody asked for it before its record was drained: /proc told then what the record tells now. */
  #isFoundLater(pid: number, timeNs: number): boolean {
    const image = this.#images.get(pid)?.at(-1)
    return image?.existed === true && image.startNs > timeNs && this.#process.rowAt(image.row).comm !== undefined
  }

  #comm(record: { pid: number; tid: number; comm: string; isExec: boolean; timeNs: number }): void {
    const { pid, tid, comm, isExec, timeNs } = record
    const current = this.#images.get(pid)?.at(-1)
    if (isExec) {
      this.#exec(record, current)
      return
    }
    if (current === undefined) return
    const threadRow = current.threadRows.get(tid)
    if (threadRow === undefined) this.#addThread(current, { tid, startNs: timeNs, comm })
    else this.#thread.set(threadRow, 'comm', comm)
    if (tid === pid) {
      this.#process.set(current.row, 'comm', comm)
      this.#updateRole(current)
    }
    this.#changed = true
  }

  #exec(record: { pid: number; tid: number; comm: string; timeNs: number }, previous: Image | undefined): void {
    const { pid, comm, timeNs } = record
    if (this.#isFoundLater(pid, timeNs)) return
    const before = previous === undefined ? undefined : this.#process.rowAt(previous.row)
    this.#endImage(pid, timeNs)
    const row = {
      pid,
      nsPid: before?.nsPid ?? NONE,
      parentPid: before?.parentPid ?? NONE,
      startNs: timeNs,
      endNs: Number.NaN,
      comm,
      commandLine: undefined,
      executable: undefined,
      cgroup: before?.cgroup,
      role: ProcessRole.Other,
    }
    const image = this.#addImage(row, { parent: undefined, existed: false })
    this.#addThread(image, { tid: record.tid, startNs: timeNs, comm })
  }

  #exit(record: { pid: number; tid: number; timeNs: number }): void {
    const image = this.#images.get(record.pid)?.at(-1)
    if (image === undefined) return
    const threadRow = image.threadRows.get(record.tid)
    if (threadRow !== undefined) this.#thread.set(threadRow, 'endNs', record.timeNs)
    if (record.tid === record.pid) {
      this.#endImage(record.pid, record.timeNs)
      this.#ended.push(record.pid)
    }
    this.#changed = true
  }

  #endImage(pid: number, timeNs: number): void {
    const image = this.#images.get(pid)?.at(-1)
    if (image === undefined) return
    this.#process.set(image.row, 'endNs', timeNs)
    this.#changed = true
  }

  #mmap(record: { pid: number; mapping: RecordedMapping; timeNs: number }): void {
    const image = this.#images.get(record.pid)?.at(-1)
    if (image === undefined) return
    if (image.materialized) this.#store(image, record.timeNs, record.mapping)
    else if (image.pending.length < MAX_PENDING_MAPPINGS) image.pending.push(record)
  }

  #materialize(image: Image): void {
    image.materialized = true
    this.#readDetails(image)
    const own = image.pending
    image.pending = []
    // records tell the story of an image that began while we watched; for others /proc has what was there before
    const needsProc = image.existed || (image.parent !== undefined && own.length === 0)
    const present = needsProc && this.#mayRead() ? this.#facts.readMappings(image.pid) : undefined
    if (present === undefined && image.parent?.existed && !image.parent.materialized) this.#materialize(image.parent)
    for (const mapping of present ?? inheritedMappings(image)) this.#store(image, image.startNs, mapping)
    for (const { timeNs, mapping } of own) this.#store(image, timeNs, mapping)
  }

  #readDetails(image: Image): void {
    const row = this.#process.rowAt(image.row)
    if (image.existed && row.comm !== undefined) return
    const known = this.#read(image.pid)
    if (known === undefined || this.#images.get(image.pid)?.at(-1) !== image) return
    for (const column of ['commandLine', 'executable', 'cgroup'] as const) this.#process.set(image.row, column, known[column])
    this.#process.set(image.row, 'nsPid', known.nsPid)
    if (row.comm === undefined) this.#process.set(image.row, 'comm', known.comm)
    if (row.parentPid === NONE) this.#process.set(image.row, 'parentPid', known.parentPid)
    this.#updateRole(image)
    this.#changed = true
  }

  #store(image: Image, timeNs: number, mapping: RecordedMapping): void {
    const buildId = this.#facts.noteMapping(image.pid, mapping, image.row)
    this.#mapping.add({ process: image.row, timeNs, ...mapping, buildId })
    if (image.pending.length < MAX_PENDING_MAPPINGS) image.pending.push({ timeNs, mapping }) // children inherit them
  }
}

/** Mappings a forked child has from its parent, when it is gone before /proc could tell. */
function inheritedMappings(image: Image): RecordedMapping[] {
  const mappings: RecordedMapping[] = []
  for (let ancestor = image.parent, depth = 0; ancestor !== undefined && depth < 64; ancestor = ancestor.parent, depth++) {
    for (const { mapping } of ancestor.pending) mappings.push(mapping)
    if (ancestor.existed || mappings.length > 0) break
  }
  return mappings
}
