import { AutotuneError } from '../errors.ts'

/** A trigger that cannot be used, said when the command starts and not when it should have fired. */
export function badTrigger(text: string, reason: string): AutotuneError {
  return new AutotuneError({
    code: 'USAGE',
    what: `The trigger ${JSON.stringify(text.slice(0, 200))} cannot be used.`,
    why: reason,
    next: 'autotune watch --help lists events, fields and examples; --explain shows where each part is evaluated.',
  })
}
