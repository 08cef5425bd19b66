/** What bench/lines.mjs measures: addresses of a file, one in hex a line → inline chains as JSON, as `llvm-symbolizer` prints them. */

import { readFileSync } from 'node:fs'
import { linuxFiles } from '../src/linux-files.ts'
import { compileLate } from '../src/pipeline/compile-late.ts'
import type { SourceFrames } from '../src/symbolize/dwarf/resolve.ts'
import { workBudget } from '../src/symbolize/dwarf/work-budget.ts'
import { resolveFileLines } from '../src/symbolize/source-lines.ts'

compileLate()
const [path, addressFile] = process.argv.slice(2)
const addresses = Float64Array.from(readFileSync(addressFile, 'utf8').trim().split('\n'), Number)
const frames: SourceFrames[] = []
const host = linuxFiles()
const file = host.openFile(path)
if (file === undefined) throw new Error(`${path} cannot be read.`)
const { device, inode } = file
const started = process.hrtime.bigint()
const reasons = resolveFileLines(
  host,
  { path, openPath: path, device, inode, roots: [''], addresses, weights: new Float64Array(addresses.length).fill(1) },
  { budget: workBudget(() => false), onFrames: (index, found) => (frames[index] = found) },
)
const elapsedMs = Number(process.hrtime.bigint() - started) / 1e6
process.stdout.write(JSON.stringify({ elapsedMs, reasons, frames: Array.from(addresses, (_, index) => frames[index] ?? []) }))
