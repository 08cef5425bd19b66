import { spawnSync } from 'node:child_process'
import { expect, type TestContext, test } from 'vitest'
import { decompressXz } from './linux-xz.ts'

const text = Uint8Array.from({ length: 300_000 }, (_, index) => (index * index) >> 9)

function compressed(): Uint8Array | undefined {
  const ran = spawnSync('xz', ['-c'], { input: text })
  return ran.status === 0 ? ran.stdout : undefined
}

test('what xz compressed comes back, within the limit only', (context: TestContext) => {
  const bytes = compressed()
  if (bytes === undefined) return context.skip('needs xz')
  expect(decompressXz(bytes, 1 << 20)).toEqual(text)
  expect(decompressXz(bytes, 200_000)).toBeUndefined()
})

test('a damaged stream gives nothing', (context: TestContext) => {
  const bytes = compressed()
  if (bytes === undefined) return context.skip('needs xz')
  for (const length of [0, 1, 40, bytes.length - 1]) expect(decompressXz(bytes.subarray(0, length), 1 << 20)).toBeUndefined()
  expect(
    decompressXz(
      bytes.map((byte, index) => (index === 200 ? byte ^ 1 : byte)),
      1 << 20,
    ),
  ).toBeUndefined()
})
