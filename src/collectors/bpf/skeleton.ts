import { AutotuneError } from '../../errors.ts'

/** A compiled topic as scripts/build-bpf.mjs writes it to out/<topic>.<arch>.json. */
export interface Skeleton {
  readonly topic: string
  readonly programs: readonly { readonly name: string; readonly section: string }[]
  readonly maps: readonly SkeletonMap[]
  /** The program that loads the others when it is run, and the data it works on. */
  readonly instructions: Uint8Array
  readonly data: Uint8Array
  /** The ELF object it was made of: what libbpf loads where this kernel does not take the skeleton. */
  readonly object: () => Uint8Array
}

interface SkeletonMap {
  readonly name: string
  readonly keySize: number
  readonly valueSize: number
  readonly maxEntries: number
  /** Contents it starts with, for .data and .rodata. */
  readonly initial: Uint8Array | undefined
}

/** Parses a skeleton. It comes with autotune, so a bad one means a broken installation. */
export function parseSkeleton(text: string, path: string): Skeleton {
  try {
    const parsed = JSON.parse(text)
    const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))
    return {
      topic: parsed.topic,
      programs: parsed.programs,
      maps: parsed.maps.map((map: SkeletonMap & { readonly initial?: string }) => ({
        ...map,
        initial: map.initial === undefined ? undefined : bytes(map.initial),
      })),
      instructions: bytes(parsed.instructions),
      data: bytes(parsed.data),
      object: () => bytes(parsed.object),
    }
  } catch (cause) {
    throw new AutotuneError({
      code: 'BAD_INPUT',
      what: `${path} is no compiled BPF topic.`,
      why: 'The file comes with autotune: it was cut short or overwritten.',
      next: 'Install autotune again.',
      cause,
    })
  }
}

/** Tracepoints a topic attaches to, without sched/ or tp_btf/: "sched_switch". */
export function tracepointsOf(skeleton: Skeleton): readonly string[] {
  return skeleton.programs.flatMap(({ section }) => (section.startsWith('tp_btf/') ? [section.slice(7)] : []))
}

/** Tracepoints that a kernel with this BTF does not have: each has a type btf_trace_<name>. */
export function missingTracepoints(skeleton: Skeleton, btf: Uint8Array): readonly string[] {
  const names = Buffer.from(btf.buffer, btf.byteOffset, btf.byteLength)
  return tracepointsOf(skeleton).filter(name => !names.includes(`\0btf_trace_${name}\0`, 0, 'latin1'))
}
