import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatRatio
} from "./chunk-PD7JWCUF.js";

// src/report/words.ts
function formatInterval({ estimate, low, high }) {
  if (![estimate, low, high].every(Number.isFinite)) return formatRatio(estimate);
  return `${formatRatio(estimate)} (${formatRatio(low).replace(" %", "")}\u2013${formatRatio(high)})`;
}
function shareText(target, { share }) {
  const whose = target.kind === "machine" ? "of the machine\u2019s time" : "of its time";
  return formatInterval(share).replace(/^(.*? %)/, `$1 ${whose}`);
}
function gainText({ gain }) {
  return gain === void 0 ? void 0 : `removing it would win about ${formatInterval(gain)}, by ${gain.method}`;
}
function targetText(target) {
  if (target.kind === "machine") return "the whole machine";
  if (target.kind === "pid") return `process ${target.pid}`;
  if (target.kind === "comm") return `processes named ${target.comm}`;
  if (target.kind === "cgroup") return `cgroup ${target.path}`;
  return target.command.join(" ");
}
var confidenceText = {
  high: "High confidence.",
  medium: "Medium confidence: the order is sound, the numbers are rough.",
  low: "Low confidence: take it as a hint and see data quality."
};
function byProof({ findings }) {
  return {
    proven: findings.filter((finding) => finding.experimental !== true),
    experimental: findings.filter((finding) => finding.experimental === true)
  };
}
function severity(score) {
  return score >= 75 ? "severe" : score >= 25 ? "notable" : "minor";
}
function byReason(list) {
  const groups = /* @__PURE__ */ new Map();
  for (const { rule, reason, remedy } of list) {
    const key = `${reason}\0${remedy}`;
    const group = groups.get(key) ?? { reason, remedy, rules: [] };
    group.rules.push(rule);
    groups.set(key, group);
  }
  return [...groups.values()];
}
function qualityFacts(quality) {
  return [
    ["samples of the target", formatCount(quality.samples)],
    ["samples of the machine", formatCount(quality.machineSamples)],
    ["records lost", formatCount(quality.lost)],
    ["stacks cut short", formatRatio(quality.truncatedStacks)],
    ["samples without a name", formatRatio(quality.unknownFrames)],
    ...Object.entries(quality.counts).filter(([kind, count]) => kind !== "lostRecords" && count !== 0).map(([kind, count]) => [spaced(kind), formatCount(count)])
  ];
}
function costText({ cost }) {
  return `${formatRatio(cost.cpuRatio)} of the machine\u2019s CPU (${formatDuration(cost.cpuNs)}), ${formatBytes(cost.rssBytes)} of memory`;
}
function hostText({ host }) {
  const cpus = `${host.cpuCount} ${host.cpuCount === 1 ? "CPU" : "CPUs"}`;
  const virtual = host.virtualization === void 0 ? "" : `, ${host.virtualization}`;
  return `${host.hostname} \xB7 ${cpus} \xB7 ${formatBytes(host.memoryBytes)} \xB7 Linux ${host.kernelRelease} ${host.architecture}${virtual}`;
}
function spaced(kind) {
  return kind.replace(/([a-z])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
}

export {
  formatInterval,
  shareText,
  gainText,
  targetText,
  confidenceText,
  byProof,
  severity,
  byReason,
  qualityFacts,
  costText,
  hostText
};
