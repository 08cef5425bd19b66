import { expect, test } from 'vitest'
import { isIdleWait, waitReasons } from '../collectors/wait-reason.ts'
import { causeOfWait, isIdleReason } from './wait-kind.ts'

test('knows every reason that collectors give, and agrees on which are idle', () => {
  for (const reason of waitReasons) expect([reason, isIdleReason(reason)]).toEqual([reason, isIdleWait(reason)])
})

test('who completes a request to a device is not to blame for it; who ends a wait for a lock is', () => {
  expect(causeOfWait('fsync', 'thread')).toBe('device')
  expect(causeOfWait('futex', 'thread')).toBeUndefined()
  expect(causeOfWait('futex', 'interrupt')).toBe('timer')
  expect(causeOfWait('socketReceive', 'interrupt')).toBe('remote')
  expect(causeOfWait('pipe', 'unknown')).toBe('unknown')
  expect(causeOfWait('a reason of a later version', 'thread')).toBeUndefined()
})
