import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { autotune, diagnosed, scratchDirectory, skipReason } from './autotune.ts'

const reason = skipReason({ root: true, programs: ['g++', 'objcopy', 'readelf'], writable: '/usr/lib' })
if (reason !== undefined) process.stderr.write(`lines.kernel.test.ts skipped: ${reason}\n`)

/** Lines of the loop of mixPrices. */
const hotLines = readFileSync(join(import.meta.dirname, 'workloads', 'inlined.cpp'), 'utf8')
  .split('\n')
  .flatMap((line, index) => (/i < rounds|the hot line|>> 29/.test(line) ? [index + 1] : []))

describe.skipIf(reason !== undefined)('lines and inlined functions', () => {
  const scratch = scratchDirectory()
  const program = join(scratch.path, 'inlined')
  const debugFile = (id: string) => `/usr/lib/debug/.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`
  let buildId = ''

  beforeAll(() => {
    const source = join(import.meta.dirname, 'workloads', 'inlined.cpp')
    // an id of its own, so that no other program's debug file is touched; 20 bytes, as linkers make them
    const id = `0x${Buffer.from(`autotune${String(process.pid).padStart(12, '0')}`).toString('hex')}`
    const flags = ['-O2', '-g', '-fomit-frame-pointer', `-Wl,--build-id=${id}`]
    execFileSync('g++', [...flags, '-o', program, source])
    buildId = /Build ID: ([0-9a-f]+)/.exec(execFileSync('readelf', ['-n', program], { encoding: 'utf8' }))?.[1] ?? ''
    expect(buildId).not.toBe('')
  })
  afterAll(() => {
    rmSync(debugFile(buildId), { force: true })
    scratch.remove()
  })

  function diagnose(name: string, path: string) {
    const output = join(scratch.path, name)
    return { diagnosis: diagnosed(autotune(['diagnose', '-q', '--format', 'json', '-o', output, '--', path, '3'])), output }
  }

  function expectHotLine({ diagnosis, output }: ReturnType<typeof diagnose>): void {
    const found = diagnosis.findings.find(finding => finding.class === 'cpu.hot-function')
    expect(found?.culprits[0].name).toBe('mixPrices')
    const [, line, outer] = /\(inlined\.cpp:(\d+), inlined into ([^)]*)\)/.exec(found?.evidence.join('\n') ?? '') ?? []
    expect(hotLines).toContain(Number(line))
    expect(outer).toBe('main')
    const html = readFileSync(join(output, 'report.html'), 'utf8')
    expect(html).toMatch(/mixPrices[^<]*· [\d.]+ %? *· workloads\/inlined\.cpp:\d+, inlined into priceAll/)
  }

  test('the report names the inlined hot function with file and line', () => expectHotLine(diagnose('plain', program)))

  test('a stripped program: the same, from its debug file found by build id', () => {
    mkdirSync(dirname(debugFile(buildId)), { recursive: true })
    execFileSync('objcopy', ['--only-keep-debug', '--compress-debug-sections=zlib', program, debugFile(buildId)])
    const stripped = join(scratch.path, 'stripped')
    execFileSync('objcopy', ['--strip-all', program, stripped])
    expectHotLine(diagnose('separate', stripped))
  })

  test('a program that is deleted and replaced while it runs: what it was when it ran', () => {
    const moved = join(scratch.path, 'moved')
    copyFileSync(program, moved)
    const output = join(scratch.path, 'deleted')
    const command = ['sh', '-c', `"${moved}" 3 & sleep 1; rm "${moved}"; cp /bin/true "${moved}"; wait`]
    const diagnosis = diagnosed(autotune(['diagnose', '-q', '--format', 'json', '-o', output, '--', ...command]))
    const found = diagnosis.findings.find(finding => finding.class === 'cpu.hot-function')
    expect(found?.evidence.join('\n')).toMatch(/inlined\.cpp:\d+, inlined into main/)
    expect(existsSync(moved)).toBe(true)
  })

  test('the terminal says so too', () => {
    const { stdout } = autotune(['diagnose', '-q', '-o', join(scratch.path, 'text'), '--', program, '2'])
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/mixPrices \(inlined\.cpp:\d+, inlined into main\)/)
  })
})
