import { expect, test } from 'vitest'
import { replayHost } from '../host.ts'
import { parseCpuList, readOnlineCpus } from './online-cpus.ts'

test.each([
  ['0\n', [0]],
  ['0-2,5\n', [0, 1, 2, 5]],
  ['', []],
  ['x,3-1,4', [4]],
])('%j is %j', (text, cpus) => expect(parseCpuList(text)).toEqual(cpus))

test('without /sys there is one CPU', () => expect(readOnlineCpus(replayHost({}))).toEqual([0]))
