import { NONE, type RecordedTables, type Table, textAt } from '../../schema.ts'

/** Callers that are said of a lock. */
const FRAMES = 3

/** Names locks by where they were waited for: an address says nothing to people. */
export function withPlaces(contrast: Table<'contrast'>, tables: RecordedTables): Table<'contrast'> {
  const values = contrast.measure.values.map(measure => {
    const address = /^waits for the futex 0x([0-9a-f]+)$/.exec(measure)?.[1]
    const place = address === undefined ? undefined : placeOfFutex(Number.parseInt(address, 16), tables)
    return place === undefined ? measure : `${measure}, in ${place}`
  })
  return { ...contrast, measure: { codes: contrast.measure.codes, values } }
}

/** Functions of the user's code that waited for it longest, innermost first. */
function placeOfFutex(address: number, { wait, callchainStack, stack, frame, symbol }: RecordedTables): string | undefined {
  if (wait === undefined || callchainStack === undefined || stack === undefined || frame === undefined || symbol === undefined)
    return undefined
  let longest = NONE
  for (let row = 0; row < wait.length; row++) {
    if (wait.argument[row] !== address || wait.userCallchain[row] === NONE) continue
    if (longest === NONE || wait.ns[row] > wait.ns[longest]) longest = row
  }
  if (longest === NONE) return undefined
  const names: string[] = []
  for (let at = callchainStack.stack[wait.userCallchain[longest]]; at >= 0 && names.length < FRAMES; at = stack.prefix[at]) {
    const row = frame.symbol[stack.frame[at]]
    const name = textAt(symbol.name, row)
    const module = textAt(symbol.module, row) ?? ''
    if (name !== undefined && !/^(libc|libpthread|ld-)/.test(module)) names.push(name)
  }
  return names.length === 0 ? undefined : names.join(' ← ')
}
