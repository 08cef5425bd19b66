import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { schemaPage } from '../scripts/schema-page.ts'
import { schemaVersion } from '../src/schema.ts'

test('docs/SCHEMA.md is what npm run schema prints', () => {
  expect(readFileSync('docs/SCHEMA.md', 'utf8'), 'run: npm run schema').toBe(schemaPage())
})

test('the page says what changed in this version', () => {
  expect(schemaPage()).toContain(`- Version ${schemaVersion}:`)
})
