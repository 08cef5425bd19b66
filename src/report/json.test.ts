import { readFileSync } from 'node:fs'
import { expect, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import type { Diagnosis } from '../schema.ts'
import { exampleDiagnosis } from './example.ts'
import { diagnosisSchema, formatJson } from './json.ts'

type Mutable<T> = T extends (infer Item)[] | readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T

test('schema and type agree', () => {
  expectTypeOf<Mutable<z.output<typeof diagnosisSchema>>>().toExtend<Mutable<Diagnosis>>()
  expectTypeOf<Mutable<Diagnosis>>().toExtend<Mutable<z.output<typeof diagnosisSchema>>>()
})

test('what is printed parses back to the same diagnosis, with what was not measured or told', () => {
  const diagnosis: Diagnosis = {
    ...exampleDiagnosis,
    target: { kind: 'command', command: ['./server'], pid: undefined },
    host: { ...exampleDiagnosis.host, virtualization: undefined, kptrRestrict: undefined },
    cleared: [{ resource: 'Memory', metric: 'xRatio', value: Number.NaN, text: '' }],
  }
  const text = formatJson(diagnosis)
  expect(diagnosisSchema.parse(JSON.parse(text))).toEqual(diagnosis)
  expect(JSON.parse(text)).toMatchObject({ host: { virtualization: null }, cleared: [{ value: null }] })
})

test('an unknown class or a score beyond 100 is refused', () => {
  const broken = (change: object) => ({
    ...JSON.parse(formatJson(exampleDiagnosis)),
    findings: [{ ...exampleDiagnosis.findings[0], ...change }],
  })
  expect(diagnosisSchema.safeParse(broken({})).success).toBe(true)
  expect(diagnosisSchema.safeParse(broken({ class: 'cpu.magic' })).success).toBe(false)
  expect(diagnosisSchema.safeParse(broken({ score: 101 })).success).toBe(false)
})

test('docs/JSON.md names every key', () => {
  const page = readFileSync('docs/JSON.md', 'utf8')
  const keys = new Set<string>()
  const walk = (value: unknown) => {
    if (Array.isArray(value)) for (const item of value) walk(item)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        keys.add(key)
        walk(inner)
      }
    }
  }
  walk({ ...exampleDiagnosis, quality: { ...exampleDiagnosis.quality, counts: {} } })
  expect([...keys].filter(key => !page.includes(`\`${key}\``))).toEqual([])
})
