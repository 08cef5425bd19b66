import { type Html, html } from './html.ts'

/** A section with its heading in the margin where there is room for one. */
export function section(id: string, title: string, parts: { readonly note?: string; readonly content: Html | readonly Html[] }): Html {
  const note = parts.note === undefined ? html`` : html`<p class="note">${parts.note}</p>`
  return html`<section id="${id}"><div class="margin"><h2>${title}</h2>${note}</div><div class="content">${parts.content}</div></section>
`
}

/** Text in which \`quoted\` parts are code. */
export function prose(text: string): Html {
  const parts = text.split(/`([^`]+)`/)
  return html`${parts.map((part, place) => (place % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`
}

/** Label and value pairs. */
export function facts(pairs: readonly (readonly [label: string, value: string])[], className: string): Html {
  return html`<dl class="${className}">${pairs.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`
}
