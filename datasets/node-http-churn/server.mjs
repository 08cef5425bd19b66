// Answers every request with two bytes.
import { createServer } from 'node:http'

const server = createServer((_, answer) => answer.end('ok'))
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port))
