import { expect, test } from 'vitest'
import { spanTriggerText } from './span-condition.ts'

const span = 'span("syscall:read")'

test.each([
  [undefined, `${span}.durationMs >= 0`],
  ['durationMs > 200', `${span}.durationMs > 200`],
  ['durationMs > 200 || ret < 0', `${span}.durationMs > 200 || ${span}.ret < 0`],
  ['durationMs > 200 && comm == "ret"', `${span}.durationMs > 200 && comm == "ret"`],
  ['durationMs > 200 || comm == "x"', `${span}.durationMs >= 0 && (${span}.durationMs > 200 || comm == "x")`],
])('%s is decided at the end of the span', (condition, text) => {
  expect(spanTriggerText(span, condition)?.replaceAll(/ +/g, ' ')).toBe(text)
})

test.each(['durationMs > 200 && lost == 0', 'events > 10', 'exit != 0 || ret < 0'])('%s needs the window', condition => {
  expect(spanTriggerText(span, condition)).toBeUndefined()
})
