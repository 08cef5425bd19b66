import type { FlameTree, ReportView } from '../../schema.ts'
import { formatDuration, formatRatio } from '../../units.ts'
import { type FlameLayout, layOut, type Matches, neighbour, nodeAt, search } from './flame-layout.ts'
import { type FlameWindow, type Ink, paint, readInk, rowHeight, rowsInView } from './flame-paint.ts'

const zoomMs = 160

/** Replaces the still picture by the whole tree on a canvas: zoom, search, keyboard, and the other tree. */
export function startFlame(root: HTMLElement, view: ReportView): void {
  const first = root.dataset.first === 'machine' ? view.machineFlame : view.targetFlame
  const stage = root.querySelector<HTMLElement>('.stage')
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (first === undefined || stage === null || context === null) return
  canvas.tabIndex = 0
  canvas.setAttribute('role', 'application')
  canvas.setAttribute('aria-label', 'Flame graph. Arrow keys move between callers and callees, Enter zooms, Escape zooms out.')
  stage.append(canvas)
  root.classList.add('live')
  const graph = new FlameGraph(root, canvas, context)
  graph.show(first)
  graph.connect(view)
}

/** The state of the interactive graph: which tree, which part of it, what is pointed at and searched for. */
class FlameGraph {
  readonly #root: HTMLElement
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  #ink: Ink
  #layout: FlameLayout = layOut({ frames: [], frame: [], depth: [], ns: [], sampleCount: 0, hiddenNodeCount: 0, hiddenNs: 0 })
  #window: FlameWindow = { startNs: 0, ns: 0 }
  #focus = 0
  #hovered = -1
  #selected = -1
  #matches: Matches | undefined
  #query = ''
  #isScheduled = false

  constructor(root: HTMLElement, canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#root = root
    this.#canvas = canvas
    this.#context = context
    this.#ink = readInk(root, context)
  }

  show(tree: FlameTree): void {
    this.#layout = layOut(tree)
    this.#hovered = -1
    this.#selected = -1
    this.#focus = 0
    this.#window = this.#windowOf(0)
    this.#search(this.#query)
    this.#resize()
    this.#describe(0)
  }

  /** Wires controls, pointer, keyboard, size and theme. */
  connect(view: ReportView): void {
    const controls = this.#root.querySelector<HTMLElement>('.controls')
    const input = this.#root.querySelector<HTMLInputElement>('input[type=search]')
    if (controls !== null) controls.hidden = false
    input?.addEventListener('input', () => this.#search(input.value))
    this.#root.querySelector('.reset')?.addEventListener('click', () => this.#zoom(0))
    for (const button of this.#root.querySelectorAll<HTMLButtonElement>('[data-tree]')) {
      button.addEventListener('click', () => this.#switch(button, view))
    }
    for (const element of document.querySelectorAll<HTMLElement>('[data-search]')) {
      asButton(element, () => {
        if (input !== null) input.value = element.dataset.search ?? ''
        this.#search(element.dataset.search ?? '')
        this.#root.scrollIntoView({ block: 'center' })
      })
    }
    this.#canvas.addEventListener('pointermove', event => this.#hover(this.#nodeUnder(event)))
    this.#canvas.addEventListener('pointerleave', () => this.#hover(-1))
    this.#canvas.addEventListener('click', event => this.#zoom(this.#nodeUnder(event)))
    this.#canvas.addEventListener('keydown', event => this.#key(event))
    new ResizeObserver(() => this.#resize()).observe(this.#canvas.parentElement ?? this.#canvas)
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#ink = readInk(this.#root, this.#context)
      this.#schedule()
    })
  }

  #switch(button: HTMLButtonElement, view: ReportView): void {
    const tree = button.dataset.tree === 'machine' ? view.machineFlame : view.targetFlame
    if (tree === undefined) return
    for (const other of this.#root.querySelectorAll('[data-tree]')) other.setAttribute('aria-pressed', String(other === button))
    this.show(tree)
  }

  #windowOf(node: number): FlameWindow {
    return { startNs: this.#layout.startNs[node] ?? 0, ns: this.#layout.tree.ns[node] ?? 0 }
  }

  #nodeUnder(event: MouseEvent): number {
    const box = this.#canvas.getBoundingClientRect()
    const ns = this.#window.startNs + ((event.clientX - box.left) / box.width) * this.#window.ns
    return nodeAt(this.#layout, Math.floor((event.clientY - box.top) / rowHeight), ns) ?? -1
  }

  #hover(node: number): void {
    if (node === this.#hovered) return
    this.#hovered = node
    this.#canvas.style.cursor = node < 0 ? 'default' : 'pointer'
    this.#describe(node < 0 ? Math.max(this.#selected, this.#focus) : node)
    this.#schedule()
  }

  #key(event: KeyboardEvent): void {
    const from = Math.max(0, this.#selected)
    if (event.key === 'Enter' || event.key === ' ') this.#zoom(from)
    else if (event.key === 'Escape' || event.key === 'Backspace')
      this.#zoom(event.key === 'Escape' ? 0 : Math.max(0, this.#layout.parent[this.#focus]))
    else if (event.key.startsWith('Arrow')) {
      this.#selected = this.#selected < 0 ? this.#focus : neighbour(this.#layout, from, event.key)
      this.#describe(this.#selected)
      this.#reveal(this.#selected)
      this.#schedule()
    } else return
    event.preventDefault()
  }

  /** Scrolls so that the row of a node is in sight. */
  #reveal(node: number): void {
    const stage = this.#canvas.parentElement
    if (stage === null) return
    const top = this.#layout.tree.depth[node] * rowHeight
    if (top < stage.scrollTop) stage.scrollTop = top
    if (top + rowHeight > stage.scrollTop + stage.clientHeight) stage.scrollTop = top + rowHeight - stage.clientHeight
  }

