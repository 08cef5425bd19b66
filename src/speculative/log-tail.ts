/** Lines added to a log: told of changes, reads what is new; follows rotation and truncation. */

import type { HostFile } from '../host.ts'
import type { Closable, WatchHost } from '../host-watch.ts'

/** Read at a time, and the longest line that is looked at: more of it is cut. */
const CHUNK_BYTES = 64 << 10
const MAX_LINE_BYTES = 16 << 10
/** Chunks per change: a log that is written faster than it is read skips to its end, and says so. */
const MAX_CHUNKS = 64
const ANCHOR_BYTES = 64

/** A followed log. */
export interface LogTail {
  /** Bytes that were skipped because they came too fast. */
  readonly skippedBytes: number
  /** Reads what is new: for every second, where no change is told. */
  poll(): void
  close(): void
}

/** Follows a log from its end on. It need not exist yet. */
export function followLog(host: WatchHost, path: string, onLine: (line: string) => void): LogTail {
  return new FollowedLog(host, path, onLine)
}

class FollowedLog implements LogTail {
  skippedBytes = 0
  readonly #host: WatchHost
  readonly #path: string
  readonly #onLine: (line: string) => void
  readonly #watches: Closable[] = []
  #inode = -1
  #device = ''
  #offset = 0
  /** The last bytes before the offset. */
  #anchor: Uint8Array = new Uint8Array(0)
  #rest = ''

  constructor(host: WatchHost, path: string, onLine: (line: string) => void) {
    this.#host = host
    this.#path = path
    this.#onLine = onLine
    const file = host.openFile(path)
    if (file !== undefined) {
      this.#inode = file.inode
      this.#device = file.device
      this.#offset = file.sizeBytes
      this.#anchor = file.read(Math.max(0, this.#offset - ANCHOR_BYTES), Math.min(ANCHOR_BYTES, this.#offset))
      file.close()
    }
    // the folder tells of writes to its files, and of a new file under the old name
    const folder = path.slice(0, Math.max(1, path.lastIndexOf('/')))
    const watch = host.watchPath(folder, () => this.poll())
    if (watch !== undefined) this.#watches.push(watch)
  }

  poll(): void {
    const file = this.#host.openFile(this.#path)
    if (file === undefined) {
      this.#inode = -1 // a successor may get the same number
      return
    }
    try {
      if (!this.#isSame(file)) {
        // rotated or truncated: what it holds now is new
        this.#inode = file.inode
        this.#device = file.device
        this.#offset = 0
        this.#anchor = new Uint8Array(0)
        this.#rest = ''
      }
      this.#read(file)
    } finally {
      file.close()
    }
  }

  close(): void {
    for (const watch of this.#watches) watch.close()
  }

  /** A new file may get the number of the one that was removed, and grow beyond it: what we read last must still be there. */
  #isSame(file: HostFile): boolean {
    if (file.inode !== this.#inode || file.device !== this.#device || file.sizeBytes < this.#offset) return false
    const there = file.read(this.#offset - this.#anchor.length, this.#anchor.length)
    return there.length === this.#anchor.length && there.every((byte, index) => byte === this.#anchor[index])
  }

  #read(file: HostFile): void {
    const excess = file.sizeBytes - this.#offset - MAX_CHUNKS * CHUNK_BYTES
    if (excess > 0) {
      this.skippedBytes += excess
      this.#offset += excess
      this.#anchor = new Uint8Array(0)
      this.#rest = ''
    }
    for (let chunk = 0; chunk < MAX_CHUNKS && this.#offset < file.sizeBytes; chunk++) {
      const bytes = file.read(this.#offset, CHUNK_BYTES)
      if (bytes.length === 0) return
      this.#offset += bytes.length
      this.#anchor = bytes.slice(-ANCHOR_BYTES)
      this.#split(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'))
    }
  }

  /** Latin-1 until a line is whole: a character may be cut by the end of a chunk. */
  #split(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE_BYTES)
    for (const line of lines) this.#onLine(Buffer.from(line.slice(0, MAX_LINE_BYTES), 'latin1').toString('utf8'))
  }
}
