/** Functions of runtimes that are or stand for code of the programs they run. */

import { Ownership } from '../schema.ts'

/** The loop in which a runtime interprets functions: all of them share this one frame unless the runtime is told otherwise. */
const INTERPRETER_LOOPS: Readonly<Record<string, string>> = {
  _PyEval_EvalFrameDefault: 'Python',
  Builtins_InterpreterEntryTrampoline: 'JavaScript',
  rb_vm_exec: 'Ruby',
  vm_exec_core: 'Ruby',
  execute_ex: 'PHP',
  Perl_runops_standard: 'Perl',
  luaV_execute: 'Lua',
}

/** Name of an interpreter's loop with what it runs; undefined for any other function. */
export function describeInterpreter(symbolName: string): string | undefined {
  // compilers split the loop: _PyEval_EvalFrameDefault.cold, .isra.0
  const loop = symbolName.replace(/\..*/, '')
  return Object.hasOwn(INTERPRETER_LOOPS, loop) ? `${symbolName} (interpreted ${INTERPRETER_LOOPS[loop]})` : undefined
}

/** V8's builtins are linked into whatever program embeds it: node, Electron, a single executable application. */
export function ownershipOfBuiltin(symbolName: string): number | undefined {
  return symbolName.startsWith('Builtins_') ? Ownership.Runtime : undefined
}
