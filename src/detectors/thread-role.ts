import { describeTarget, type RecordedTables, type Table, ThreadState, textAt } from '../schema.ts'
import { defineDetector } from './detector.ts'
import { processLabel } from './labels.ts'
import { LossBins } from './loss-bins.ts'
import { sumLostWaits } from './lost-waits.ts'
import { Tally } from './tally.ts'
import { measureTargetTime, type TargetTime, TIME_TABLES } from './target-time.ts'
import { threadKey } from './thread-groups.ts'

/** Threads whose name says what they are for. Names are cut at 15 bytes: TASK_COMM_LEN. */
const roles: readonly (readonly [role: string, name: RegExp])[] = [
  // HotSpot src/hotspot/share/gc, runtime/vmThread.cpp; .NET gcenv.ee.cpp
  [
    'garbage-collector',
    /^(G1 (Conc|Main|Refine|Service|Young)|GC Thread|ParGC|Z(Driver|Worker|Director|Stat|Uncommit)|X(Driver|Worker)|Shenandoah|CMS |Concurrent Mark|\.NET (Server|BGC|GC)|SGen|gc-helper)/,
  ],
  ['jit-compiler', /^(C[12] Compiler|JVMCI|Sweeper thread|\.NET Tiered)/],
  ['vm-operations', /^VM (Thread|Periodic)/],
  // libuv src/unix/thread.c, Node.js: the four threads that files, DNS and compression share
  ['libuv-pool', /^libuv-worker/],
  ['javascript-helper', /^(V8Worker|V8 DefaultWorke|DelayedTaskSche|HeapHelper)/],
  // RocksDB, Lucene, WiredTiger, InnoDB, Cassandra
  [
    'storage-compaction',
    /^(rocksdb:(low|high|bottom)|Lucene Merge|\S*Compaction|WTCheck|WTEvict|ib_pg_flush|ib_io|CompactionExec|MemtableFlush)/,
  ],
  ['redis-background', /^(bio_(close_file|aof|lazy_free)|jemalloc_bg_thd|io_thd_)/],
  // kernel threads
  ['memory-reclaim', /^kswapd\d/],
  ['memory-compaction', /^(kcompactd\d|khugepaged)/],
  ['same-page-merging', /^ksmd$/],
  ['soft-interrupts', /^ksoftirqd\//],
  ['interrupt-thread', /^irq\/\d/],
  ['disk-encryption', /^(kcryptd|dmcrypt_write|kworker\/.*kcryptd)/],
  ['software-raid', /^(md\d+_(raid|resync|reclaim)|raid5wq|mdX)/],
  ['journal', /^(jbd2\/|xfsaild\/|btrfs-transacti|txg_sync)/],
  ['page-writer', /^kworker\/u\d+:\d+[-+](flush|events_unbound|writeback)/],
  ['io-worker', /^iou-(wrk|sqp)/],
  ['virtual-network', /^vhost-/],
]

/** How much threads with a known role compute, and how long others of the target wait for them. */
export const threadRole = defineDetector({
  id: 'thread-role',
  needs: ['process', 'thread', 'threadTime'],
  wants: TIME_TABLES,
  metrics: {
    cpuRatio: "Share of the target's time that these threads computed.",
    waitRatio: "Share of the target's time that its other threads waited until one of these went on.",
    runningCpus: 'CPUs that they used.',
    busiestRatio: 'Share of the wall clock that the busiest of them ran.',
    threadsCount: 'How many of them ran.',
  },
  facts: { role: 'The role, one of src/detectors/thread-role.ts.', thread: 'The busiest of them.', process: 'The process it belongs to.' },

  detect(tables, context) {
    const time = measureTargetTime(tables, context)
    if (!(time.totalNs > 0)) return []
    const found = findRoles(tables, time)
    return [...found.roles].map(([role, threads]) => {
      const bins = new LossBins(context.durationNs)
      for (const row of threads.rows) {
        const { timeNs, durationNs, ns } = tables.threadTime
        bins.add(timeNs[row], timeNs[row] + durationNs[row], ns[row])
      }
      const busiest = threads.byThread.largest()
      const name = found.names.get(busiest.key)
      return {
        subject: describeTarget(context.target),
        metrics: {
          cpuRatio: bins.share(time).estimate,
          waitRatio: waitedFor(tables, { time, context }, threads.byThread) ?? Number.NaN,
          runningCpus: threads.byThread.total / context.durationNs,
          busiestRatio: busiest.ns / context.durationNs,
          threadsCount: threads.byThread.size,
        },
        facts: { role, thread: name?.thread ?? 'unknown', process: processLabel(tables.process, name?.process ?? -1) },
        share: bins.share(time),
        culprits:
          name === undefined
            ? []
            : [{ kind: 'thread' as const, name: name.thread, share: Math.min(1, busiest.ns / threads.byThread.total) }],
        rows: undefined,
      }
    })
  },
})

interface RoleThreads {
  readonly byThread: Tally
  readonly rows: number[]
}

function findRoles(
  { thread, threadTime }: { readonly thread: Table<'thread'>; readonly threadTime: Table<'threadTime'> },
  time: TargetTime,
) {
  const roleOf = new Map<number, string>()
  const names = new Map<number, { readonly thread: string; readonly process: number }>()
  for (let row = 0; row < thread.length; row++) {
    const comm = textAt(thread.comm, row) ?? ''
    const role = roles.find(([, name]) => name.test(comm))?.[0]
    if (role === undefined) continue
    const key = threadKey(thread.process[row], thread.tid[row])
    roleOf.set(key, role)
    names.set(key, { thread: `${comm} (tid ${thread.tid[row]})`, process: thread.process[row] })
  }
  const found = new Map<string, RoleThreads>()
  for (let row = 0; row < threadTime.length; row++) {
    if (threadTime.state[row] !== ThreadState.Running || !time.isMember(threadTime.process[row])) continue
    const key = threadKey(threadTime.process[row], threadTime.tid[row])
    const role = roleOf.get(key)
    if (role === undefined || !(threadTime.ns[row] > 0)) continue
    const threads = found.get(role) ?? { byThread: new Tally(), rows: [] }
    found.set(role, threads)
    threads.byThread.add(key, threadTime.ns[row])
    threads.rows.push(row)
  }
  return { roles: found, names }
}

/** Waits of other threads that these ended, for locks and safepoints alone: nobody waits for input from them. */
function waitedFor(
  tables: Pick<RecordedTables, 'wait' | 'callchainStack' | 'stack' | 'frame' | 'symbol'> & { readonly process: Table<'process'> },
  { time, context }: { readonly time: TargetTime; readonly context: Parameters<typeof sumLostWaits>[0]['context'] },
  threads: Tally,
): number | undefined {
  const { wait } = tables
  if (wait === undefined) return undefined
  const keys = new Set(threads.sorted().map(([key]) => key))
  const isWaker = (row: number) => keys.has(threadKey(wait.wakerProcess[row], wait.wakerTid[row]))
  const isWaiter = (row: number) => keys.has(threadKey(wait.process[row], wait.tid[row]))
  return sumLostWaits(
    { tables: { ...tables, wait }, time, context },
    row => textAt(wait.reason, row) === 'futex' && isWaker(row) && !isWaiter(row),
  ).share.estimate
}
