import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Diagnosis, ReportView } from '../schema.ts'
import { exampleDiagnosis, exampleView, hostileName, idleDiagnosis } from './example.ts'
import { renderHtml } from './page.ts'

const assets = { script: 'const a="</script>";/*<!--*/', style: 'p{color:red}' }
const page = renderHtml(exampleDiagnosis, exampleView(400), assets)
const withoutScripts = page.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<style>[\s\S]*?<\/style>/, '')

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

test('everything is readable without scripts: verdict, findings, evidence, steps, flame graph, lanes, charts', () => {
  for (const part of [
    'limited by its own computing',
    'id="F1"',
    '62\u00a0% of its time',
    '1,842 of 2,970 samples',
    'Cache the result',
    'Remove OPENSSL_ia32cap',
    'CPU 1',
    'Memory available',
    'Not measured here',
    'Data quality',
    'uid 0, perf_event_paranoid 2',
  ]) {
    expect(withoutScripts).toContain(part)
  }
  expect(withoutScripts.match(/<rect class="(own|system|kernel)/g)?.length).toBeGreaterThan(10)
})

test('hostile names stand as text everywhere and never as markup', () => {
  expect(page).not.toMatch(/<img/i)
  expect(withoutScripts).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(JSON.parse(/id="view">(.*?)<\/script>/s.exec(page)?.[1] ?? '')).toMatchObject({
    processes: expect.arrayContaining([expect.objectContaining({ comm: hostileName })]),
  })
})

test('every text of a diagnosis and a view may be hostile', () => {
  const words = new Set([
    'high',
    'comm',
    'ratio',
    'count',
    'bytes',
    'ns',
    'bytesPerSec',
    'series',
    'function',
    'own',
    'kernel',
    'target',
    'other',
  ])
  const evil = '"><script>alert(1)</script>\u202e'
  const poison = (value: unknown): unknown => {
    if (typeof value === 'string') return words.has(value) ? value : evil
    if (Array.isArray(value)) return value.map(poison)
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, poison(inner)]))
      : value
  }
  const text = renderHtml(poison(exampleDiagnosis) as Diagnosis, poison(exampleView(50)) as ReportView, assets)
  expect(text.match(/<script/g)).toHaveLength(2)
  expect(text).not.toContain('\u202e')
})

test('the policy allows the one script and the one style by hash and nothing else', () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? ''
  const script = page.split('<script>')[1].split('</script>')[0]
  const style = page.split('<style>')[1].split('</style>')[0]
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain(`script-src '${hash(script)}'`)
  expect(policy).toContain(`style-src '${hash(style)}'`)
  expect(policy).not.toContain('unsafe')
})

test('nothing is loaded: no address, no link but to its own parts, no inline style or handler', () => {
  expect(withoutScripts).not.toMatch(/https?:|\ssrc=(?!x)|url\(|<link|@import|\sstyle=|<[^>]*\son[a-z]+=/i)
  for (const [, target] of withoutScripts.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#F\d+$/)
})

test('every link leads to an id that is there once', () => {
  const ids = [...withoutScripts.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [, target] of withoutScripts.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target)
})

test('a recording with next to nothing gives a page without the parts it lacks', () => {
  const empty: ReportView = {
    ...exampleView(50),
    sampling: undefined,
    targetFlame: undefined,
    machineFlame: undefined,
    activity: undefined,
    charts: [],
    processes: [],
    otherProcessCount: 0,
  }
  const text = renderHtml({ ...idleDiagnosis, cleared: [], unavailable: [], notEvaluated: [] }, empty, assets)
  expect(text).toContain('No bottleneck')
  expect(text).not.toMatch(/id="(findings|flames|cpus|series|processes|cleared|unmeasured)"/)
  expect(text).not.toContain('NaN')
})

test('the same input gives the same bytes', () => {
  expect(renderHtml(exampleDiagnosis, exampleView(400), assets)).toBe(page)
})
