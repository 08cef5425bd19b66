import type { Host } from '../host.ts'
import { NONE, type Row, type Table } from '../schema.ts'
import { TableBuilder } from '../table-builder.ts'

/** Sockets, descriptors and namespaces looked at per reading: on machines with more, some connections stay unknown. */
const MAX_SOCKETS = 20_000
const MAX_LINKS = 20_000
const MAX_NAMESPACES = 8
/** Rows of the table. */
const MAX_ROWS = 10_000

/** A line of /proc/net/tcp. */
export interface TcpSocket {
  /** "127.0.0.1:8080". */
  readonly local: string
  readonly remote: string
  readonly isListening: boolean
  readonly inode: string
}

/** Who asks whom over TCP: connections that live longer than a recording are seen by no event. */
export class Connections {
  readonly #host: Host
  readonly #processAt: (pid: number) => number
  readonly #rows = new Map<string, Row<'connection'>>()

  /** processAt: row of process of a pid that is alive. */
  constructor(host: Host, processAt: (pid: number) => number) {
    this.#host = host
    this.#processAt = processAt
  }

  /** Adds what there is now to what was seen before. */
  collect(): void {
    const namespaces = this.#readNamespaces()
    const wanted = new Set([...namespaces.values()].flat().map(({ inode }) => inode))
    if (wanted.size === 0) return
    const owners = this.#readOwners(wanted)
    const seen = new Map<string, Row<'connection'>>()
    for (const sockets of namespaces.values()) for (const row of connectionsOf(sockets, owners)) addRow(seen, row)
    for (const [key, row] of seen) if (this.#rows.has(key) || this.#rows.size < MAX_ROWS) this.#rows.set(key, row)
  }

  /** All that was seen. */
  build(): Table<'connection'> {
    const table = new TableBuilder('connection')
    for (const row of this.#rows.values()) table.add(row)
    return table.build()
  }

  /** Sockets by network namespace, each read through one of its processes. */
  #readNamespaces(): Map<string, readonly TcpSocket[]> {
    const namespaces = new Map<string, readonly TcpSocket[]>()
    for (const pid of ['self', ...this.#pids()]) {
      const namespace = this.#host.readLink(`/proc/${pid}/ns/net`) ?? (pid === 'self' ? pid : undefined)
      if (namespace === undefined || namespaces.has(namespace)) continue
      const texts = ['tcp', 'tcp6'].map(name => this.#host.readText(`/proc/${pid}/net/${name}`) ?? '')
      namespaces.set(namespace, texts.flatMap(parseTcp).slice(0, MAX_SOCKETS))
      if (namespaces.size >= MAX_NAMESPACES) break
    }
    return namespaces
  }

  #pids(): readonly string[] {
    return (this.#host.listDirectory('/proc') ?? []).filter(name => /^\d+$/.test(name))
  }

  /** Rows of process by inode of the sockets they have open. */
  #readOwners(wanted: ReadonlySet<string>): Map<string, number[]> {
    const owners = new Map<string, number[]>()
    let links = 0
    for (const pid of this.#pids()) {
      for (const descriptor of this.#host.listDirectory(`/proc/${pid}/fd`) ?? []) {
        if (links++ >= MAX_LINKS) return owners
        const inode = /^socket:\[(\d+)\]$/.exec(this.#host.readLink(`/proc/${pid}/fd/${descriptor}`) ?? '')?.[1]
        if (inode === undefined || !wanted.has(inode)) continue
        const process = this.#processAt(Number(pid))
        const known = owners.get(inode) ?? []
        if (process !== NONE && !known.includes(process)) owners.set(inode, [...known, process])
      }
    }
    return owners
  }
}

function addRow(rows: Map<string, Row<'connection'>>, row: Row<'connection'>): void {
  const key = `${row.process} ${row.role} ${row.service} ${row.peerProcess}`
  rows.set(key, { ...row, count: row.count + (rows.get(key)?.count ?? 0) })
}

/** An established connection belongs to the service whose port is listened on; the other end is the client. */
function* connectionsOf(sockets: readonly TcpSocket[], owners: ReadonlyMap<string, readonly number[]>): Generator<Row<'connection'>> {
  const listening = new Map(sockets.filter(({ isListening }) => isListening).map(socket => [portOf(socket.local), socket]))
  const byEnds = new Map(sockets.map(socket => [`${socket.local} ${socket.remote}`, socket]))
  for (const socket of sockets) {
    const isServer = listening.has(portOf(socket.local))
    const role = socket.isListening ? 'listener' : isServer ? 'server' : 'client'
    const service = role === 'client' ? socket.remote : socket.local
    const other = socket.isListening ? undefined : byEnds.get(`${socket.remote} ${socket.local}`)
    const [peerProcess = NONE] = owners.get(other?.inode ?? '') ?? []
    for (const process of owners.get(socket.inode) ?? []) yield { process, role, service, peerProcess, count: 1 }
  }
}

function portOf(end: string): string {
  return end.slice(end.lastIndexOf(':') + 1)
}

/** States of include/net/tcp_states.h. */
const ESTABLISHED = '01'
const LISTEN = '0A'

/** "0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 31415 …": net/ipv4/tcp_ipv4.c. */
export function parseTcp(text: string): TcpSocket[] {
  const sockets: TcpSocket[] = []
  for (const line of text.split('\n').slice(1)) {
    if (sockets.length >= MAX_SOCKETS) break
    const [, local = '', remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/)
    const ends = [parseEnd(local), parseEnd(remote)]
    if ((state !== ESTABLISHED && state !== LISTEN) || !/^[1-9]\d*$/.test(inode) || ends[0] === undefined || ends[1] === undefined) continue
    sockets.push({ local: ends[0], remote: ends[1], isListening: state === LISTEN, inode })
  }
  return sockets
}

/** "0100007F:1F90" → "127.0.0.1:8080": words of the address in the order of the machine's bytes, the port as a number. */
function parseEnd(text: string): string | undefined {
  const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(text)
  if (match === null) return undefined
  const bytes = (match[1].match(/.{8}/g) ?? []).flatMap(word => (word.match(/../g) ?? []).reverse().map(byte => Number.parseInt(byte, 16)))
  const port = Number.parseInt(match[2], 16)
  const isMapped = bytes.length === 16 && bytes.slice(0, 10).every(byte => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  if (bytes.length === 4 || isMapped) return `${bytes.slice(-4).join('.')}:${port}`
  const groups = Array.from({ length: 8 }, (_, group) => (bytes[group * 2] * 256 + bytes[group * 2 + 1]).toString(16))
  return `${groups.join(':')}:${port}`
}
