/** The progress of a recording on stderr: a bar that rewrites its line on a terminal, a plain line every five seconds elsewhere. */

import type { RecordProgress } from './pipeline/recorder.ts'
import { formatCount, formatDuration, formatRatio } from './units.ts'

const PLAIN_INTERVAL_NS = 5e9
const BAR_WIDTH = 16
/** Status lines come every second: one in so many is written where lines stay. */
const STATUS_CALLS = 60

/** What a terminal or a pipe offers. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Shows progress until it is cleared. */
export function openProgress(
  stream: ProgressStream,
  { isQuiet }: { isQuiet: boolean },
): { show(progress: RecordProgress): void; clear(): void } {
  let isShown = false
  let plainAtNs = 0
  return {
    show(progress) {
      if (isQuiet) return
      if (stream.isTTY === true) {
        stream.write(`\r${formatProgress(progress, true).slice(0, (stream.columns ?? 80) - 1)}\u001b[K`)
        isShown = true
      } else if (progress.elapsedNs >= plainAtNs) {
        plainAtNs = progress.elapsedNs + PLAIN_INTERVAL_NS
        stream.write(`${formatProgress(progress, false)}\n`)
      }
    },
    clear() {
      if (isShown) stream.write('\r\u001b[K')
      isShown = false
    },
  }
}

/** A status line that rewrites itself on a terminal, and comes every minute elsewhere; lines that stay are printed above it. */
export function openStatusLine(
  stream: ProgressStream,
  { isQuiet }: { isQuiet: boolean },
): { show(line: string): void; print(line: string): void; clear(): void } {
  let isShown = false
  let calls = 0
  const clear = (): void => {
    if (isShown) stream.write('\r\u001b[K')
    isShown = false
  }
  return {
    show(line) {
      if (isQuiet) return
      if (stream.isTTY === true) {
        stream.write(`\r${line.slice(0, (stream.columns ?? 80) - 1)}\u001b[K`)
        isShown = true
      } else if (calls++ % STATUS_CALLS === 0) stream.write(`${line}\n`)
    },
    print(line) {
      clear()
      stream.write(`${line}\n`)
    },
    clear,
  }
}

/** "recording ███░░ 12 s left · 2.3 k samples · 0 lost · own CPU 0.4 %". */
export function formatProgress(progress: RecordProgress, hasBar: boolean): string {
  const { elapsedNs, durationNs, sampleCount, lostCount, cpuRatio } = progress
  const left =
    durationNs === undefined ? `${formatSeconds(elapsedNs)}, Ctrl-C ends it` : `${formatSeconds(Math.max(0, durationNs - elapsedNs))} left`
  const facts = [left, `${formatCount(sampleCount)} samples`, `${formatCount(lostCount)} lost`, `own CPU ${formatRatio(cpuRatio)}`]
  const bar = hasBar && durationNs !== undefined ? ` ${drawBar(elapsedNs / durationNs)}` : ''
  return `recording${bar} ${facts.join(' · ')}`
}

function formatSeconds(ns: number): string {
  return ns >= 120e9 ? formatDuration(ns) : `${Math.ceil(ns / 1e9)} s`
}

function drawBar(done: number): string {
  const full = Math.round(Math.min(1, done) * BAR_WIDTH)
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full)
}
