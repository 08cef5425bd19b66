// Answers every request with a few numbers.
import { createServer } from 'node:http'

const server = createServer((_, answer) => answer.end(JSON.stringify(Array.from({ length: 100 }, (_, i) => i * i))))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
