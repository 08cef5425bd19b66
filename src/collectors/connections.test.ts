import { describe, expect, test } from 'vitest'
import { replayHost } from '../host.ts'
import { textAt } from '../schema.ts'
import { Connections, parseTcp } from './connections.ts'

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const line = (local: string, remote: string, state: string, inode: number) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0\n`
const v4 = (port: string) => `0100007F:${port}`
const mapped = (port: string) => `0000000000000000FFFF00000100007F:${port}`

describe('lines of /proc/net/tcp', () => {
  test('listening and established sockets; others have no process any more, or not yet', () => {
    const text = `${header}${line(v4('1F90'), '00000000:0000', '0A', 7)}${line(v4('C350'), v4('1F90'), '01', 8)}${line(v4('C351'), v4('1F90'), '06', 0)}`
    expect(parseTcp(text)).toEqual([
      { local: '127.0.0.1:8080', remote: '0.0.0.0:0', isListening: true, inode: '7' },
      { local: '127.0.0.1:50000', remote: '127.0.0.1:8080', isListening: false, inode: '8' },
    ])
  })

  test('an IPv4 address within IPv6 is that address; another has eight groups', () => {
    const text = `${header}${line(mapped('1F90'), 'B80D0120000000000000000001000000:0050', '01', 9)}`
    expect(parseTcp(text)).toMatchObject([{ local: '127.0.0.1:8080', remote: '2001:db8:0:0:0:0:0:1:80' }])
  })

  test('lines that are cut are left out', () => {
    const whole = line(v4('1F90'), v4('C350'), '01', 12345)
    for (let length = 0; length < whole.indexOf('12345'); length++) expect(parseTcp(header + whole.slice(0, length))).toEqual([])
  })
})

test('who asks whom: the side whose port is listened on serves, whoever connected before the recording', () => {
  const tcp =
    header +
    line(v4('1F90'), '00000000:0000', '0A', 7) +
    line(v4('C350'), v4('1F90'), '01', 8) +
    line(v4('C351'), '0A00000A:0050', '01', 11)
  const host = replayHost({
    files: {
      '/proc/self/net/tcp': tcp,
      '/proc/self/net/tcp6': header + line(mapped('1F90'), mapped('C350'), '01', 9),
      '/proc/1/stat': '',
      '/proc/2/stat': '',
    },
    links: {
      '/proc/1/fd/3': 'socket:[7]',
      '/proc/1/fd/4': 'socket:[9]',
      '/proc/2/fd/5': 'socket:[8]',
      '/proc/2/fd/6': 'socket:[11]',
      '/proc/2/fd/7': '/dev/null',
    },
  })
  const connections = new Connections(host, pid => pid * 10)
  connections.collect()
  connections.collect()
  const table = connections.build()
  const rows = Array.from({ length: table.length }, (_, row) =>
    [table.process[row], textAt(table.role, row), textAt(table.service, row), table.peerProcess[row], table.count[row]].join(' '),
  )
  expect(rows.sort()).toEqual([
    '10 listener 127.0.0.1:8080 -1 1',
    '10 server 127.0.0.1:8080 20 1',
    '20 client 10.0.0.10:80 -1 1',
    '20 client 127.0.0.1:8080 10 1',
  ])
})
