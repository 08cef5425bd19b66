/** Numbers for people: the only place where ms, %, MiB and k exist. */

/** 1.5e6 → "1.5 ms". */
export function formatDuration(ns: number): string {
  if (!Number.isFinite(ns)) return '–'
  const magnitude = Math.abs(ns)
  if (magnitude < 1e3) return `${trim(ns)} ns`
  if (magnitude < 1e6) return `${trim(ns / 1e3)} µs`
  if (magnitude < 1e9) return `${trim(ns / 1e6)} ms`
  if (magnitude < 120e9) return `${trim(ns / 1e9)} s`
  return `${trim(ns / 60e9)} min`
}

/** 1572864 → "1.5 MiB". */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return '–'
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let unit = 0
  let scaled = bytes
  while (Math.abs(scaled) >= 1024 && unit < units.length - 1) {
    scaled /= 1024
    unit++
  }
  return `${trim(scaled)} ${units[unit]}`
}

/** 0.123 → "12 %"; below 10 % with one decimal. */
export function formatRatio(ratio: number): string {
  if (!Number.isFinite(ratio)) return '–'
  const percent = ratio * 100
  const rounded = Math.abs(percent) >= 9.95 || percent === 0 ? percent.toFixed(0) : percent.toFixed(1)
  return `${rounded} %`
}

/** 12345 → "12.3 k". */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return '–'
  const magnitude = Math.abs(count)
  if (magnitude >= 1e9) return `${trim(count / 1e9)} G`
  if (magnitude >= 1e6) return `${trim(count / 1e6)} M`
  if (magnitude >= 1e4) return `${trim(count / 1e3)} k`
  return trim(count)
}

/** A metric by the unit in its name: runNs, sizeBytes, busyRatio, switchPerSec, usedCpus, sampleCount. */
export function formatMetric(name: string, value: number): string {
  if (name.endsWith('Ns')) return formatDuration(value)
  if (name.endsWith('BytesPerSec')) return `${formatBytes(value)}/s`
  if (name.endsWith('Bytes')) return formatBytes(value)
  if (name.endsWith('Ratio')) return formatRatio(value)
  if (name.endsWith('PerSec')) return `${formatCount(value)}/s`
  if (name.endsWith('Cpus')) return Number.isFinite(value) ? `${trim(value)} ${Math.abs(value - 1) < 0.005 ? 'CPU' : 'CPUs'}` : '–'
  return formatCount(value)
}

/** "30s", "500ms", "2m", "1h" → ns; undefined when it is no duration. A bare number is seconds. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?$/.exec(text.trim())
  if (match === null) return undefined
  const unit = { ms: 1e6, s: 1e9, m: 60e9, min: 60e9, h: 3600e9 }[match[2] ?? 's']
  return unit === undefined ? undefined : Math.round(Number(match[1]) * unit)
}

function trim(value: number): string {
  const magnitude = Math.abs(value)
  const digits = magnitude >= 99.5 || value === 0 ? 0 : magnitude >= 9.95 ? 1 : 2
  return value
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}
