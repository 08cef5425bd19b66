/** Runs a sequence over events: every beginning is an instance that waits for its next step, until it matches or its time is over. */

import type { SequenceStep } from './sequence-language.ts'

/** An event as sequences see it: arguments in the order of sequenceEvents. */
export interface SequenceEvent {
  readonly timeNs: number
  readonly event: string
  readonly values: readonly number[]
}

/** A sequence that came to its end. */
export interface SequenceMatch {
  /** When its first and its last step happened. */
  readonly startNs: number
  readonly timeNs: number
  readonly bindings: ReadonlyMap<string, number>
}

/** Instances at once; with more, the one that has waited longest is dropped and counted: a beginning of now is worth more than it. */
const MAX_INSTANCES = 10_000
/** Deadlines that are not met any more stay so many before they are cleared away: most instances end long before their time. */
const SPARE_DEADLINES = 1000
/** The oldest instances are looked up so many at a time. */
const LOOKED_UP_TOGETHER = 100

interface Instance {
  readonly bindings: ReadonlyMap<string, number>
  readonly startNs: number
  step: number
  seen: number
  deadlineNs: number
  /** Keys it is filed under while it waits. */
  keys: readonly string[]
  isOver: boolean
}

/** Follows one sequence. Events must come in the order of time. */
export class SequenceMatcher {
  /** Instances that were dropped for want of room. */
  lostCount = 0
  readonly #steps: readonly SequenceStep[]
  /** Variables that are bound before each step. */
  readonly #boundBefore: readonly ReadonlySet<string>[]
  readonly #waiting = new Map<string, Set<Instance>>()
  readonly #deadlines = new DeadlineHeap()
  /** All that wait, the one that has waited longest for its step first. */
  readonly #open = new Set<Instance>()
  /** The first of them in reverse, some of which may be over. */
  #longest: Instance[] = []

  constructor(steps: readonly SequenceStep[]) {
    this.#steps = steps
    const bound = new Set<string>()
    this.#boundBefore = steps.map(({ atoms, isNegated }) => {
      const before = new Set(bound)
      if (!isNegated) for (const { variables } of atoms) for (const name of variables) if (name !== undefined) bound.add(name)
      return before
    })
  }

  /** Instances that wait. */
  get openCount(): number {
    return this.#open.size
  }

  /** Deadlines in memory, with those that nobody waits for any more. */
  get deadlineCount(): number {
    return this.#deadlines.size
  }

  /** Takes an event; the sequences that end with it, or by a deadline before it. */
  add(event: SequenceEvent): readonly SequenceMatch[] {
    const matches = [...this.advance(event.timeNs)]
    for (let step = this.#steps.length - 1; step >= 0; step--) {
      for (const [index, atom] of this.#steps[step].atoms.entries()) {
        if (atom.event !== event.event) continue
        const found = this.#waiting.get(this.#keyOf({ step, index }, place => event.values[place]))
        for (const instance of found === undefined ? [] : [...found]) this.#meet(instance, { event, index, matches })
      }
    }
    this.#begin(event, matches)
    return matches
  }

  /** Time passes without events. */
  advance(nowNs: number): readonly SequenceMatch[] {
    const matches: SequenceMatch[] = []
    for (let due = this.#deadlines.takeUntil(nowNs); due !== undefined; due = this.#deadlines.takeUntil(nowNs)) {
      const { instance, deadlineNs } = due
      if (!isPending(due)) continue
      if (this.#steps[instance.step].isNegated) this.#moveOn(instance, { timeNs: deadlineNs, matches })
      else this.#drop(instance)
    }
    return matches
  }

  #begin(event: SequenceEvent, matches: SequenceMatch[]): void {
    for (const atom of this.#steps[0].atoms) {
      if (atom.event !== event.event) continue
      const bindings = bind(atom.variables, event.values, new Map())
      if (bindings === undefined) continue
      const instance: Instance = {
        bindings,
        startNs: event.timeNs,
        step: 0,
        seen: 1,
        deadlineNs: Number.POSITIVE_INFINITY,
        keys: [],
        isOver: false,
      }
      if (this.#steps[0].count === 1) this.#moveOn(instance, { timeNs: event.timeNs, matches })
      else this.#file(instance, { step: 0, deadlineNs: limitOf(this.#steps[0], event.timeNs) })
    }
  }

  #meet(instance: Instance, { event, index, matches }: { event: SequenceEvent; index: number; matches: SequenceMatch[] }): void {
    const step = this.#steps[instance.step]
    if (instance.isOver || event.timeNs > instance.deadlineNs) return
    const bindings = bind(step.atoms[index].variables, event.values, instance.bindings)
    if (bindings === undefined) return
    if (step.isNegated) {
      this.#drop(instance)
      return
    }
    instance.seen++
    const moved: Instance = { ...instance, bindings, keys: [], isOver: false }
    this.#drop(instance)
    if (moved.seen >= step.count) this.#moveOn(moved, { timeNs: event.timeNs, matches })
    else this.#file(moved, { step: moved.step, deadlineNs: moved.deadlineNs })
  }

  /** The step is done: the next one, or a match. */
  #moveOn(instance: Instance, { timeNs, matches }: { timeNs: number; matches: SequenceMatch[] }): void {
    this.#unfile(instance)
    const step = instance.step + 1
    if (step >= this.#steps.length) {
      instance.isOver = true
      matches.push({ startNs: instance.startNs, timeNs, bindings: instance.bindings })
      return
    }
    instance.seen = 0
    this.#file(instance, { step, deadlineNs: limitOf(this.#steps[step], timeNs) })
  }

  #file(instance: Instance, { step, deadlineNs }: { step: number; deadlineNs: number }): void {
    instance.step = step
    instance.deadlineNs = deadlineNs
    instance.keys = this.#steps[step].atoms.map(({ variables }, index) =>
      this.#keyOf({ step, index }, place => instance.bindings.get(variables[place] ?? '') ?? Number.NaN),
    )
    for (const key of instance.keys) {
      const filed = this.#waiting.get(key) ?? new Set()
      if (!this.#steps[step].isNegated) for (const older of filed) if (isSame(older, instance)) this.#drop(older)
      this.#waiting.set(key, filed.add(instance))
    }
    this.#open.add(instance)
    if (this.#open.size > MAX_INSTANCES) this.#dropLongest()
    if (!Number.isFinite(deadlineNs)) return
    this.#deadlines.add({ instance, deadlineNs })
    if (this.#deadlines.size > 2 * this.#open.size + SPARE_DEADLINES) this.#deadlines.keep(isPending)
  }

  #dropLongest(): void {
    while (this.#longest.at(-1)?.isOver === true) this.#longest.pop()
    // many at once: to reach the first of a set, V8 walks over all that was deleted before it, 10 us each time
    if (this.#longest.length === 0) this.#longest = firstOf(this.#open, LOOKED_UP_TOGETHER).reverse()
    const instance = this.#longest.pop()
    if (instance === undefined) return
    this.#drop(instance)
    this.lostCount++
  }

  #drop(instance: Instance): void {
    if (instance.isOver) return
    this.#unfile(instance)
    instance.isOver = true
  }

  #unfile(instance: Instance): void {
    this.#open.delete(instance)
    for (const key of instance.keys) {
      const filed = this.#waiting.get(key)
      filed?.delete(instance)
      if (filed?.size === 0) this.#waiting.delete(key)
    }
    instance.keys = []
  }

  /** Step, atom, and the values of what is bound before the step. */
  #keyOf({ step, index }: { step: number; index: number }, valueAt: (place: number) => number): string {
    const { variables } = this.#steps[step].atoms[index]
    const before = this.#boundBefore[step]
    const values = variables.map((name, place) => (name !== undefined && before.has(name) ? valueAt(place) : ''))
    return `${step} ${index} ${values.join(' ')}`
  }
}

