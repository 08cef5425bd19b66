import type { Host } from '../host.ts'

/** CPUs that are online, from /sys ("0-3,8"); CPU 0 when the file is missing. */
export function readOnlineCpus(host: Host): number[] {
  const text = host.readText('/sys/devices/system/cpu/online')
  return text === undefined ? [0] : parseCpuList(text)
}

/** "0-2,5" → [0, 1, 2, 5]; parts that are no numbers are left out. */
export function parseCpuList(text: string): number[] {
  const cpus: number[] = []
  for (const part of text.trim().split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part)
    if (match === null) continue
    const last = Number(match[2] ?? match[1])
    for (let cpu = Number(match[1]); cpu <= last; cpu++) cpus.push(cpu)
  }
  return cpus
}
