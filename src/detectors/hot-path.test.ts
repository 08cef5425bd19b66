import { expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { runDetector } from './detector.ts'
import { hotPath } from './hot-path.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })

test('names the hot function first, with its share of the samples and the path to it', () => {
  const [first, second] = observe(
    hotPath,
    {
      stacks: `
        app: main;parse;hot 80
        app: main;other 20
      `,
    },
    program,
  )
  expect(first.subject).toBe('hot in app (pid 100)')
  expect(first.facts).toEqual({
    functionName: 'hot',
    module: 'app',
    process: 'app (pid 100)',
    path: 'main → parse → hot',
    leaf: 'hot',
    source: 'app',
  })
  expect(first.metrics).toMatchObject({ attributedRatio: 0.8, selfRatio: 0.8, inclusiveRatio: 0.8, kernelRatio: 0, sampleCount: 100 })
  expect(first.culprits).toEqual([
    { kind: 'function', name: 'hot', share: 0.8 },
    { kind: 'process', name: 'app (pid 100)', share: 1 },
  ])
  // Wilson, 80 of 100: 0.711..0.867
  expect(first.share.low).toBeCloseTo(0.711, 3)
  expect(first.share.high).toBeCloseTo(0.867, 3)
  expect(second.facts.functionName).toBe('other')
})

test('time in libraries and in the kernel is the time of the function that called them', () => {
  const [first] = observe(hotPath, {
    stacks: `
      app: main;copy;memcpy@libc 60
      app: main;copy;memcpy@libc;asm_exc_page_fault@kernel 30
      app: main;copy 10
    `,
  })
  expect(first.facts).toMatchObject({ functionName: 'copy', leaf: 'memcpy' })
  expect(first.metrics).toMatchObject({ attributedRatio: 1, selfRatio: 0.1, kernelRatio: 0.3 })
})

test('shares are of the time it wanted to run, so a program that mostly waits for a CPU has a small hot function', () => {
  const [first] = observe(hotPath, { stacks: 'app: main;hot 20', ledger: 'app/100: #~~~#~~~' }, program)
  expect(first.share.estimate).toBeCloseTo(0.25)
  expect(first.culprits[0].share).toBe(1)
})

test('what a nearly idle machine does with its little time is a small share', () => {
  const [first] = observe(hotPath, { stacks: 'app: main;hot 2' })
  expect(first.share.estimate).toBeCloseTo(0.04)
})

test('a recursive function is inclusive once per stack', () => {
  const [first] = observe(hotPath, { stacks: 'app: main;fib;fib;fib 10' })
  expect(first.metrics).toMatchObject({ attributedRatio: 1, inclusiveRatio: 1 })
  expect(first.facts.path).toBe('main → fib')
})

test('all unknown code of a file is one function, named only when there is no other', () => {
  const unknown = { a: '[unknown] in app+0x10', b: '[unknown] in app+0x20' }
  const [named, stripped] = observe(hotPath, { stacks: 'app: main;a;hot 60\n app: b;memcpy@libc 20\n app: a 20', names: unknown })
  expect(named.facts.functionName).toBe('hot')
  expect(stripped.facts).toMatchObject({ functionName: '[unknown] in app', leaf: '[unknown] in app' })
  expect(stripped.metrics).toMatchObject({ attributedRatio: 0.4, namedCount: 0 })
})

test('the tiers of a JIT function are one function', () => {
  const names = { cold: 'JS:~hot /srv/a.js:1:2', warm: 'JS:*hot /srv/a.js:1:2' }
  const [first] = observe(hotPath, { stacks: 'node: cold@[jit] 10\n node: warm@[jit] 90', names })
  expect(first.facts.functionName).toBe('JS:hot /srv/a.js:1:2')
  expect(first.metrics.attributedRatio).toBe(1)
})

test("autotune's own samples and, of a program, those of other processes do not count", () => {
  const drawing = {
    processes: { app: { pid: 100 }, autotune: { role: ProcessRole.Autotune }, other: { role: ProcessRole.Other } },
    stacks: `
      autotune: main;drain 500
      other: main;elsewhere 300
      app: main;hot 100
    `,
  }
  expect(observe(hotPath, drawing).map(({ facts }) => facts.functionName)).toEqual(['elsewhere', 'hot'])
  expect(observe(hotPath, drawing, program).map(({ facts }) => facts.functionName)).toEqual(['hot'])
})

test('kernel threads are named only when they are most of what runs', () => {
  const drawing = (count: number) => ({
    processes: { kworker: { role: ProcessRole.KernelThread } },
    stacks: `kworker: kthread@kernel;flush@kernel ${count}\n app: main;hot 60`,
  })
  expect(observe(hotPath, drawing(40)).map(({ facts, metrics }) => [facts.functionName, metrics.attributedRatio])).toEqual([['hot', 0.6]])
  expect(observe(hotPath, drawing(140))[0].facts.functionName).toBe('flush')
})

test('at most five functions are reported', () => {
  const stacks = Array.from({ length: 9 }, (_, index) => `app: main;f${index} ${10 + index}`).join('\n')
  expect(observe(hotPath, { stacks }).map(({ facts }) => facts.functionName)).toEqual(['f8', 'f7', 'f6', 'f5', 'f4'])
})

test('hostile names and links come through as text, cut, and end', () => {
  const names = { evil: `<img src=x onerror=alert(1)>\u001b[2J${'x'.repeat(9000)}` }
  const tables = draw({ processes: { app: { comm: '<b>' } }, stacks: 'app: main;evil 50', names })
  const looped = { ...tables, stack: { length: 2, prefix: Int32Array.of(1, 1), frame: Int32Array.of(0, 77) } }
  const outcome = runDetector(hotPath, looped, contextOf())
  expect(outcome.status).toBe('ran')
  const [first] = observe(hotPath, { processes: { app: { comm: '<b>' } }, stacks: 'app: main;evil 50', names })
  expect(first.facts.functionName.startsWith('<img')).toBe(true)
  expect(first.facts.functionName.length).toBeLessThan(200)
  expect(first.facts.process).toBe('<b> (pid 100)')
})

test('without samples of the target there is nothing to say, and without the table it is skipped', () => {
  expect(observe(hotPath, { stacks: '' })).toEqual([])
  expect(runDetector(hotPath, draw({}), contextOf())).toMatchObject({ status: 'skipped' })
})
