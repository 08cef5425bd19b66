import { expect, test } from 'vitest'
import { demangle } from './demangle.ts'

test.each([
  ['_ZN4shop4CartIiE5totalEi', 'shop::Cart<int>::total(int)'],
  ['_ZN4shop4CartIiE5totalEi.isra.0', 'shop::Cart<int>::total(int) [clone .isra.0]'],
  ['_ZN1r4work17h7077038e6b50adefE', 'r::work'],
  ['_RNvCs6GmmlP4bgsG_1r4work', 'r::work'],
  ['main', 'main'],
  ['_start', '_start'],
  ['__x64_sys_read', '__x64_sys_read'],
  ['_ZN', '_ZN'],
  ['_Rubbish', '_Rubbish'],
  ['_Zünfug', '_Zünfug'],
])('%s is %s', (mangled, name) => {
  expect(demangle(mangled)).toBe(name)
})

test('a short name that describes gigabytes costs little and breaks nothing', () => {
  // f(A, P<A, A>, P<P<A, A>, P<A, A>>, …): every parameter is twice as long as the one before
  const reference = (index: number) => (index === 0 ? 'S_' : `S${(index - 1).toString(36).toUpperCase()}_`)
  const doubled = Array.from({ length: 30 }, (_, index) => `S0_I${reference(index + 2)}${reference(index + 2)}E`)
  const bomb = `_Z1f1A1PIS_S_E${doubled.join('')}`
  expect(demangle(bomb)).toBe(bomb)
  expect(demangle('_ZN3foo3barEv')).toBe('foo::bar()')
})
