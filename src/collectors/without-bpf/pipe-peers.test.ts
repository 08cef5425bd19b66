import { expect, test } from 'vitest'
import { replayHost } from '../../host.ts'
import { NONE } from '../../schema.ts'
import { findPipeEnds, pipePeer } from './pipe-peers.ts'

/** Ends of pipes as "pid fd inode r|w". */
function hostWith(ends: readonly string[]) {
  const links: Record<string, string> = {}
  const files: Record<string, string> = {}
  for (const end of ends) {
    const [pid, fd, inode, access] = end.split(' ')
    links[`/proc/${pid}/fd/${fd}`] = `pipe:[${inode}]`
    files[`/proc/${pid}/fdinfo/${fd}`] = `pos:\t0\nflags:\t0${access === 'w' ? '100001' : '100000'}\nmnt_id:\t1\n`
  }
  return replayHost({ links, files })
}

test('a reader waits for the only other process that can write', () => {
  const host = hostWith(['1 3 55 r', '2 4 55 w', '2 3 66 r', '1 4 66 w'])
  expect(pipePeer(host, findPipeEnds(host, [1, 2]), { pid: 1, descriptor: 3, isRead: true })).toBe(2)
  expect(pipePeer(host, findPipeEnds(host, [1, 2]), { pid: 1, descriptor: 4, isRead: false })).toBe(2)
})

test('of several that could, none is named', () => {
  const host = hostWith(['1 3 55 r', '2 4 55 w', '3 4 55 w'])
  expect(pipePeer(host, findPipeEnds(host, [1, 2, 3]), { pid: 1, descriptor: 3, isRead: true })).toBe(NONE)
})

test('a descriptor that is no pipe has no peer', () => {
  expect(pipePeer(hostWith([]), new Map(), { pid: 1, descriptor: 3, isRead: true })).toBe(NONE)
})
