/** What the names in perf maps mean: each runtime writes them its own way. */

import { Ownership } from '../schema.ts'
import { ownershipOfSource } from './ownership.ts'

/** A function of a perf map. */
export interface JitFunction {
  readonly name: string
  /** An Ownership value. */
  readonly ownership: number
}

/**
 * V8's CodeEventLogger: "JS:*hot /app.js:3:10", * optimized, ~ interpreted, ^ and + between; an anonymous function has
 * nothing in front of the space. Older versions write LazyCompile, Function, Eval and Script for JS.
 */
const V8_FUNCTION = /^(?:JS|LazyCompile|Function|Eval|Script):[~*^+]?(.*)$/
const V8_OWN_CODE =
  /^(?:Builtin|Stub|BytecodeHandler|Handler|RegExp|InterpretedFunction|Bytecode|Code|StoreIC|LoadIC|KeyedLoadIC|KeyedStoreIC|CallIC|JSToWasm|WasmToJS)\b/
/** CPython, Python/perf_trampoline.c: "py::name:/file.py". */
const PYTHON_FUNCTION = /^py::(.*?):(.*)$/
/** HotSpot's Compiler.perfmap: "long com.shop.Cart.total(int)", with the type that it gives in front. */
const HOTSPOT_FUNCTION = /^[\w$.[\]]+ ([\w$./+]+)\.([\w$<>]+\(.*\))$/
const HOTSPOT_INTERPRETER = 'Interpreter'
/** perf-map-agent: "Ljava/lang/String;::hashCode", "java.lang.String::hashCode". */
const JAVA_FUNCTION = /^(?:L([\w$/.+]+);|([\w$.]+))::(.*)$/
const JAVA_RUNTIME_PACKAGE = /^(?:java|javax|jdk|sun|com\.sun)\./
const DOTNET_RUNTIME_ASSEMBLY = /\[System\.[\w.]+\]|\[(?:mscorlib|PreStub|PreJIT|stub)/

/** Readable name and owner of a function of a perf map. */
export function describeJitName(raw: string, runtime: 'node' | 'python' | 'java' | 'other' | undefined): JitFunction {
  const v8 = V8_FUNCTION.exec(raw)
  if (v8 !== null) return describeScript(v8[1])
  if (V8_OWN_CODE.test(raw) || DOTNET_RUNTIME_ASSEMBLY.test(raw)) return { name: raw, ownership: Ownership.Runtime }
  const python = PYTHON_FUNCTION.exec(raw)
  if (python !== null) return { name: `${python[1]} ${python[2]}`, ownership: ownershipOfSource(python[2]) }
  const hotspot = HOTSPOT_FUNCTION.exec(raw)
  if (hotspot !== null) return { name: `${hotspot[1]}.${hotspot[2]}`, ownership: ownershipOfClass(hotspot[1]) }
  const java = JAVA_FUNCTION.exec(raw)
  if (java !== null) return describeJava(java[1]?.replaceAll('/', '.') ?? java[2], java[3])
  if (runtime === 'java' && raw === HOTSPOT_INTERPRETER) return { name: `${raw} (interpreted Java)`, ownership: Ownership.Runtime }
  return { name: raw, ownership: runtime === 'java' || runtime === 'node' ? Ownership.Runtime : Ownership.Own }
}

function describeScript(text: string): JitFunction {
  const space = /(?:^| )(?=file:\/\/|node:|\/|native |\S*:\d+:\d+$)/.exec(text)
  const name = space === null ? text : text.slice(0, space.index)
  const location =
    space === null
      ? ''
      : text
          .slice(space.index)
          .trimStart()
          .replace(/^file:\/\//, '')
  const ownership = location === '' ? Ownership.Own : ownershipOfSource(location)
  return { name: [name === '' ? '(anonymous)' : name, location].filter(part => part !== '').join(' '), ownership }
}

function describeJava(className: string, method: string): JitFunction {
  return { name: `${className}::${method}`, ownership: ownershipOfClass(className) }
}

/** Classes of lambda forms are the runtime's too: LambdaForm$MH/0x0000000800c00400. */
function ownershipOfClass(name: string): number {
  return JAVA_RUNTIME_PACKAGE.test(`${name}.`) || name.startsWith('LambdaForm$') ? Ownership.Runtime : Ownership.Own
}
