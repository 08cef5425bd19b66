import { expect, test } from 'vitest'
import { drawStacks } from '../../test/draw-stacks.ts'
import { ProcessRole } from '../schema.ts'
import { formatCollapsed } from './collapsed.ts'

const recording = drawStacks([
  { stack: 'web server: main > serve > [writev]', samples: 3 },
  { stack: 'web server: main > serve', samples: 2 },
  { stack: 'web server: main > serve > [writev]', samples: 1 },
  { stack: 'sshd: main', samples: 4, role: ProcessRole.Other },
])

test('stacks are folded process first, leaf last, sorted, and only the target counts', () => {
  expect(formatCollapsed(recording, { all: false })).toBe('web_server;main;serve 2\nweb_server;main;serve;[writev] 4\n')
})

test('all asks for every process', () => {
  expect(formatCollapsed(recording, { all: true })).toContain('sshd;main 4\n')
})

test('without a target everything is printed', () => {
  expect(formatCollapsed(drawStacks([{ stack: 'a: f', samples: 1, role: ProcessRole.Other }]), { all: false })).toBe('a;f 1\n')
})

test('separators in names are replaced, so each line reads back as one stack', () => {
  const text = formatCollapsed(drawStacks([{ stack: 'a;b: f;g > h\n9', samples: 2 }]), { all: false })
  expect(text).toBe('a:b;f:g;h 9 2\n')
})

test('a sample without a stack is its process alone, and no samples are no text', () => {
  expect(formatCollapsed(drawStacks([{ stack: 'a', samples: 2 }]), { all: false })).toBe('a 2\n')
  expect(formatCollapsed({}, { all: true })).toBe('')
})
