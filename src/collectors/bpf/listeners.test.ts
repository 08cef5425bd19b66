import { expect, test } from 'vitest'
import { replayHost } from '../../host.ts'
import { findListeners } from './listeners.ts'

test('a socket belongs to the first process that has it open; one that nobody has is nobody’s', () => {
  const links = { '/proc/9/fd/4': 'socket:[55]', '/proc/30/fd/4': 'socket:[55]', '/proc/30/fd/5': 'socket:[66]' }
  const found = findListeners(replayHost({ links }), [{ inode: 55 }, { inode: 66 }, { inode: 77 }, { inode: 0 }])
  expect(found.map(({ pid }) => pid)).toEqual([9, 30, -1, -1])
})
