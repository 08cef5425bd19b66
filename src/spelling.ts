/** The known name most like a misspelt one, or undefined when none is close. Ties go to the earlier name. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly edits: number } | undefined
  for (const candidate of known) {
    const edits = difference(name.toLowerCase(), candidate.toLowerCase())
    if (edits <= Math.min(MAX_EDITS, Math.ceil(candidate.length / 2)) && (best === undefined || edits < best.edits)) {
      best = { name: candidate, edits }
    }
  }
  return best?.name
}

/** `; nearest is "x"`, or nothing. */
export function suggest(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  return nearest === undefined ? '' : `; nearest is "${nearest}"`
}

/** More than that is another word. */
const MAX_EDITS = 4

/** A beginning counts as one edit: "cpu.hot" is "cpu.hot-function" rather than "cpu.spin". */
function difference(name: string, candidate: string): number {
  if (name.length >= MAX_EDITS && candidate.startsWith(name)) return Math.min(1, candidate.length - name.length)
  return Math.abs(candidate.length - name.length) > MAX_EDITS ? Number.POSITIVE_INFINITY : editDistance(name, candidate)
}

/** Levenshtein's distance, one row at a time. Names are short: what is not close in length was left out before. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1))
    }
    row = next
  }
  return row[to.length]
}
