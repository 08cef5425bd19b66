/** Asks another thread for lines and inlined functions: a debug file may be large or hostile, and the report must not wait for it. */

import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { SourceFrames } from '../symbolize/dwarf/resolve.ts'
import type { LineSource } from '../symbolize/line-requests.ts'
import type { LineRequest } from '../symbolize/source-lines.ts'
import { assetPath } from './assets.ts'
import type { DebuginfodOptions } from './debuginfod.ts'

/** What the thread is told at its start. */
export interface LineWorkerData {
  /** Counts answers, so that we can wait for the next; then 1 when it must stop. */
  readonly signal: Int32Array
  readonly debuginfod: DebuginfodOptions | undefined
}

/** A part of the answer to one request. */
export interface LineMessage {
  readonly request: number
  readonly frames: readonly (readonly [index: number, frames: SourceFrames])[]
  readonly reasons: readonly string[]
  readonly isLast: boolean
}

/** Longest wait after all else has its name; what is not told by then stays by symbol. DESIGN: a report two seconds after the recording. */
const WAIT_MS = 1200
/** With downloads: whoever asks for them waits. */
const DOWNLOAD_WAIT_MS = 120_000
/** In signal. */
const ANSWERS = 0
const STOP = 1
/** A debug file that needs more memory than this stays unread. */
const MAX_HEAP_MB = 512

/** A source that starts its thread with the first request. Debug files are downloaded only where options for it are given. */
export function openLineSource(debuginfod: DebuginfodOptions | undefined): LineSource {
  const answers: { frames: Map<number, SourceFrames>; reasons: string[]; isDone: boolean }[] = []
  const signal = new Int32Array(new SharedArrayBuffer(8))
  let thread: ReturnType<typeof startThread> | undefined
  return {
    ask(request: LineRequest) {
      thread ??= startThread({ signal, debuginfod })
      answers.push({ frames: new Map(), reasons: [], isDone: false })
      thread.port.postMessage(request)
    },
    finish() {
      if (thread === undefined) return []
      const endMs = performance.now() + (debuginfod === undefined ? WAIT_MS : DOWNLOAD_WAIT_MS)
      while (answers.some(({ isDone }) => !isDone)) {
        const seen = Atomics.load(signal, ANSWERS)
        if (takeMessages() > 0) continue
        const leftMs = endMs - performance.now()
        if (leftMs <= 0 || Atomics.wait(signal, ANSWERS, seen, leftMs) === 'timed-out') break
      }
      Atomics.store(signal, STOP, 1)
      takeMessages()
      thread.port.close()
      void thread.worker.terminate()
      for (const { isDone, reasons } of answers) if (!isDone) reasons.push('the time for lines and inlined functions was over')
      return answers
    },
  }

  function takeMessages(): number {
    let count = 0
    for (; thread !== undefined; count++) {
      const received: { message: LineMessage } | undefined = receiveMessageOnPort(thread.port)
      if (received === undefined) break
      const { request, frames, reasons, isLast } = received.message
      const answer = answers[request]
      for (const [index, found] of frames) answer.frames.set(index, found)
      answer.reasons.push(...reasons)
      answer.isDone ||= isLast
    }
    return count
  }
}

function startThread(data: LineWorkerData) {
  const { port1, port2 } = new MessageChannel()
  const worker = new Worker(assetPath('line-worker.js'), {
    workerData: { ...data, port: port2 },
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  })
  // a thread that dies costs the lines, not the report; it must not keep us alive either
  worker.on('error', () => {})
  worker.unref()
  port1.unref()
  return { worker, port: port1 }
}
