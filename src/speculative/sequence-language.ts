/**
 * Sequences of events, written like a regular expression:
 *
 *     futex_wait(tid, lock) ; !futex_wake(tid) within 500ms
 *     error:connect(pid){3} within 1s ; exit(pid)
 *     (signal(tid) | exit(tid)) ; exec(pid)
 *
 * `;` is followed by, with anything in between; `|` either; `{n}` so many times; `!` not for the whole time; `within` a limit since the
 * step before. A variable binds what it first meets, a thread, process, lock or descriptor, and must be the same from then on.
 */

import { suggest } from '../spelling.ts'
import { parseDuration } from '../units.ts'

/** One kind of event in a step. Variables by the place of the argument; undefined for _. */
export interface SequenceAtom {
  readonly event: string
  readonly variables: readonly (string | undefined)[]
}

/** One step. */
export interface SequenceStep {
  readonly atoms: readonly SequenceAtom[]
  readonly isNegated: boolean
  readonly count: number
  /** Infinity without a limit; a negated step has one. */
  readonly withinNs: number
}

/** Events that sequences know, and what their arguments are. */
export const sequenceEvents: Readonly<Record<string, readonly string[]>> = {
  futex_wait: ['tid', 'lock', 'pid'],
  futex_wake: ['tid', 'waker', 'pid'],
  sleep: ['tid', 'pid'],
  wake: ['tid', 'waker', 'pid'],
  run: ['tid', 'pid'],
  preempt: ['tid', 'pid'],
  signal: ['tid', 'number', 'pid'],
  fork: ['child', 'parent'],
  exec: ['pid'],
  exit: ['tid', 'pid'],
}
/** Of a system call by name, after a colon. */
const callEvents: Readonly<Record<string, readonly string[]>> = { syscall: ['tid', 'fd', 'pid'], error: ['tid', 'fd', 'pid'] }

const MAX_STEPS = 16
const MAX_COUNT = 1000

/** Parses the text after `seq:`; a string says what is wrong. */
export function parseSequence(text: string, syscalls: ReadonlyMap<string, number>): readonly SequenceStep[] | string {
  const tokens = text.match(/[A-Za-z_][\w]*(?::[A-Za-z_]\w*)?|\d+(?:\.\d+)?[a-z]*|\S/g) ?? []
  try {
    return new SequenceParser(tokens, syscalls).parse()
  } catch (error) {
    if (error instanceof SequenceError) return error.message
    throw error
  }
}

class SequenceError extends Error {}

class SequenceParser {
  readonly #tokens: readonly string[]
  readonly #syscalls: ReadonlyMap<string, number>
  #at = 0

  constructor(tokens: readonly string[], syscalls: ReadonlyMap<string, number>) {
    this.#tokens = tokens
    this.#syscalls = syscalls
  }

  parse(): readonly SequenceStep[] {
    const steps = [this.#step()]
    while (this.#accept(';')) steps.push(this.#step())
    if (this.#at < this.#tokens.length) throw new SequenceError(`Before "${this.#tokens[this.#at]}" a ; is missing.`)
    if (steps.length > MAX_STEPS) throw new SequenceError(`It has ${steps.length} steps; ${MAX_STEPS} are the most.`)
    if (steps[0].isNegated) throw new SequenceError('It cannot begin with what does not happen.')
    return steps
  }

  #step(): SequenceStep {
    const isNegated = this.#accept('!')
    const atoms = this.#accept('(') ? this.#alternatives() : [this.#atom()]
    const count = this.#repetition()
    const withinNs = this.#accept('within') ? this.#duration() : Number.POSITIVE_INFINITY
    if (isNegated && !Number.isFinite(withinNs)) throw new SequenceError(`"!${atoms[0].event}" needs a time: within 500ms.`)
    if (isNegated && count > 1) throw new SequenceError('What does not happen cannot be counted.')
    return { atoms, isNegated, count, withinNs }
  }

  #alternatives(): SequenceAtom[] {
    const atoms = [this.#atom()]
    while (this.#accept('|')) atoms.push(this.#atom())
    this.#expect(')')
    return atoms
  }

  #atom(): SequenceAtom {
    const event = this.#next('an event')
    const known = this.#argumentsOf(event)
    const variables: (string | undefined)[] = []
    if (this.#accept('(') && !this.#accept(')')) {
      do {
        const name = this.#next('a variable')
        if (!/^[A-Za-z_]\w*$/.test(name)) throw new SequenceError(`"${name}" is no variable.`)
        variables.push(name === '_' ? undefined : name)
      } while (this.#accept(','))
      this.#expect(')')
    }
    if (variables.length > known.length) throw new SequenceError(`${event} has ${known.length} arguments: ${known.join(', ')}.`)
    return { event, variables: byName(variables, known) }
  }

  #argumentsOf(event: string): readonly string[] {
    const [kind, call] = event.split(':')
    if (call === undefined) {
      if (Object.hasOwn(sequenceEvents, kind)) return sequenceEvents[kind]
      throw new SequenceError(
        `There is no event "${kind}" in sequences${suggest(kind, [...Object.keys(sequenceEvents), 'syscall', 'error'])}.`,
      )
    }
    if (!Object.hasOwn(callEvents, kind)) throw new SequenceError(`There is no event "${kind}:"${suggest(kind, Object.keys(callEvents))}.`)
    if (!this.#syscalls.has(call)) throw new SequenceError(`There is no system call "${call}"${suggest(call, [...this.#syscalls.keys()])}.`)
    return callEvents[kind]
  }

  #repetition(): number {
    if (this.#accept('+')) return 1
    if (!this.#accept('{')) return 1
    const count = Number(this.#next('a number'))
    this.#expect('}')
    if (Number.isInteger(count) && count >= 1 && count <= MAX_COUNT) return count
    throw new SequenceError(`A count is a whole number from 1 to ${MAX_COUNT}.`)
  }

  #duration(): number {
    const text = this.#next('a duration')
    const ns = /[a-z]/.test(text) ? parseDuration(text) : undefined
    if (ns === undefined || ns <= 0) throw new SequenceError(`After "within" comes a duration such as 500ms, not "${text}".`)
    return ns
  }

  #accept(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false
    this.#at++
    return true
  }

  #expect(token: string): void {
    if (!this.#accept(token))
      throw new SequenceError(`Here a ${token} is missing: ${this.#tokens.slice(this.#at, this.#at + 3).join(' ') || 'at the end'}.`)
  }

  #next(what: string): string {
    const token = this.#tokens[this.#at++]
    if (token === undefined) throw new SequenceError(`At the end ${what} is missing.`)
    return token
  }
}

/** A variable called as an argument is that argument, wherever it stands; others go by place. */
function byName(variables: readonly (string | undefined)[], known: readonly string[]): readonly (string | undefined)[] {
  const placed: (string | undefined)[] = known.map(() => undefined)
  variables.forEach((name, index) => {
    const place = name === undefined ? index : known.indexOf(name)
    placed[place < 0 ? index : place] = name
  })
  return placed
}
