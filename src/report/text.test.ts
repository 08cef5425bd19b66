import { expect, test } from 'vitest'
import { cut, displayWidth, visible, wrap } from './text.ts'

test('control characters, direction marks and broken surrogates are shown, line breaks become spaces', () => {
  expect(visible('a\u001b[31mb\u0000\u007f\u0085')).toBe('a␛[31mb␀␡�')
  expect(visible('a\n\tb')).toBe('a b')
  expect(visible('\u202eexe\u200b\ud800')).toBe('�exe��')
})

test('wide characters count two columns and combining ones none', () => {
  expect(displayWidth('漢字')).toBe(4)
  expect(displayWidth('e\u0301')).toBe(1)
})

test('what is too wide is cut with an ellipsis, never inside a wide character', () => {
  expect(cut('abcdef', 6)).toBe('abcdef')
  expect(cut('abcdefg', 6)).toBe('abcde…')
  expect(cut('漢字漢字', 6)).toBe('漢字…')
})

test('text is wrapped at spaces, and inside a word that fits no line', () => {
  expect(wrap('one two three', { columns: 8 })).toEqual(['one two', 'three'])
  expect(wrap('abcdefghij k', { columns: 4 })).toEqual(['abcd', 'efgh', 'ij k'])
  expect(wrap('one two three four', { columns: 5, maxLines: 2 })).toEqual(['one', 'two…'])
  expect(wrap('', { columns: 5 })).toEqual([''])
})
