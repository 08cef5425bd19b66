/** Call frame information by hand: common entries and functions of .eh_frame and .debug_frame, one field per line. */

import { memorySource } from '../src/symbolize/byte-source.ts'
import type { FrameSection } from '../src/symbolize/unwind/frame-entries.ts'
import { le } from './tiny-elf.ts'

/** DW_CFA_*, as far as tests use them. */
export const cfa = {
  advance: (bytes: number) => [0x40 | bytes],
  offset: (register: number, factored: number) => [0x80 | register, factored],
  restore: (register: number) => [0xc0 | register],
  undefined: (register: number) => [0x07, register],
  remember: [0x0a],
  restoreState: [0x0b],
  define: (register: number, offset: number) => [0x0c, register, offset],
  defineRegister: (register: number) => [0x0d, register],
  defineOffset: (offset: number) => [0x0e, offset],
  defineExpression: (...expression: number[]) => [0x0f, expression.length, ...expression],
  expression: (register: number, ...bytes: number[]) => [0x10, register, bytes.length, ...bytes],
  negateRaState: [0x2d],
} as const

/** What x86-64 functions start with: the frame address is rsp + 8, the return address right below it. */
export const x64Start = [...cfa.define(7, 8), ...cfa.offset(16, 1)]

/** A CIE of .eh_frame: 4-byte pointers relative to themselves. */
export function commonEntry({ augmentation = 'zR', data = [0x1b], returnAddress = 16, program = x64Start }: CommonParts = {}): number[] {
  const body = [
    ...le(0, 4), // CIE id
    1, // version
    ...new TextEncoder().encode(augmentation),
    0,
    1, // code alignment factor
    0x78, // data alignment factor: -8
    returnAddress,
    ...(augmentation.startsWith('z') ? [data.length, ...data] : []),
    ...program,
  ]
  return entry(body)
}

/** Parts of a common entry that tests change. */
export interface CommonParts {
  readonly augmentation?: string
  readonly data?: readonly number[]
  readonly returnAddress?: number
  readonly program?: readonly number[]
}

/** An FDE of .eh_frame that lies at an offset of a section at an address; its CIE is at common. */
export function functionEntry({ at, common = 0, sectionAddress, start, sizeBytes, program = [] }: FunctionParts): number[] {
  const body = [
    ...le(at + 4 - common, 4), // distance back to the CIE
    ...le(start - (sectionAddress + at + 8), 4), // start, relative to this field
    ...le(sizeBytes, 4),
    0, // augmentation data
    ...program,
  ]
  return entry(body)
}

/** Where a function's entry lies and what it is about. */
export interface FunctionParts {
  readonly at: number
  readonly common?: number
  readonly sectionAddress: number
  readonly start: number
  readonly sizeBytes: number
  readonly program?: readonly number[]
}

/** Bytes as a section, at a non-zero offset of a larger buffer. */
export function frameSectionOf(
  bytes: readonly number[],
  { kind = 'eh_frame', address = 0x2000 }: Partial<FrameSection> = {},
): FrameSection {
  const around = Uint8Array.from([0xee, 0xee, 0xee, ...bytes, 0xee])
  const source = memorySource(around.subarray(1))
  return { kind, name: `test .${kind}`, source, offset: 2, sizeBytes: bytes.length, address, wordBytes: 8 }
}

/** Length in front, DW_CFA_nop up to a multiple of 8 behind. */
export function entry(body: readonly number[]): number[] {
  const padding = Array.from({ length: -(body.length + 4) & 7 }, () => 0)
  return [...le(body.length + padding.length, 4), ...body, ...padding]
}
