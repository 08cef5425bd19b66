/** Text for terminals: what a name may do to a screen, how wide it is, how it is cut and wrapped. */

/** Ranges two columns wide on terminals: East Asian wide and full width, and emoji (Unicode UAX #11). */
const wide: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x2693, 0x26ff],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f000, 0x1faff],
  [0x20000, 0x3fffd],
]

/** Columns a string takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (/\p{M}/u.test(character)) return 0
  return wide.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}

/**
 * Makes everything visible that could act on a terminal or mislead a reader: control characters become their pictures
 * (ESC → ␛), line breaks and tabs a space, invisible and direction-changing characters and broken surrogates �.
 */
export function visible(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '�')
    .replace(/[\t\n\r\u2028\u2029]+/g, ' ')
    .replace(/\p{Cc}/gu, control => {
      const code = control.charCodeAt(0)
      return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '␡' : '�'
    })
    .replace(/[\p{Cf}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0]/gu, '�')
}

/** The same value with visible() applied to every string in it, keys excepted. */
export function withVisibleText<T>(value: T): T {
  return mapStrings(value) as T
}

function mapStrings(value: unknown): unknown {
  if (typeof value === 'string') return visible(value)
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value : value.map(mapStrings)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visible(key), mapStrings(inner)]))
}

/** Cuts to a width; what was cut ends in …. */
export function cut(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  let width = 1
  let kept = ''
  for (const character of text) {
    width += widthOf(character)
    if (width > columns) break
    kept += character
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`
}

/** How wide and how long wrapped text may be. */
export interface Space {
  readonly columns: number
  /** The last line is cut with … when there would be more. */
  readonly maxLines?: number
}

/** Breaks at spaces, and inside words that do not fit a line. Never an empty list. */
export function wrap(text: string, { columns, maxLines }: Space): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ +/).flatMap(word => pieces(word, columns))) {
    if (line === '') line = word
    else if (displayWidth(line) + 1 + displayWidth(word) <= columns) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  lines.push(line)
  if (maxLines === undefined || lines.length <= maxLines) return lines
  return [...lines.slice(0, maxLines - 1), `${cut(lines[maxLines - 1], columns - 1).replace(/…$/, '')}…`]
}

/** A word in pieces that fit: the combining characters of a letter stay with it. */
function pieces(word: string, columns: number): string[] {
  if (displayWidth(word) <= columns) return [word]
  const found: string[] = []
  let piece = ''
  let width = 0
  for (const character of word) {
    if (width + widthOf(character) > columns) {
      found.push(piece)
      piece = ''
      width = 0
    }
    piece += character
    width += widthOf(character)
  }
  return [...found, piece]
}

/** Pads to a width on the right. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)))
}
