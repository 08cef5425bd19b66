import type { FlameKind } from '../../schema.ts'
import type { FlameLayout, Matches } from './flame-layout.ts'

/** Height of a row in CSS pixels. */
export const rowHeight = 20
/** Browsers refuse canvases of more than 16,384 device pixels; rows beyond this are not drawn. */
export const maxRows = 380
/** Narrower boxes cannot be seen; neither can what is under them. */
const minWidth = 0.6

/** The part of the tree in view. */
export interface FlameWindow {
  readonly startNs: number
  readonly ns: number
}

/** What a picture shows. */
export interface Picture {
  readonly layout: FlameLayout
  readonly window: FlameWindow
  readonly matches: Matches | undefined
  readonly hovered: number
  readonly selected: number
}

/** Colours and font, read once from the style sheet: they follow the theme. */
export interface Ink {
  readonly fill: Readonly<Record<FlameKind, string>>
  readonly text: string
  readonly outline: string
  readonly match: string
  readonly font: string
  readonly letterWidth: number
}

/** Reads the custom properties --flame-… of an element. */
export function readInk(element: Element, context: CanvasRenderingContext2D): Ink {
  const style = getComputedStyle(element)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const font = `11.5px ${color('mono')}`
  context.font = font
  const kinds: readonly FlameKind[] = ['unknown', 'kernel', 'system', 'runtime', 'dependency', 'own', 'process', 'autotune']
  return {
    fill: Object.fromEntries(kinds.map(kind => [kind, color(`flame-${kind}`)])) as Record<FlameKind, string>,
    text: color('flame-text'),
    outline: color('ink'),
    match: color('match'),
    font,
    letterWidth: context.measureText('0').width,
  }
}

/** Rows that hold a box wide enough to see. */
export function rowsInView(layout: FlameLayout, window: FlameWindow, width: number): number {
  let deepest = 0
  visit(layout, window, width, node => {
    deepest = Math.max(deepest, layout.tree.depth[node])
  })
  return Math.min(maxRows, deepest + 1)
}

/** Draws all boxes in view. */
export function paint(context: CanvasRenderingContext2D, picture: Picture, ink: Ink): void {
  const { layout, window, matches, hovered, selected } = picture
  const { tree } = layout
  const ratio = devicePixelRatio
  const width = context.canvas.width / ratio
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, context.canvas.height / ratio)
  context.font = ink.font
  context.textBaseline = 'middle'
  visit(layout, window, width, (node, x, boxWidth) => {
    const frame = tree.frames[tree.frame[node]]
    const y = tree.depth[node] * rowHeight
    const isFaded = (matches !== undefined && matches.isMatch[node] === 0) || tree.ns[node] > window.ns * 1.0001
    context.globalAlpha = isFaded ? 0.38 : 1
    context.fillStyle = matches !== undefined && matches.isMatch[node] === 1 ? ink.match : ink.fill[frame.kind]
    context.fillRect(x, y, Math.max(boxWidth - 0.8, minWidth), rowHeight - 1)
    const letters = Math.floor((boxWidth - 8) / ink.letterWidth)
    if (letters >= 3) {
      context.fillStyle = ink.text
      const label = frame.name.length <= letters ? frame.name : `${frame.name.slice(0, letters - 1)}…`
      context.fillText(label, x + 5, y + rowHeight / 2, boxWidth - 7)
    }
    context.globalAlpha = 1
    if (node !== hovered && node !== selected) return
    context.strokeStyle = ink.outline
    context.lineWidth = node === selected ? 2 : 1
    context.strokeRect(x + 0.5, y + 0.5, Math.max(boxWidth - 1.8, 1), rowHeight - 2)
  })
}

/** Calls back for each box in view, in preorder; skips whole subtrees that are outside or too narrow. */
function visit(layout: FlameLayout, window: FlameWindow, width: number, draw: (node: number, x: number, boxWidth: number) => void): void {
  const { tree, startNs, end } = layout
  const scale = window.ns > 0 ? width / window.ns : 0
  let node = 0
  while (node < tree.depth.length) {
    const left = Math.max(0, (startNs[node] - window.startNs) * scale)
    const right = Math.min(width, (startNs[node] + tree.ns[node] - window.startNs) * scale)
    if (right - left < minWidth || tree.depth[node] >= maxRows) {
      node = end[node]
      continue
    }
    draw(node, left, right - left)
    node++
  }
}
