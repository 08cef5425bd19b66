// A parent asks a child process over a pipe, which computes for each answer.
import { spawn } from 'node:child_process'

const { LENGTH, CAUSE, STRENGTH = '1' } = process.env
const hasCause = CAUSE === '1'
const strength = Number(STRENGTH)
const end = performance.now() + Number(LENGTH) * 1000
let done = 0

const child = spawn(process.execPath, [new URL('slow-child.mjs', import.meta.url).pathname], { stdio: ['pipe', 'pipe', 'inherit'] })
const ask = () =>
  new Promise(resolve => {
    child.stdout.once('data', resolve)
    child.stdin.write(hasCause ? `${strength}` : '1')
  })
for (; performance.now() < end; done++) await ask()
child.kill()
console.log(`done ${done}`)
process.exit(0)
