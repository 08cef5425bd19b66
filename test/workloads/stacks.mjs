// Compiled and interpreted functions, builtins that call back, the event loop: usage: stacks.mjs SECONDS
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'

const fib = n => (n < 2 ? n : fib(n - 1) + fib(n - 2))

function sortNumbers() {
  return Array.from({ length: 3000 }, (_, index) => (index * 7919) % 10007).sort((left, right) => right - left)[0]
}

function throughJson() {
  return JSON.parse(JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [index, [index, index * 2]]))))[5][0]
}

const end = performance.now() + Number(process.argv[2] ?? 2) * 1000
let sink = 0
while (performance.now() < end) {
  sink += fib(18) + sortNumbers() + throughJson()
  sink += createHash('sha256').update('x'.repeat(100_000)).digest('hex').length
  await stat('/etc/passwd')
}
process.exitCode = sink < 0 ? 1 : 0
