/** Reading the plain text of /proc and cgroup files. */

/** "name 12" or "name: 12 kB", one a line → name and number. Lines without a number are left out. */
export function parseKeyedNumbers(text: string): Map<string, number> {
  const numbers = new Map<string, number>()
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ')
    if (space <= 0) continue
    const name = line.charCodeAt(space - 1) === COLON ? line.slice(0, space - 1) : line.slice(0, space)
    const value = Number.parseInt(line.slice(space), 10)
    if (!Number.isNaN(value)) numbers.set(name, value)
  }
  return numbers
}

const COLON = 58

/** Words separated by any number of blanks. */
export function splitWords(line: string): string[] {
  return line.split(' ').filter(word => word !== '')
}

/** A number that is not negative; NaN for anything else, also for a missing word. */
export function parseCount(word: string | undefined): number {
  const count = word === undefined || word === '' ? Number.NaN : Number(word)
  return count >= 0 ? count : Number.NaN
}
