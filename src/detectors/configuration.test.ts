import { expect, test } from 'vitest'
import { contextOf, type Drawing, draw } from '../../test/drawing.ts'
import { tableOf } from '../table-builder.ts'
import { configuration } from './configuration.ts'
import { runDetector } from './detector.ts'

function observeSettings(settings: Readonly<Record<string, string>>, drawing: Drawing) {
  const rows = Object.entries(settings).map(([key, value]) => {
    const [name, subject] = key.split(' of ')
    return { name, subject, value }
  })
  const outcome = runDetector(configuration, { ...draw(drawing), setting: tableOf('setting', rows) }, contextOf())
  return outcome.status === 'ran' ? outcome.observations : []
}

const thp = { 'thp.enabled': 'always', 'vm.swappiness': '60' }

test('a setting is told of with the time that was lost where it decides', () => {
  const found = observeSettings(thp, {
    ledger: 'app/100: ##########',
    stacks: `
      app: main;fill;asm_exc_page_fault@kernel;do_huge_pmd_anonymous_page@kernel 40
      app: main;work 60
    `,
  })
  expect(found.map(({ facts }) => facts)).toEqual([
    { setting: 'thp.enabled', value: 'always', place: 'this machine', functionName: 'do_huge_pmd_anonymous_page' },
  ])
  expect(found[0].share.estimate).toBeCloseTo(0.4)
  expect(found[0].metrics.valueCount).toBeNaN()
})

test('where its mechanism costs nothing no setting is told of, whatever its value', () => {
  expect(observeSettings(thp, { ledger: 'app/100: ##########', stacks: 'app: main;work 100' })).toEqual([])
})

test('a limit is told of with the part that is used, at its own place', () => {
  const found = observeSettings(
    {
      'process.maxFiles of app (pid 100)': '1024',
      'process.openFiles of app (pid 100)': '1000',
      'process.openFiles of other (pid 7)': '9',
    },
    { ledger: 'app/100: ##########' },
  )
  expect(found[0].metrics).toMatchObject({ valueCount: 1024, usedRatio: 1000 / 1024 })
  expect(found[0]).toMatchObject({ subject: 'app (pid 100)', share: { estimate: 0 } })
})

test('dropped connections cost their clients a second each', () => {
  const [found] = observeSettings(
    { 'net.core.somaxconn': '128' },
    { ledger: 'app/100: ##########', series: { 'tcp.listenOverflowPerSec': [1, 1, 1, 1, 1, 1, 1, 1] } },
  )
  expect(found.metrics).toMatchObject({ valueCount: 128, eventPerSec: 1 })
  expect(found.share.estimate).toBeCloseTo(0.5)
})
