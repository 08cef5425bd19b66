import { type Table, textAt } from '../schema.ts'

/** A row of setting. */
export interface Setting {
  readonly name: string
  /** Device, mount point or process; empty for the machine. */
  readonly place: string
  readonly value: string
}

/** The settings of a name, one per place: the last that was read. */
export function findSettings(setting: Table<'setting'>, name: string): Setting[] {
  const found = new Map<string, Setting>()
  for (let row = 0; row < setting.length; row++) {
    if (textAt(setting.name, row) !== name) continue
    const place = textAt(setting.subject, row) ?? ''
    found.set(place, { name, place, value: textAt(setting.value, row) ?? '' })
  }
  return [...found.values()]
}

/** The value where it is a number; NaN for words. */
export function settingNumber({ value }: Setting): number {
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
}
