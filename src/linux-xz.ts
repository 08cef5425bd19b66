/** xz by the system's liblzma, which systemd, dpkg and rpm need too: Node.js cannot do it. */

import koffi from 'koffi'

/** lzma/base.h. */
const LZMA_OK = 0
const LZMA_BUF_ERROR = 10
const MEMORY_LIMIT_BYTES = 256n << 20n
const FIRST_FACTOR = 8

type Decode = (...parameters: readonly unknown[]) => unknown

/** Decompresses a whole xz stream; undefined when it is damaged, longer than maxBytes, or the library is missing. */
export function decompressXz(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined {
  const decode = loadDecoder()
  if (decode === undefined) return undefined
  for (let capacity = Math.min(maxBytes, Math.max(1 << 16, bytes.length * FIRST_FACTOR)); ; capacity = Math.min(maxBytes, capacity * 4)) {
    const output = new Uint8Array(capacity)
    const inputPosition = new BigUint64Array(1)
    const outputPosition = new BigUint64Array(1)
    const memoryLimit = BigUint64Array.of(MEMORY_LIMIT_BYTES)
    const result = decode(memoryLimit, 0, null, bytes, inputPosition, bytes.length, output, outputPosition, capacity)
    if (result === LZMA_OK) return output.slice(0, Number(outputPosition[0]))
    if (result !== LZMA_BUF_ERROR || capacity >= maxBytes) return undefined
  }
}

/** lzma_stream_buffer_decode of lzma/container.h. */
function loadDecoder(): Decode | undefined {
  try {
    const signature = ['void *', 'uint32_t', 'void *', 'void *', 'void *', 'size_t', 'void *', 'void *', 'size_t']
    return koffi.load('liblzma.so.5').func('lzma_stream_buffer_decode', 'int', signature)
  } catch {
    return undefined
  }
}
