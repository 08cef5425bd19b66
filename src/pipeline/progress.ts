/** --progress: from the name of an event to a counter of it. */

import { readOnlineCpus } from '../collectors/online-cpus.ts'
import { openProgressCounter, type ProgressCounter } from '../collectors/progress-counter.ts'
import { AutotuneError } from '../errors.ts'
import { linuxWatchHost } from '../linux-watch-host.ts'
import type { Target } from '../schema.ts'
import { formatEventName, parseEventName } from '../speculative/event-name.ts'
import { probesFor } from './watch/probes.ts'
import { readVocabulary } from './watch/vocabulary.ts'

/** Opens it before anything is recorded: a name that is wrong costs no recording. */
export function openProgress(text: string, target: Target): ProgressCounter {
  const host = linuxWatchHost()
  const event = parseEventName(text, readVocabulary(host))
  if (typeof event === 'string') throw badProgress(text, `${event[0].toUpperCase()}${event.slice(1)}.`)
  if (event.kind === 'watch') throw badProgress(text, 'Writes to memory are for autotune watch.')
  const name = formatEventName(event)
  // system calls are recorded anyway
  const places = event.kind === 'syscall' ? [] : probesFor(host, event, { number: 0, role: 'point', target }).map(({ at }) => at)
  const counter = openProgressCounter(host, { name, places, cpus: readOnlineCpus(host) })
  if ('errno' in counter) {
    throw new AutotuneError({
      code: 'HOST_REFUSED',
      what: `The kernel refused to count ${name} (${counter.errno}).`,
      why: 'Probes on programs and tracepoints need root, or CAP_PERFMON and CAP_SYS_ADMIN.',
      next: 'Run it as root, or count a system call: --progress syscall:sendto',
    })
  }
  return counter
}

function badProgress(text: string, why: string): AutotuneError {
  return new AutotuneError({
    code: 'USAGE',
    what: `--progress ${text} is no event that can be counted.`,
    why,
    next: 'autotune diagnose --progress uprobe:/usr/bin/redis-server:processCommand --pid 4242',
  })
}
