/** Who a file's code belongs to: the system, a language runtime, a library the program brought along, or the program. */

import { Ownership } from '../schema.ts'

/** Programs that run other people's programs. */
const RUNTIME_PROGRAM =
  /^(?:node|nodejs|deno|bun|python[\d.]*|pypy[\d.]*|java|ruby[\d.]*|php[\d.]*|php-(?:fpm|cgi)[\d.]*|php-fpm|perl[\d.]*|dotnet|mono(?:-sgen)?|lua(?:jit)?[\d.-]*|beam(?:\.smp)?|erlexec|julia|guile|Rscript)$/
/** Libraries that are a runtime. */
const RUNTIME_LIBRARY =
  /^(?:libjvm|libpython|libnode|libruby|libperl|libphp|libcoreclr|libclrjit|libmono|liblua|libluajit|libjulia|libv8)[\d.\-a-z]*\.so/
/** Where runtimes keep what belongs to them. */
const RUNTIME_PLACE = /\/(?:lib-dynload|jvm|jre|jdk[^/]*)\//
/** Where package managers of languages put what a program depends on. */
const DEPENDENCY_PLACE =
  /\/(?:node_modules|site-packages|dist-packages|vendor\/(?:bundle|[\w-]+\.[\w.-]+)|gems|\.cargo\/(?:registry|git)|go\/pkg\/mod|\.m2\/repository|\.nuget\/packages)\//
/** The C library and its company, wherever a container or a Nix store keeps them. */
const SYSTEM_LIBRARY =
  /^(?:libc|ld|ld-linux|ld-musl|libpthread|libm|libdl|librt|libresolv|libstdc\+\+|libgcc_s|libc\+\+|libc\+\+abi|libmvec|libnss_\w+)(?=[.-]).*\.so/
const SYSTEM_PLACE = /^\/(?:usr\/)?lib(?:32|64|x32|exec)?\//
/** Sources of runtimes: modules of Node.js and Python, Go's standard library, Rust's. */
const RUNTIME_SOURCE =
  /^(?:node:|internal\/|<frozen |native |\/rustc\/)|\/lib\/python[\d.]+\/|^\/usr\/(?:local|lib|share)\/go(?:-[\d.]+)?\/src\//
/** Sources of the C library and headers of the C++ library, whose templates compilers put into programs. */
const SYSTEM_SOURCE = /^\/usr\/(?:local\/)?(?:include|lib(?:32|64)?)\/|\/glibc-[^/]*\/|\/c\+\+\/v1\/|\/include\/c\+\+\/|\/rustlib\/src\//
/** Sources that a program brought along, besides what package managers put where they put it. */
const BUNDLED_SOURCE = /\/(?:third[_-]party|vendor|pkg\/mod)\//
/** Programs live here; a library never does. */
const PROGRAM_PLACE = /\/s?bin\//

/** An Ownership value for code of a mapped file. executable is the path of the process's program, where it is known. */
export function ownershipOfFile(path: string, executable: string | undefined): number {
  if (path === '[vdso]' || path === '[vsyscall]') return Ownership.System
  const file = path.replace(/ \(deleted\)$/, '')
  const name = baseName(file)
  if (DEPENDENCY_PLACE.test(file)) return Ownership.Dependency
  if (RUNTIME_PROGRAM.test(name) || RUNTIME_LIBRARY.test(name) || RUNTIME_PLACE.test(file)) return Ownership.Runtime
  if (file === executable) return Ownership.Own
  if (SYSTEM_LIBRARY.test(name)) return Ownership.System
  if (SYSTEM_PLACE.test(file) && !PROGRAM_PLACE.test(file)) return Ownership.System
  return file.startsWith('/') ? Ownership.Own : Ownership.Unknown
}

/** Which runtime a program is, by its executable; undefined for any other program. */
export function runtimeOf(executable: string | undefined): 'node' | 'python' | 'java' | 'other' | undefined {
  const name = executable === undefined ? '' : baseName(executable.replace(/ \(deleted\)$/, ''))
  if (/^node(?:js)?$/.test(name)) return 'node'
  if (/^python[\d.]*$/.test(name)) return 'python'
  if (name === 'java') return 'java'
  return RUNTIME_PROGRAM.test(name) ? 'other' : undefined
}

/** An Ownership value for source code that a runtime runs, by the path of the source file. */
export function ownershipOfSource(path: string): number {
  if (DEPENDENCY_PLACE.test(path)) return Ownership.Dependency
  if (RUNTIME_SOURCE.test(path)) return Ownership.Runtime
  if (SYSTEM_SOURCE.test(path)) return Ownership.System
  return Ownership.Own
}

/** Ownership of a function in a program's own file, by the source it comes from: std::sort in it is not the user's to change. */
export function ownershipOfInlined(ownershipOfModule: number, sourceFile: string | undefined): number {
  if (ownershipOfModule !== Ownership.Own || sourceFile === undefined) return ownershipOfModule
  return BUNDLED_SOURCE.test(sourceFile) ? Ownership.Dependency : ownershipOfSource(sourceFile)
}

/** Last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
