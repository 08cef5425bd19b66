import { NONE, type RecordedTables, type Table, textAt } from '../schema.ts'

/** Tables from which it is told who serves whom; without them nobody is known to. */
export type ServiceTables = Pick<RecordedTables, 'process' | 'connection' | 'kernelEvent'>

/** Who asks whom over TCP. */
export interface Services {
  /** Whether one row of process is a client of the other, and not the other way round as well. */
  asks(client: number, server: number): boolean
  /** "127.0.0.1:8080" for a pair of which that is known. */
  addressOf(client: number, server: number): string | undefined
}

/**
 * Tells clients from servers: by the connections that were there, and by those made meanwhile to a port on which somebody of
 * this machine listens. That is often not who answers, but its parent.
 */
export function readServices({ process, connection, kernelEvent }: ServiceTables): Services {
  const addresses = new Map<string, string>()
  if (process === undefined || connection === undefined) return { asks: () => false, addressOf: () => undefined }
  const pidAt = (row: number) => (row >= 0 && row < process.length ? process.pid[row] : NONE)
  const listeners = new Map<string, number[]>()
  const note = (client: number, server: number, address: string) => {
    if (client !== NONE && server !== NONE && client !== server) addresses.set(`${client} ${server}`, address)
  }
  for (let row = 0; row < connection.length; row++) {
    const [pid, peer] = [pidAt(connection.process[row]), pidAt(connection.peerProcess[row])]
    const service = textAt(connection.service, row) ?? ''
    const role = textAt(connection.role, row)
    if (role === 'client') note(pid, peer, service)
    else if (role === 'server') note(peer, pid, service)
    else listeners.set(portOf(service), [...(listeners.get(portOf(service)) ?? []), pid])
  }
  for (const [client, address] of connects(kernelEvent)) {
    for (const server of listeners.get(portOf(address)) ?? []) note(pidAt(client), server, address)
  }
  const addressOf = (client: number, server: number) => {
    const parent = server >= 0 && server < process.length ? process.parentPid[server] : NONE
    return addresses.get(`${pidAt(client)} ${pidAt(server)}`) ?? addresses.get(`${pidAt(client)} ${parent}`)
  }
  return {
    asks: (client, server) => addressOf(client, server) !== undefined && addressOf(server, client) === undefined,
    addressOf,
  }
}

/** Rows of process and the addresses of this machine that they connected to. */
function connects(kernelEvent: Table<'kernelEvent'> | undefined): (readonly [client: number, address: string])[] {
  const found: (readonly [number, string])[] = []
  for (let row = 0; row < (kernelEvent?.length ?? 0); row++) {
    if (kernelEvent === undefined || textAt(kernelEvent.kind, row) !== 'connect') continue
    const address = textAt(kernelEvent.subject, row)
    if (address !== undefined && isLocal(address)) found.push([kernelEvent.process[row], address])
  }
  return found
}

/** An address of this machine's loopback. */
export function isLocal(address: string): boolean {
  return /^(127\.|0:0:0:0:0:0:0:1:|::1\b|0:0:0:0:0:ffff:7f)/.test(address)
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1)
}
