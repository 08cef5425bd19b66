import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);

// src/units.ts
function formatDuration(ns) {
  if (!Number.isFinite(ns)) return "\u2013";
  const magnitude = Math.abs(ns);
  if (magnitude < 1e3) return `${trim(ns)} ns`;
  if (magnitude < 1e6) return `${trim(ns / 1e3)} \xB5s`;
  if (magnitude < 1e9) return `${trim(ns / 1e6)} ms`;
  if (magnitude < 12e10) return `${trim(ns / 1e9)} s`;
  return `${trim(ns / 6e10)} min`;
}
function formatBytes(bytes) {
  if (!Number.isFinite(bytes)) return "\u2013";
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let unit = 0;
  let scaled = bytes;
  while (Math.abs(scaled) >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${trim(scaled)} ${units[unit]}`;
}
function formatRatio(ratio) {
  if (!Number.isFinite(ratio)) return "\u2013";
  const percent = ratio * 100;
  const rounded = Math.abs(percent) >= 9.95 || percent === 0 ? percent.toFixed(0) : percent.toFixed(1);
  return `${rounded} %`;
}
function formatCount(count) {
  if (!Number.isFinite(count)) return "\u2013";
  const magnitude = Math.abs(count);
  if (magnitude >= 1e9) return `${trim(count / 1e9)} G`;
  if (magnitude >= 1e6) return `${trim(count / 1e6)} M`;
  if (magnitude >= 1e4) return `${trim(count / 1e3)} k`;
  return trim(count);
}
function formatMetric(name, value) {
  if (name.endsWith("Ns")) return formatDuration(value);
  if (name.endsWith("BytesPerSec")) return `${formatBytes(value)}/s`;
  if (name.endsWith("Bytes")) return formatBytes(value);
  if (name.endsWith("Ratio")) return formatRatio(value);
  if (name.endsWith("PerSec")) return `${formatCount(value)}/s`;
  if (name.endsWith("Cpus")) return Number.isFinite(value) ? `${trim(value)} ${Math.abs(value - 1) < 5e-3 ? "CPU" : "CPUs"}` : "\u2013";
  return formatCount(value);
}
function parseDuration(text) {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?$/.exec(text.trim());
  if (match === null) return void 0;
  const unit = { ms: 1e6, s: 1e9, m: 6e10, min: 6e10, h: 36e11 }[match[2] ?? "s"];
  return unit === void 0 ? void 0 : Math.round(Number(match[1]) * unit);
}
function trim(value) {
  const magnitude = Math.abs(value);
  const digits = magnitude >= 99.5 || value === 0 ? 0 : magnitude >= 9.95 ? 1 : 2;
  return value.toFixed(digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

export {
  formatDuration,
  formatBytes,
  formatRatio,
  formatCount,
  formatMetric,
  parseDuration
};
