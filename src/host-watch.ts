import type { Opened, PerfHost } from './host.ts'
import type { BpfHost } from './host-bpf.ts'

/** Something to be closed. */
export interface Closable {
  close(): void
}

/** What a file is read for by poll(2): data, or an exceptional condition such as a PSI trigger. */
export interface PollEntry {
  readonly fd: number
  readonly wait: 'data' | 'urgent'
}

/** What waiting for triggers takes besides reading. Only `watch` gets this. */
export interface WatchHost extends PerfHost, BpfHost {
  /** mmap(2), shared: stays mapped until the process ends. */
  mapShared(
    fd: number,
    range: { readonly offsetBytes: number; readonly lengthBytes: number; readonly writable: boolean },
  ): Uint8Array | { readonly errno: string }
  /** perf_event_open(2) for an event whose config1 is the address of a path: uprobes. */
  openPathEvent(attr: Uint8Array, path: string, where: { readonly pid: number; readonly cpu: number }): Opened
  /** poll(2) without blocking this thread: the descriptors that are ready, none when the time is over. */
  pollLater(entries: readonly PollEntry[], timeoutMs: number): Promise<readonly number[]>
  /** Opens a file, writes a text to it and keeps it open: how a PSI trigger is made. */
  openAndWrite(path: string, text: string): Opened
  /** Calls back when a file or folder changes (inotify); undefined when it can't be watched. */
  watchPath(path: string, onChange: () => void): Closable | undefined
  /** A Unix socket that only its owner may use: one line of text per connection. */
  listenForLines(path: string, onLine: (line: string) => void): Promise<Closable>
}