function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const first: Item[] = []
  for (const item of items) if (first.push(item) >= count) break
  return first
}

/** What happens at the limit itself is in time; what has not happened then, has not. */
function limitOf({ withinNs, isNegated }: SequenceStep, timeNs: number): number {
  return timeNs + withinNs + (isNegated ? 0 : 1)
}

/** The same beginning once more: the newer has more time left. */
function isSame(older: Instance, newer: Instance): boolean {
  if (older === newer || older.seen !== newer.seen || older.bindings.size !== newer.bindings.size) return false
  return [...older.bindings].every(([name, value]) => newer.bindings.get(name) === value)
}

/** Bindings with those of an event; undefined when one contradicts. */
function bind(
  variables: readonly (string | undefined)[],
  values: readonly number[],
  bindings: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> | undefined {
  let bound: Map<string, number> | undefined
  for (const [place, name] of variables.entries()) {
    if (name === undefined) continue
    const known = (bound ?? bindings).get(name)
    if (known !== undefined && known !== values[place]) return undefined
    if (known === undefined) bound = (bound ?? new Map(bindings)).set(name, values[place])
  }
  return bound ?? bindings
}

interface Deadline {
  readonly instance: Instance
  readonly deadlineNs: number
}

function isPending({ instance, deadlineNs }: Deadline): boolean {
  return !instance.isOver && instance.deadlineNs === deadlineNs
}

/** The earliest deadline first. Deadlines of instances that are over leave when their time comes, or by keep. */
class DeadlineHeap {
  #items: Deadline[] = []

  get size(): number {
    return this.#items.length
  }

  /** Forgets the others. What is sorted is a heap. */
  keep(isKept: (item: Deadline) => boolean): void {
    this.#items = this.#items.filter(isKept).sort((left, right) => left.deadlineNs - right.deadlineNs)
  }

  add(item: Deadline): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0 && items[(at - 1) >> 1].deadlineNs > item.deadlineNs) {
      items[at] = items[(at - 1) >> 1]
      at = (at - 1) >> 1
    }
    items[at] = item
  }

  takeUntil(nowNs: number): Deadline | undefined {
    const items = this.#items
    if (items.length === 0 || items[0].deadlineNs > nowNs) return undefined
    const first = items[0]
    const last = items.pop()
    if (last !== undefined && items.length > 0) this.#sink(last)
    return first
  }

  #sink(item: Deadline): void {
    const items = this.#items
    let at = 0
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && items[child + 1].deadlineNs < items[child].deadlineNs) child++
      if (items[child].deadlineNs >= item.deadlineNs) break
      items[at] = items[child]
      at = child
    }
    items[at] = item
  }
}
