// A client asks an HTTP server on this machine over a new connection each time.
import { fork } from 'node:child_process'
import { Agent, get } from 'node:http'

const { LENGTH, CAUSE, STRENGTH = '1' } = process.env
const hasCause = CAUSE === '1'
const strength = Number(STRENGTH)
const end = performance.now() + Number(LENGTH) * 1000
let done = 0

const child = fork(new URL('server.mjs', import.meta.url))
const port = await new Promise(resolve => child.once('message', resolve))
const agent = new Agent({ keepAlive: !hasCause, maxSockets: 4 })
const ask = () => new Promise(resolve => get({ host: '127.0.0.1', port, agent }, answer => answer.resume().once('end', resolve)))
await Promise.all(
  Array.from({ length: strength }, async () => {
    for (; performance.now() < end; done++) await ask()
  }),
)
child.kill()
console.log(`done ${done}`)
process.exit(0)
