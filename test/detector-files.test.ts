import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { detectors } from '../src/detectors/registry.ts'

/** Every detector is code, tests and at least one rule, all of one name; a rule may also name its detector. */
const definitions = readdirSync('src/detectors')
  .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'detector.ts')
  .filter(file => readFileSync(join('src/detectors', file), 'utf8').includes('defineDetector({'))
  .map(file => basename(file, '.ts'))

/** The detector that a rule file judges. */
const judged = readdirSync('rules')
  .filter(file => file.endsWith('.yaml'))
  .map(file => /^detector: (\S+)$/m.exec(readFileSync(join('rules', file), 'utf8'))?.[1] ?? basename(file, '.yaml'))

test.each(definitions)('%s is registered, tested and judged', id => {
  expect(detectors.map(detector => detector.id)).toContain(id)
  expect(existsSync(`src/detectors/${id}.test.ts`)).toBe(true)
  expect(judged).toContain(id)
})

test('no rule judges a detector that does not exist, and no detector is registered twice', () => {
  expect(judged.filter(id => !definitions.includes(id))).toEqual([])
  expect(detectors.map(detector => detector.id).sort()).toEqual([...definitions].sort())
})

test.each(detectors.map(detector => [detector.id, detector] as const))(
  '%s has units in its names and says what they mean',
  (_, detector) => {
    const unit = /(Ns|Bytes|BytesPerSec|PerSec|Ratio|Count|Cpus)$/
    expect(Object.keys(detector.metrics).filter(name => !unit.test(name))).toEqual([])
    for (const meaning of [...Object.values(detector.metrics), ...Object.values(detector.facts)]) expect(meaning).toMatch(/^[A-Z1].*\.$/)
  },
)
