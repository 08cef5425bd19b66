/** YAML with line numbers, read as if it came from an enemy. */

import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml'

/** A YAML document as values, and where they stand. */
export interface YamlSource {
  readonly value: unknown
  /** Line of the node at a path, or of the closest one above it that exists. From 1. */
  lineOf(path: readonly PropertyKey[]): number
  /** Line of a key of the map at a path: also of keys that should not be there. */
  lineOfKey(path: readonly PropertyKey[], key: string): number
}

/** Why it could not be read. */
export interface YamlFault {
  readonly line: number
  readonly reason: string
}

/** A rule has a few KiB. */
const MAX_BYTES = 256 * 1024
/** Every level of flow or block nesting costs the parser stack. A rule needs 4. */
const MAX_DEPTH = 50
/** Also bounds what aliases of aliases expand to. */
const MAX_ALIASES = 50

/** Parses one document. */
export function parseYaml(text: string): YamlSource | YamlFault {
  const sizeBytes = Buffer.byteLength(text)
  if (sizeBytes > MAX_BYTES)
    return { line: 1, reason: `the file has ${Math.ceil(sizeBytes / 1024)} KiB; a rule may have ${MAX_BYTES / 1024}` }
  const deepLine = firstDeepLine(text)
  if (deepLine !== undefined) return { line: deepLine, reason: `values are nested deeper than ${MAX_DEPTH} levels` }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, stringKeys: true, logLevel: 'error' })
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const error = document.errors[0]
  if (error !== undefined) return { line: lineAt(error.pos[0]), reason: `not valid YAML: ${firstLine(error.message)}` }
  const repeated = firstRepeatedKey(document)
  if (repeated !== undefined) return { line: lineAt(repeated.offset), reason: `the key "${repeated.key}" is there twice` }
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return lineAt(node.range[0])
    }
    return 1
  }
  const lineOfKey = (path: readonly PropertyKey[], key: string): number => {
    const map = path.length === 0 ? document.contents : document.getIn(path, true)
    const pair = isMap(map) ? map.items.find(item => isScalar(item.key) && item.key.value === key) : undefined
    return pair !== undefined && isNode(pair.key) && pair.key.range ? lineAt(pair.key.range[0]) : lineOf(path)
  }
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), lineOf, lineOfKey }
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    return { line: 1, reason: `aliases are used too often or point nowhere: ${firstLine(error.message)}` }
  }
}

/**
 * The parser recurses per level and builds regular expressions as long as the indentation, which ends the process when
 * there is too much of either. So depth is bounded before it runs, more strictly than need be: brackets in quotes count.
 */
function firstDeepLine(text: string): number | undefined {
  let open = 0
  let line = 1
  for (const row of text.split(/\r\n?|\n/)) {
    if (compactNesting.test(row) || (/^[ \t]*/.exec(row)?.[0].length ?? 0) > 8 * MAX_DEPTH) return line
    for (const character of row) {
      if (character === '[' || character === '{') open++
      else if ((character === ']' || character === '}') && open > 0) open--
      if (open > MAX_DEPTH) return line
    }
    line++
  }
  return undefined
}

/** Indicators that each open a level on the same line: "- - - ", "? ? ? ". */
const compactNesting = new RegExp(`(?:[-?:][ \\t]+){${MAX_DEPTH}}`)

/** The parser's own test compares every key with every other, which takes minutes for the largest file. */
function firstRepeatedKey(document: Document): { readonly key: string; readonly offset: number } | undefined {
  let repeated: { readonly key: string; readonly offset: number } | undefined
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value)) repeated = { key: String(key.value), offset: key.range?.[0] ?? 0 }
        if (repeated !== undefined) return visit.BREAK
        seen.add(key.value)
      }
      return undefined
    },
  })
  return repeated
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]
}