  /** Moves the window to a node, in a few frames unless less motion is wished for. */
  #zoom(node: number): void {
    if (node < 0) return
    this.#focus = node
    this.#selected = node === 0 ? -1 : node
    const reset = this.#root.querySelector<HTMLButtonElement>('.reset')
    if (reset !== null) reset.disabled = node === 0
    this.#describe(node)
    const from = this.#window
    const to = this.#windowOf(node)
    const began = performance.now()
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
    const step = (now: number) => {
      if (this.#focus !== node) return
      const part = isStill ? 1 : Math.min(1, Math.max(0, now - began) / zoomMs)
      const eased = 1 - (1 - part) ** 3
      this.#window = { startNs: from.startNs + (to.startNs - from.startNs) * eased, ns: from.ns + (to.ns - from.ns) * eased }
      if (part < 1) requestAnimationFrame(step)
      else this.#window = to
      this.#resize()
    }
    requestAnimationFrame(step)
  }

  #search(text: string): void {
    this.#query = text
    this.#matches = search(this.#layout, text)
    const output = this.#root.querySelector('.matches')
    if (output !== null) output.textContent = this.#matchText()
    this.#schedule()
  }

  #matchText(): string {
    if (this.#matches === undefined) return ''
    if (this.#matches.count === 0) return 'no match'
    return `${formatRatio(this.#matches.ns / this.#layout.totalNs)} in ${this.#matches.count} ${this.#matches.count === 1 ? 'frame' : 'frames'}`
  }

  #describe(node: number): void {
    const readout = this.#root.querySelector('.readout')
    const { tree, totalNs, ownNs } = this.#layout
    const frame = tree.frames[tree.frame[node]]
    if (readout === null || frame === undefined) return
    const source = frame.source === undefined ? '' : ` at ${frame.source}`
    const inlined = frame.inlinedInto === undefined ? '' : `, inlined into ${frame.inlinedInto}`
    const where = `${frame.module === '' ? '' : ` in ${frame.module}`}${source}${inlined}`
    const kind = frame.kind === 'process' ? '' : `, ${frame.kind}`
    const name = node === 0 ? 'All' : `${frame.name}${where}${kind}`
    const part = (ns: number) => formatRatio(totalNs > 0 ? ns / totalNs : Number.NaN)
    readout.textContent = `${name}: ${part(tree.ns[node])} (${formatDuration(tree.ns[node])}), itself ${part(ownNs[node])}`
  }

  #resize(): void {
    const width = this.#canvas.parentElement?.clientWidth ?? 0
    if (width === 0) return
    const height = rowsInView(this.#layout, this.#window, width) * rowHeight
    const ratio = devicePixelRatio
    if (this.#canvas.width !== Math.round(width * ratio) || this.#canvas.height !== Math.round(height * ratio)) {
      this.#canvas.width = Math.round(width * ratio)
      this.#canvas.height = Math.round(height * ratio)
      this.#canvas.style.height = `${height}px`
      this.#draw()
    } else this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    requestAnimationFrame(() => {
      this.#isScheduled = false
      this.#draw()
    })
  }

  #draw(): void {
    const picture = { layout: this.#layout, window: this.#window, matches: this.#matches, hovered: this.#hovered, selected: this.#selected }
    paint(this.#context, picture, this.#ink)
  }
}

function asButton(element: HTMLElement, press: () => void): void {
  element.setAttribute('role', 'button')
  element.tabIndex = 0
  element.title = 'Show in the flame graph'
  element.addEventListener('click', press)
  element.addEventListener('keydown', event => {
    if (event.key === 'Enter') press()
  })
}
