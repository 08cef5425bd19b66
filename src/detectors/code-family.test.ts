import { expect, test } from 'vitest'
import { contextOf } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { codeFamilies } from './code-families.ts'
import { codeFamily } from './code-family.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })

function familiesOf(stacks: string) {
  return new Map(observe(codeFamily, { stacks }, program).map(observation => [observation.facts.family, observation]))
}

test('adds up the time under functions of a family, and names who asked for it', () => {
  const found = familiesOf(`
    app: main;build;malloc@libc;_int_malloc@libc 30
    app: main;build;malloc@libc;asm_exc_page_fault@kernel;clear_page_erms@kernel 10
    app: main;other 60
  `)
  expect([...found.keys()].sort()).toEqual(['allocator', 'page-zeroing'])
  const allocator = found.get('allocator')
  expect(allocator?.metrics).toMatchObject({ familyRatio: 0.4, busyRatio: 1, sampleCount: 100 })
  expect(allocator?.facts).toMatchObject({ functionName: '_int_malloc', caller: 'build', process: 'app (pid 100)' })
  expect(allocator?.share.estimate).toBeCloseTo(0.4)
  expect(found.get('page-zeroing')?.metrics.familyRatio).toBeCloseTo(0.1)
})

test('an interrupt is no work of the library it strikes', () => {
  const found = familiesOf(`
    app: main;memcpy@libc 20
    app: main;memcpy@libc;asm_sysvec_apic_timer_interrupt@kernel;hrtimer_interrupt@kernel 80
  `)
  expect(found.get('memory-copy')?.metrics.familyRatio).toBeCloseTo(0.2)
})

test('of an interpreter its own time counts, not that of the libraries it calls', () => {
  const found = familiesOf(`
    app: main;_PyEval_EvalFrameDefault@libpython 30
    app: main;_PyEval_EvalFrameDefault@libpython;dgemm@libblas 70
  `)
  expect(found.get('python-interpreter')?.metrics.familyRatio).toBeCloseTo(0.3)
})

test('a program that hardly runs is told to be hardly busy', () => {
  const [found] = observe(codeFamily, { stacks: 'app: main;memcpy@libc 10' }, program)
  expect(found.metrics.busyRatio).toBeCloseTo(0.1)
})

test('hostile names are looked up in no more time than long ones', () => {
  const name = 'a'.repeat(5000)
  for (const { names } of codeFamilies) expect(names.test(`${name}!`)).toBe(false)
})

test.each([
  ['memory-copy', '__memmove_avx_unaligned_erms'],
  ['garbage-collection', 'runtime.gcBgMarkWorker'],
  ['garbage-collection', 'v8::internal::Scavenger::ScavengePage(v8::internal::MutablePage*)'],
  ['key-exchange', 'bn_mul_mont'],
  ['regex', 'pcre2_match_8'],
  ['kernel-spin', 'native_queued_spin_lock_slowpath'],
  ['allocator', 'operator new(unsigned long)'],
])('%s holds %s', (id, name) => {
  expect(codeFamilies.filter(({ names }) => names.test(name)).map(family => family.id)).toContain(id)
})

test.each(['main', 'handle_request', 'free_list_scan', 'do_syscall_64', 'parse', 'loop', 'compute'])('%s is of no family', name => {
  expect(codeFamilies.filter(({ names }) => names.test(name)).map(family => family.id)).toEqual([])
})
