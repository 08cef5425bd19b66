// Appends a line and calls fsyncSync, one after the other.
import { fsyncSync, openSync, writeSync } from 'node:fs'

const { LENGTH, DIR, CAUSE, STRENGTH = '1' } = process.env
const hasCause = CAUSE === '1'
const strength = Number(STRENGTH)
const end = performance.now() + Number(LENGTH) * 1000
let done = 0

const file = openSync(`${DIR}/log`, 'a')
while (performance.now() < end) {
  writeSync(file, 'x'.repeat(100))
  done++
  if (hasCause && done % strength === 0) fsyncSync(file)
}
console.log(`done ${done}`)
process.exit(0)
