import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LayerPlaces, readRuleLayers } from './rule-layers.ts'

let root: string
let places: LayerPlaces

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'autotune-layers-'))
  mkdirSync(join(root, 'project', 'src'), { recursive: true })
  places = {
    workingDirectory: join(root, 'project', 'src'),
    hostDirectory: join(root, 'host'),
    hostClass: 'database',
    trustedUids: [process.getuid?.() ?? 0],
  }
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string): string {
  const full = join(root, path)
  mkdirSync(join(full, '..'), { recursive: true })
  writeFileSync(full, 'id: x')
  return full
}

const added = (commandLine: readonly string[] = []) =>
  readRuleLayers(commandLine, places)
    .files.map(({ path }) => path)
    .filter(path => path.startsWith(root))
    .map(path => path.slice(root.length + 1))

test('rules of the host, of its class, of the nearest project above and of the command line come in this order, after ours', () => {
  write('host/a.yaml')
  write('host/database/b.yaml')
  write('host/web/no.yaml')
  write('project/autotune.rules/c.yaml')
  write('.autotune/rules/farther.yaml')
  const file = write('given/d.yaml')
  expect(added([file])).toEqual(['host/a.yaml', 'host/database/b.yaml', 'project/autotune.rules/c.yaml', 'given/d.yaml'])
  expect(readRuleLayers([], places).files[0].path.startsWith(root)).toBe(false)
})

test('suppressions are told from rules by the name of their file', () => {
  write('project/.autotune/rules/suppressions.yaml')
  expect(added()).toEqual([])
  expect(readRuleLayers([], places).suppressions).toHaveLength(1)
})

test('a folder that everybody can write to is left out, with a remark', () => {
  write('project/autotune.rules/c.yaml')
  chmodSync(join(root, 'project/autotune.rules'), 0o777)
  expect(added()).toEqual([])
  expect(readRuleLayers([], places).remarks[0]).toMatch(/autotune\.rules were left out: everybody can write/)
})

test('what the command line names must exist', () => {
  expect(() => readRuleLayers([join(root, 'nothing')], places)).toThrow(/nothing could not be read/)
})
