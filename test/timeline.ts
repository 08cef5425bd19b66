/** Timelines of threads drawn as text, for tests of what waits for whom. */

import type { Segment, Timelines, Waker } from '../src/detectors/wait-blame.ts'

/** Time of a column. */
const COLUMN_NS = 10

/**
 * One line per thread: its number, from 1 to 9 or a letter (a = 10), then a column per 10 ns.
 *
 *   #  running     ~  runnable     space  nothing known
 *   .  blocked; the mark after it says who ended the wait: a thread, D a device, T a timer, R a peer, ? nobody. It is the
 *      column in which the thread runs again; D, T and R take part in the wait.
 */
export function timelines(drawing: string): Timelines {
  return new Map(
    drawing
      .split('\n')
      .map(line => /^\s*(\w): (.*)$/.exec(line))
      .flatMap(match => (match === null ? [] : [[threadOf(match[1]), segmentsOf(match[2])] as const])),
  )
}

function threadOf(mark: string): number {
  return mark >= 'a' ? mark.charCodeAt(0) - 87 : Number(mark)
}

const wakers: Readonly<Record<string, Waker>> = {
  D: { kind: 'device', name: 'sda' },
  T: { kind: 'timer', name: 'sleep' },
  R: { kind: 'remote', name: 'peer' },
  '?': undefined,
}

function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = []
  for (const run of text.matchAll(/#+|~+|\.+[DTR]?|./g)) {
    const startNs = run.index * COLUMN_NS
    const span = { startNs, endNs: startNs + run[0].length * COLUMN_NS }
    const mark = run[0][0]
    if (mark === '~') segments.push({ ...span, state: 'runnable', occupantTid: 0 })
    else if (mark === '.') segments.push({ ...span, state: 'blocked', waker: wakerOf(run[0], text[run.index + run[0].length]) })
    else if (mark !== ' ' && mark !== '?') segments.push({ ...span, state: 'running' })
  }
  return segments
}

function wakerOf(wait: string, next: string | undefined): Waker {
  const own = wait.at(-1)
  if (own !== undefined && own !== '.') return wakers[own]
  if (next === undefined || next in wakers) return undefined
  return { kind: 'thread', tid: threadOf(next) }
}
