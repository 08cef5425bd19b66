/** cpufreq: how fast CPUs run, and how fast they could. */

import type { Host } from '../../host.ts'
import type { Reading } from '../../schema.ts'
import { readOnlineCpus } from '../online-cpus.ts'
import { ReadingList } from './rate.ts'

/** CPUs looked at; a read of the current frequency may interrupt the CPU. No source: a guess. */
const MAX_CPUS = 64

/** The CPUs that have a frequency, and the highest each can run at. */
export interface CpuFrequencies {
  readonly cpus: readonly { readonly cpu: number; readonly currentPath: string; readonly maxHz: number }[]
}

/** Finds the CPUs; none on most virtual machines. */
export function openFrequencies(host: Host): CpuFrequencies {
  const cpus = readOnlineCpus(host)
    .slice(0, MAX_CPUS)
    .map(cpu => {
      const directory = `/sys/devices/system/cpu/cpu${cpu}/cpufreq`
      return {
        cpu,
        currentPath: `${directory}/scaling_cur_freq`,
        maxHz: parseKilohertz(host.readText(`${directory}/cpuinfo_max_freq`)),
      }
    })
  return { cpus: cpus.filter(({ maxHz, currentPath }) => !Number.isNaN(maxHz) || host.whyUnreadable(currentPath) === undefined) }
}

/** Once a second. */
export function collectFrequencies(host: Host, { cpus }: CpuFrequencies, timeNs: number): Reading[] {
  const list = new ReadingList({ timeNs, durationNs: 0 })
  for (const { cpu, currentPath, maxHz } of cpus) {
    list.add('cpu.frequencyHz', `cpu${cpu}`, parseKilohertz(host.readText(currentPath)))
    list.add('cpu.maxFrequencyHz', `cpu${cpu}`, maxHz)
  }
  return list.readings
}

/** "2445000\n" → Hz; NaN for "<unknown>" and for a file that cannot be read. */
export function parseKilohertz(text: string | undefined): number {
  return text !== undefined && /^\d+\s*$/.test(text) ? Number.parseInt(text, 10) * 1000 : Number.NaN
}
