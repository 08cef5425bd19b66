import { expect, test } from 'vitest'
import { formatCheck } from './check-text.ts'

const host = {
  hostname: 'db1',
  kernelRelease: '6.18',
  architecture: 'x86_64',
  cpuModel: 'Example CPU',
  cpuCount: 2,
  memoryBytes: 2 ** 33,
  virtualization: undefined,
  uid: 65534,
  perfEventParanoid: 2,
  kptrRestrict: 0,
}

test('what is missing says what it hides and what mends it; lines fit 80 columns', () => {
  const text = formatCheck({
    host,
    checks: [
      { topic: 'pressure', isAvailable: true, detail: '/proc/pressure is there', cost: undefined, remedy: undefined },
      {
        topic: 'CPU samples of the whole machine',
        isAvailable: false,
        detail: 'perf_event_open: EACCES',
        cost: 'Competitors by name. '.repeat(6),
        remedy: 'sudo autotune …',
      },
      { topic: 'hardware counters', isAvailable: false, detail: 'no PMU', cost: 'Cache misses.', remedy: undefined },
    ],
  })
  expect(text.split('\n').every(line => line.length <= 80)).toBe(true)
  expect(text).toContain('yes  pressure\n     /proc/pressure is there\n')
  expect(text).toContain('NO   CPU samples of the whole machine\n')
  expect(text).toContain('     to mend  sudo autotune …\n')
  expect(text).toContain('     to mend  nothing on this machine\n')
  expect(text).toContain('as user 65534')
  expect(text.endsWith('1 of 3 sources are available.\n')).toBe(true)
})
