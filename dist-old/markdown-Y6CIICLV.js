import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  byProof,
  byReason,
  confidenceText,
  costText,
  gainText,
  hostText,
  qualityFacts,
  shareText,
  targetText
} from "./chunk-KATTF5C5.js";
import {
  withVisibleText
} from "./chunk-XULA5DL5.js";
import {
  formatDuration,
  formatMetric,
  formatRatio
} from "./chunk-PD7JWCUF.js";
import "./chunk-LQK3ML4U.js";

// src/report/markdown.ts
function formatMarkdown(diagnosis) {
  const shown = withVisibleText(diagnosis);
  const { proven, experimental } = byProof(shown);
  const blocks = [
    `# ${escapeText(shown.verdict.text)}`,
    escapeText(confidenceText[shown.verdict.confidence]),
    [
      `- target: ${code(targetText(shown.target))} for ${formatDuration(shown.durationNs)}`,
      `- host: ${escapeText(hostText(shown))}`,
      `- data: ${escapeText(
        qualityFacts(shown.quality).map(([label, value]) => `${value} ${label}`).join(", ")
      )}`,
      `- own cost: ${escapeText(costText(shown))}`
    ].join("\n"),
    ...proven.flatMap((finding) => findingBlocks(shown, finding)),
    ...experimental.length > 0 ? ["## Not proven yet", "Rules that no labelled recording has confirmed."] : [],
    ...experimental.flatMap((finding) => findingBlocks(shown, finding)),
    ...clearedBlocks(shown),
    ...unmeasuredBlocks(shown)
  ];
  return `${blocks.join("\n\n")}
`;
}
function findingBlocks({ target }, finding) {
  const gain = gainText(finding);
  const score = `Score ${Math.round(finding.score)} of 100, rule ${code(finding.rule)}, class ${code(finding.class)}.`;
  const cost = `**${escapeText(shareText(target, finding))}**${gain === void 0 ? "" : `; ${escapeText(gain)}`}. ${score}`;
  return [
    `## ${escapeText(finding.id)} \xB7 ${escapeText(finding.title)}`,
    cost,
    ...culpritTable(finding),
    ...list("Evidence", finding.evidence),
    ...finding.why === "" ? [] : [`**Why.** ${prose(finding.why)}`],
    ...list("Next", finding.next),
    ...list("Undo", finding.undo ?? []),
    ...list("Explains", finding.symptoms ?? [])
  ];
}
function culpritTable({ culprits }) {
  if (culprits.length === 0) return [];
  const rows = culprits.map(({ kind, name, share }) => `| ${kind} | ${code(name)} | ${formatRatio(share)} |`);
  return [["| culprit | name | share |", "| --- | --- | ---: |", ...rows].join("\n")];
}
function list(title, items) {
  return items.length === 0 ? [] : [`**${title}**`, items.map((item) => `- ${prose(item)}`).join("\n")];
}
function clearedBlocks({ cleared }) {
  if (cleared.length === 0) return [];
  const rows = cleared.map(
    ({ resource, metric, value, text }) => `| ${escapeText(resource)} | ${escapeText(text === "" ? formatMetric(metric, value) : text)} |`
  );
  return ["## Cleared", ["| resource | measured |", "| --- | --- |", ...rows].join("\n")];
}
function unmeasuredBlocks({ unavailable, notEvaluated }) {
  const lines = [
    ...unavailable.map((gap) => `- **${escapeText(gap.topic)}**: ${escapeText(gap.reason)} ${prose(gap.remedy)}`),
    ...byReason(notEvaluated).map(
      (group) => `- rules ${group.rules.map(code).join(", ")}: ${escapeText(group.reason)} ${prose(group.remedy)}`
    )
  ];
  return lines.length === 0 ? [] : ["## Not measured here", lines.join("\n")];
}
function escapeText(text) {
  return text.replace(/[\\`*_{}[\]()#+!|~<>&-]/g, (character) => entity(character)).replace(/@/g, "@&#8203;").replace(/\\#(?=\d)/g, "#&#8203;").replace(/:\/\//g, "&#58;//").replace(/\bwww\./gi, "www&#46;").replace(/^(\d+)\.(?=\s|$)/, "$1&#46;");
}
function entity(character) {
  if (character === "-") return "-";
  if ("()+!".includes(character)) return character;
  return { "<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;", "`": "&#96;" }[character] ?? `\\${character}`;
}
function prose(text) {
  const parts = text.split(/`([^`]+)`/);
  return parts.map((part, place) => place % 2 === 1 ? code(part) : escapeText(part)).join("");
}
function code(text) {
  return `<code>${escapeText(text)}</code>`;
}
export {
  formatMarkdown
};
