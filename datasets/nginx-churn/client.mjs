// Asks a server on port PORT: as fast as it can, or RATE requests per second. Over a new connection each time with CAUSE=1.
import { Agent, get } from 'node:http'

const { LENGTH, CAUSE, STRENGTH = '4', PORT, RATE } = process.env
const end = performance.now() + Number(LENGTH) * 1000
const agent = new Agent({ keepAlive: CAUSE !== '1' })
let done = 0
const ask = () => new Promise(resolve => get({ host: '127.0.0.1', port: PORT, agent }, answer => answer.resume().once('end', resolve)))
await Promise.all(
  Array.from({ length: Number(STRENGTH) }, async () => {
    for (; performance.now() < end; done++) {
      await ask()
      if (RATE !== undefined) await new Promise(resolve => setTimeout(resolve, (1000 * Number(STRENGTH)) / Number(RATE)))
    }
  }),
)
console.log(`done ${done}`)
process.exit(0)
