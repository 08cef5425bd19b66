import { expect, test } from 'vitest'
import { contextOf, draw } from '../../test/drawing.ts'
import { observe } from '../../test/observe.ts'
import { ProcessRole } from '../schema.ts'
import { competitor } from './competitor.ts'
import { runDetector } from './detector.ts'

const program = contextOf({ target: { kind: 'pid', pid: 100 } })
const processes = {
  app: { pid: 100 },
  hog: { pid: 7, role: ProcessRole.Other },
  small: { pid: 8, role: ProcessRole.Other },
  autotune: { pid: 9, role: ProcessRole.Autotune },
}

test('names who ran while the target waited, and how much of its waiting that was', () => {
  const [observation] = observe(
    competitor,
    { processes, ledger: 'app/100: %%%%%%%%%%', stacks: 'hog: main;spin 75\n small: main 25' },
    program,
  )
  expect(observation.facts).toEqual({ target: 'process 100', competitor: 'hog (pid 7)' })
  expect(observation.culprits).toEqual([
    { kind: 'process', name: 'hog (pid 7)', share: 0.75 },
    { kind: 'process', name: 'small (pid 8)', share: 0.25 },
  ])
  expect(observation.share.estimate).toBeCloseTo(0.5)
  expect(observation.share.low).toBeGreaterThan(0.4)
})

test('the workers of one program are one competitor; without a main one it is several programs', () => {
  const many = {
    worker1: { role: ProcessRole.Other, comm: 'stress-ng-cpu' },
    worker2: { role: ProcessRole.Other, comm: 'stress-ng-cpu' },
    b: { role: ProcessRole.Other },
    c: { role: ProcessRole.Other },
  }
  const ledger = 'app/100: %%%%%%%%%%'
  const stacks = (others: number) => `b: main ${others}\n c: main ${others}\n worker1: main 20\n worker2: main 30`
  const [main] = observe(competitor, { processes: { ...processes, ...many }, ledger, stacks: stacks(5) }, program)
  expect(main.facts.competitor).toBe('stress-ng-cpu (2 processes)')
  const [several] = observe(competitor, { processes: { ...processes, ...many }, ledger, stacks: stacks(26) }, program)
  expect(several.facts.competitor).toBe('several programs')
})

test('who ran while the target did not wait is no competitor', () => {
  const [observation] = observe(competitor, { processes, ledger: 'app/100: ##########', stacks: 'hog: main;spin 100' }, program)
  expect(observation).toMatchObject({ share: { estimate: 0 }, culprits: [], facts: { competitor: 'nobody' } })
})

test("the target's own threads keep each other waiting: eight of them alone have no competitor", () => {
  const ledger = Array.from({ length: 8 }, (_, tid) => `app/${tid}: ##~~~~~~~~`).join('\n')
  const [observation] = observe(competitor, { processes, ledger, stacks: 'app: main 200\n autotune: main 5' }, program)
  expect(observation.share.estimate).toBe(0)
})

test('waiting for a quota is not the competitor’s fault', () => {
  const [observation] = observe(
    competitor,
    {
      processes: { ...processes, app: { pid: 100, cgroup: '/half' } },
      ledger: 'app/100: %%%%%%%%%%',
      stacks: 'hog: main;spin 100',
      series: { 'cgroup.throttledCpus /half': [0.5], 'cgroup.cpuUsageCpus /half': [0.5] },
    },
    program,
  )
  expect(observation.share.estimate).toBeCloseTo(0)
})

test('a machine has no competitors, and samples of the target alone show none', () => {
  const drawing = { processes, ledger: 'app/100: %%%%%%%%%%', stacks: 'hog: main;spin 75' }
  expect(observe(competitor, drawing)).toEqual([])
  expect(observe(competitor, drawing, contextOf({ target: { kind: 'pid', pid: 100 }, scope: 'target' }))).toEqual([])
  expect(runDetector(competitor, draw({ stacks: 'app: main 1' }), program)).toMatchObject({ status: 'skipped', missing: ['threadTime'] })
})

test('where the scheduler was watched, who had its CPU counts, not who ran somewhere', () => {
  const queues = 'app/100: woken behind small/8 30 30 30 30 30\n app/100: preempted behind autotune/9 10 10 10 10 10'
  const ledger = 'app/100: %%%%%%%%%%\n small/8: .\n hog/7: .\n autotune/9: .'
  const [observation] = observe(competitor, { processes, ledger, queues, stacks: 'hog: main;spin 75\n small: main 25' }, program)
  expect(observation.culprits).toEqual([{ kind: 'process', name: 'small (pid 8)', share: 1 }])
  // for half of the time nothing was seen, and samples say that others ran
  expect(observation.metrics.waitingRatio).toBeCloseTo(0.5 * (0.5 * 0.75 + 0.5))
})

test('what was summed over a second counts in each of its slices', () => {
  const ledger = 'app/100: %%%%%%%%%%\n small/8: .'
  const tables = draw({ processes, ledger, queues: 'app/100: woken behind small/8 50', stacks: 'hog: main;spin 75' })
  const { runQueue } = tables
  if (runQueue === undefined) throw new Error('nothing was drawn')
  const outcome = runDetector(competitor, { ...tables, runQueue: { ...runQueue, durationNs: Float64Array.of(1e9) } }, program)
  expect(outcome).toMatchObject({ observations: [{ culprits: [{ name: 'small (pid 8)' }], share: { estimate: expect.closeTo(0.5) } }] })
})

test('waiting for a CPU that is only just waking up is nobody’s fault', () => {
  const drawing = { processes, ledger: 'app/100: %%%%%', queues: 'app/100: woken behind idle 50 50 50 50 50', stacks: 'hog: main;spin 50' }
  expect(observe(competitor, drawing, program)[0].share.estimate).toBe(0)
})

test('a client that the target answers is part of the load, not a competitor', () => {
  const ledger = 'app/100: %%%%%%%%%%\n small/8: .\n hog/7: .'
  const queues = 'app/100: woken behind small/8 30 30 30 30 30\n app/100: woken behind hog/7 10 10 10 10 10'
  const waits = 'small/8: socketReceive by app/100 50*9 50*9 50*9 50*9 50*9'
  const alone = observe(competitor, { processes, ledger, queues, stacks: 'hog: main 10' }, program)[0]
  const answered = observe(competitor, { processes, ledger, queues, waits, stacks: 'hog: main 10' }, program)[0]
  expect(alone.culprits[0].name).toBe('small (pid 8)')
  expect(answered.culprits.map(({ name }) => name)).toEqual(['hog (pid 7)'])
  expect(answered.share.estimate).toBeCloseTo(alone.share.estimate / 4)
})
