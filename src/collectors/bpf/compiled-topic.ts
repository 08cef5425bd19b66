import type { BpfHost } from '../../host-bpf.ts'
import type { Unavailable } from '../../schema.ts'
import { noBtf, noSkeleton, type Topic, topicRefused, tracepointsMissing } from './bpf-refusal.ts'
import { type LoadedTopic, type LoadOptions, loadTopic } from './loader.ts'
import { missingTracepoints, parseSkeleton } from './skeleton.ts'

/** Where the kernel describes its types. */
export const BTF_PATH = '/sys/kernel/btf/vmlinux'

/** What is needed to find a compiled topic and to set it up. */
export interface CompiledOptions extends LoadOptions {
  readonly skeletonFolder: string
  /** process.arch */
  readonly architecture: string
  /** Contents of BTF_PATH. */
  readonly btf: Uint8Array | undefined
}

/** Loads a topic as it was compiled, without attaching it; or says why not. */
export function loadCompiled(host: BpfHost, topic: Topic, options: CompiledOptions): LoadedTopic | Unavailable {
  const path = `${options.skeletonFolder}/${topic}.${options.architecture}.json`
  const text = host.readText(path)
  if (text === undefined) return noSkeleton(topic, path)
  if (options.btf === undefined) return noBtf(topic, host.whyUnreadable(BTF_PATH) ?? 'EIO')
  const skeleton = parseSkeleton(text, path)
  const missing = missingTracepoints(skeleton, options.btf)
  if (missing.length > 0) return tracepointsMissing(topic, missing)
  const loaded = loadTopic(host, skeleton, options)
  return 'errno' in loaded ? topicRefused(topic, loaded) : loaded
}
