import v8 from 'node:v8'

/** V8 counts bytes of bytecode; its own default is 132 KB to 66 KB, by version. */
const INTERRUPT_BUDGET = 1_000_000

/**
 * Lets V8 optimise functions later. Debug information is read for half a second and never again: at V8's own pace a third of
 * that went into compiling what had ended by the time it was compiled (bench/lines.mjs). It holds for the whole process.
 */
export function compileLate(): void {
  v8.setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`)
}
