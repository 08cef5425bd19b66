/** Names of kernel functions, and of the code the kernel maps into every process. */

import type { Host } from '../host.ts'
import { Ownership, type Unavailable } from '../schema.ts'
import { isFileFailure, memorySource } from './byte-source.ts'
import { type FileCode, readFileCode } from './file-code.ts'
import type { FoundFunction } from './frame-tables.ts'
import { findKernelFunction, type Kallsyms, parseKallsyms } from './kallsyms.ts'
import { readVdso } from './vdso.ts'

const KALLSYMS = '/proc/kallsyms'
/** The module of functions of the kernel itself. */
export const KERNEL_MODULE = '[kernel]'
/** Kernel functions that no name is known of. */
export const UNKNOWN_KERNEL: FoundFunction = {
  name: '[unknown] in [kernel]',
  module: KERNEL_MODULE,
  path: undefined,
  ownership: Ownership.Kernel,
}

/** The running kernel's functions, or why they have no names. */
export type KernelNames =
  | { readonly kallsyms: Kallsyms; readonly unavailable?: undefined }
  | { readonly kallsyms?: undefined; readonly unavailable: Unavailable }

/** Reads /proc/kallsyms; addresses that the kernel hides are reported with the setting that shows them. */
export function readKernelNames(host: Host): KernelNames {
  const bytes = host.readBytes(KALLSYMS)
  if (bytes === undefined) {
    return missing(
      `${KALLSYMS} cannot be read (${host.whyUnreadable(KALLSYMS) ?? 'it vanished'}).`,
      'Record as root on a kernel built with CONFIG_KALLSYMS.',
    )
  }
  try {
    const kallsyms = parseKallsyms(bytes)
    return kallsyms.isHidden ? missing(whyHidden(host), 'sudo sysctl kernel.kptr_restrict=1, and record as root.') : { kallsyms }
  } catch (error) {
    if (!isFileFailure(error)) throw error
    return missing(error.message, 'Record again; if it stays, attach /proc/kallsyms to a bug report.')
  }
}

/** For a recording of another boot: today's addresses would name the wrong functions. */
export function foreignKernel(): KernelNames {
  return missing(
    'The recording is of another machine or boot, where kernel code lay at other addresses.',
    'Analyse it where and while it was recorded.',
  )
}

/** The kernel function at an address. */
export function nameKernelAddress({ kallsyms }: KernelNames, address: number, isCaller: boolean): FoundFunction {
  if (kallsyms === undefined) return UNKNOWN_KERNEL
  const found = (isCaller ? findKernelFunction(kallsyms, address - 1) : undefined) ?? findKernelFunction(kallsyms, address)
  if (found === undefined) return UNKNOWN_KERNEL
  return { name: found.name, module: found.module ?? KERNEL_MODULE, path: undefined, ownership: Ownership.Kernel }
}

/** The vdso's names. */
export function readVdsoCode(host: Host): FileCode | undefined {
  const bytes = readVdso(host)
  return bytes === undefined ? undefined : readFileCode(host, memorySource(bytes), { path: '[vdso]', roots: [] })
}

function whyHidden(host: Host): string {
  const level = host.readText('/proc/sys/kernel/kptr_restrict')?.trim() ?? 'unknown'
  return `All addresses in ${KALLSYMS} are zero: kernel.kptr_restrict is ${level} and we run as uid ${host.uid}.`
}

function missing(reason: string, remedy: string): KernelNames {
  return { unavailable: { topic: 'names of kernel functions', tables: ['symbol'], series: [], reason, remedy } }
}
