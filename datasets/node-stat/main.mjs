// Asks by statSync for files that are there and files that are not.
import { statSync } from 'node:fs'

const { LENGTH, DIR, CAUSE, STRENGTH = '1' } = process.env
const hasCause = CAUSE === '1'
const strength = Number(STRENGTH)
const end = performance.now() + Number(LENGTH) * 1000
let done = 0

const kept = new Map()
while (performance.now() < end) {
  for (let i = 0; i < 100; i++, done++) {
    const name = `${DIR}/${i}`
    if (hasCause || !kept.has(name)) kept.set(name, statSync(name, { throwIfNoEntry: false }))
    for (let round = 0; round < strength; round++) kept.get(name)
  }
}
console.log(`done ${done}`)
process.exit(0)
