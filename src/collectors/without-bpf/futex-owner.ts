import type { Host } from '../../host.ts'
import { NONE } from '../../schema.ts'

/** include/uapi/linux/futex.h: the operation without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME. */
const COMMAND_MASK = 0x7fn
const WAIT = 0n
const LOCK_PI = 6n
const LOCK_PI2 = 13n
/** FUTEX_TID_MASK; the top bit says that somebody waits. */
const TID_MASK = 0x3fffffff
const WAITERS = 0x80000000

/** glibc's "locked, and somebody waits" (sysdeps/nptl/lowlevellock.h), and where pthread_mutex_t keeps its owner (struct __pthread_mutex_s). */
const GLIBC_CONTENDED = 2n
const GLIBC_OWNER_OFFSET = 8n

/**
 * The thread that holds the mutex a futex call waits for: the mutex says so itself. glibc keeps the owner beside the
 * word that is waited on, musl and locks with priority inheritance in it. NONE for other uses of a futex, and for a word
 * that names no other thread of the process: then it is not one of these mutexes.
 */
export function futexOwner(
  host: Host,
  { pid, tid, isSibling }: { readonly pid: number; readonly tid: number; readonly isSibling: (tid: number) => boolean },
  [address, operation, value]: readonly bigint[],
): number {
  if (address === undefined || operation === undefined || value === undefined || address === 0n) return NONE
  const command = operation & COMMAND_MASK
  const owner = ((): number => {
    if (command === LOCK_PI || command === LOCK_PI2) return wordAt(host, pid, address) & TID_MASK
    if (command !== WAIT) return NONE
    if (value === GLIBC_CONTENDED) return wordAt(host, pid, address + GLIBC_OWNER_OFFSET)
    const word = Number(BigInt.asUintN(32, value))
    return word >= WAITERS ? word & TID_MASK : NONE
  })()
  return owner > 0 && owner !== tid && isSibling(owner) ? owner : NONE
}

/** 0, which is no thread, when it cannot be read. */
function wordAt(host: Host, pid: number, address: bigint): number {
  const bytes = host.readProcessMemory?.(pid, address, 4)
  return bytes?.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true) : 0
}
