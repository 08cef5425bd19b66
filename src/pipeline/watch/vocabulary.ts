/** The names that exist on this machine, for triggers: system calls, errors, signals, series, tracepoints, functions of programs. */

import { constants } from 'node:os'
import { syscallNames } from '../../collectors/syscall-names.ts'
import type { Host } from '../../host.ts'
import { seriesSpecs } from '../../schema.ts'
import type { Vocabulary } from '../../speculative/event-name.ts'
import { functionOffsets } from './functions.ts'

/** Where tracefs is mounted. */
const tracefs = ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events']

/** Reads them as they are asked for. */
export function readVocabulary(host: Host): Vocabulary {
  const groups = tracefs.map(path => ({ path, names: host.listDirectory(path) })).find(({ names }) => names !== undefined)
  return {
    syscalls: syscallNames(process.arch)?.numberOf ?? new Map(),
    errnos: constants.errno,
    signals: constants.signals,
    series: Object.keys(seriesSpecs),
    tracepointGroups: () => groups?.names,
    tracepoints: group => (groups === undefined ? undefined : host.listDirectory(`${groups.path}/${group}`)),
    functions: path => {
      const offsets = functionOffsets(host, path)
      return offsets === undefined ? undefined : [...offsets.keys()]
    },
  }
}

/** Number of a tracepoint for perf_event_open(2); undefined when it can't be read. */
export function tracepointId(host: Host, group: string, name: string): number | undefined {
  for (const path of tracefs) {
    const id = Number.parseInt(host.readText(`${path}/${group}/${name}/id`) ?? '', 10)
    if (Number.isInteger(id)) return id
  }
  return undefined
}
