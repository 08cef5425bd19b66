/** The thread that reads debug information: requests in, frames out, in the order they came. */

import { type MessagePort, workerData } from 'node:worker_threads'
import { linuxFiles } from '../linux-files.ts'
import type { SourceFrames } from '../symbolize/dwarf/resolve.ts'
import { workBudget } from '../symbolize/dwarf/work-budget.ts'
import { type LineRequest, missingDebugFile, resolveFileLines } from '../symbolize/source-lines.ts'
import { compileLate } from './compile-late.ts'
import { fetchDebugFile } from './debuginfod.ts'
import type { LineMessage, LineWorkerData } from './line-source.ts'

const { port, signal, debuginfod } = workerData as LineWorkerData & { readonly port: MessagePort }
compileLate()
const host = linuxFiles()
const budget = workBudget(() => Atomics.load(signal, 1) === 1)
/** Frames sent at once: what is known when the time is over has arrived. */
const FRAMES_PER_MESSAGE = 256

let requestCount = 0
let turn: Promise<void> = Promise.resolve()
port.on('message', (request: LineRequest) => {
  const number = requestCount++
  turn = turn.then(() => answer(number, request))
})

async function answer(request: number, wanted: LineRequest): Promise<void> {
  let frames: (readonly [number, SourceFrames])[] = []
  const send = (reasons: readonly string[], isLast: boolean): void => {
    const message: LineMessage = { request, frames, reasons, isLast }
    port.postMessage(message)
    frames = []
    Atomics.add(signal, 0, 1)
    Atomics.notify(signal, 0)
  }
  const { debugFile, reasons } = await download(wanted)
  const found = resolveFileLines(
    host,
    { ...wanted, debugFile },
    {
      budget,
      onFrames(index, sources) {
        frames.push([index, sources])
        if (frames.length >= FRAMES_PER_MESSAGE) send([], false)
      },
    },
  )
  send([...reasons, ...found], true)
}

async function download(wanted: LineRequest): Promise<{ debugFile: string | undefined; reasons: readonly string[] }> {
  const buildId = debuginfod === undefined ? undefined : missingDebugFile(host, wanted)
  if (buildId === undefined || debuginfod === undefined) return { debugFile: undefined, reasons: [] }
  const fetched = await fetchDebugFile(buildId, debuginfod)
  return typeof fetched === 'string' ? { debugFile: fetched, reasons: [] } : { debugFile: undefined, reasons: [fetched.reason] }
}
