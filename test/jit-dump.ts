/** Draws jitdump logs, record by record. */
export function jitDump(): JitDumpDrawing {
  return new JitDumpDrawing()
}

class JitDumpDrawing {
  #bytes: number[] = [...u32(0x4a695444), ...u32(1), ...u32(40), ...u32(62), ...u32(0), ...u32(1), ...u64(5), ...u64(0)]

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }

  record(type: number, body: Iterable<number>): this {
    const bytes = [...body]
    this.#bytes = [...this.#bytes, ...u32(type), ...u32(16 + bytes.length), ...u64(5), ...bytes]
    return this
  }

  load({ address, sizeBytes, index, name }: { address: number; sizeBytes: number; index: number; name: string }): this {
    const code = new Array<number>(sizeBytes).fill(0xc3)
    const numbers = [address, address, sizeBytes, index].flatMap(u64)
    return this.record(0, [...u32(1), ...u32(1), ...numbers, ...text(name), ...code])
  }

  move({ to, sizeBytes, index }: { to: number; sizeBytes: number; index: number }): this {
    return this.record(1, [...u32(1), ...u32(1), ...[to, 0, to, sizeBytes, index].flatMap(u64)])
  }

  /** A path of one ÿ is the byte 0xff: the same as before. */
  lines(address: number, rows: readonly { address: number; line: number; path: string }[]): this {
    const body = rows.flatMap(row => [...u64(row.address), ...u32(row.line), ...u32(0), ...(row.path === 'ÿ' ? [0xff, 0] : text(row.path))])
    return this.record(2, [...u64(address), ...u64(rows.length), ...body])
  }

  unwinding(ehFrame: readonly number[], header: readonly number[]): this {
    const sizes = [ehFrame.length + header.length, header.length, 0].flatMap(u64)
    return this.record(4, [...sizes, ...ehFrame, ...header])
  }

  close(): this {
    return this.record(3, [])
  }
}

function u32(value: number): number[] {
  return [value, value >>> 8, value >>> 16, value >>> 24].map(byte => byte & 0xff)
}

function u64(value: number): number[] {
  return [...u32(value % 2 ** 32), ...u32(Math.floor(value / 2 ** 32))]
}

function text(value: string): number[] {
  return [...new TextEncoder().encode(value), 0]
}
