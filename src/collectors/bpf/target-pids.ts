import type { BpfHost } from '../../host-bpf.ts'
import { deleteElement, lookupElement, readMap, updateElement } from './bpf-map.ts'
import { DEAD } from './decode-sched.ts'
import { runIterator } from './loader.ts'
import type { TopicReader } from './topic-reader.ts'
import { wordsOf } from './words.ts'

/** Where the state is in a record of a thread, in words: struct thread of sched.bpf.c. */
const STATE_WORD = 4

/**
 * Which processes are recorded in detail. Children of targets are found by every topic, and processes that a target waits for
 * by the scheduler's: each has a map of its own, and what that one finds is shared out here.
 */
export class TargetPids {
  readonly #host: BpfHost
  readonly #sched: TopicReader | undefined
  readonly #others: readonly TopicReader[]
  /** What was given last: a process that ended since must not come back, its id may be another's. */
  #given: ReadonlySet<number> = new Set()
  #shared: ReadonlySet<number> = new Set()

  constructor(host: BpfHost, readers: readonly TopicReader[]) {
    this.#host = host
    this.#sched = readers.find(({ topic }) => topic.topic === 'sched')
    this.#others = readers.filter(reader => reader !== this.#sched && reader.hasMap('targets'))
  }

  /** Adds processes; those given before are passed over. Waits of theirs that go on are seen from now on. */
  add(pids: Iterable<number>): void {
    const given = new Set(pids)
    const fresh = [...given].filter(pid => !this.#given.has(pid) && this.#isAlive(pid))
    this.#given = given
    if (fresh.length === 0) return
    for (const reader of [...this.#others, ...(this.#sched === undefined ? [] : [this.#sched])]) {
      for (const pid of fresh) updateElement(this.#host, reader.map('targets'), { key: word(pid), value: word(1) })
    }
    if (this.#sched !== undefined) runIterator(this.#host, this.#sched.topic, 'on_seed')
  }

  /** Lets every topic know what the scheduler's found out since the last call, and which processes ended. */
  share(): void {
    if (this.#sched === undefined) return
    const found = new Map<number, number>()
    readMap(this.#host, this.#sched.map('targets'), ({ keys, values, count }) => {
      const [pids, depths] = [wordsOf(keys), wordsOf(values)]
      for (let row = 0; row < count; row++) found.set(pids[row], depths[row])
    })
    const gone = [...this.#shared].filter(pid => !found.has(pid))
    const fresh = [...found].filter(([pid]) => !this.#shared.has(pid))
    for (const reader of this.#others) {
      for (const pid of gone) deleteElement(this.#host, reader.map('targets'), word(pid))
      for (const [pid, depth] of fresh) updateElement(this.#host, reader.map('targets'), { key: word(pid), value: word(depth) })
    }
    this.#shared = new Set(found.keys())
  }

  /** Every thread has a record of the scheduler's from its first moment to its last; ourselves have none. */
  #isAlive(pid: number): boolean {
    if (this.#sched === undefined || pid === this.#host.pid) return true
    const record = lookupElement(this.#host, this.#sched.map('threads'), word(pid))
    return record !== undefined && wordsOf(record)[STATE_WORD] < DEAD
  }
}

function word(value: number): Uint8Array {
  return new Uint8Array(new Uint32Array([value]).buffer)
}
