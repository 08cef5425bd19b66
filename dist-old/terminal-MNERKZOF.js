import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  byProof,
  byReason,
  confidenceText,
  costText,
  gainText,
  hostText,
  qualityFacts,
  severity,
  shareText,
  targetText
} from "./chunk-KATTF5C5.js";
import {
  cut,
  displayWidth,
  padEnd,
  visible,
  withVisibleText,
  wrap
} from "./chunk-XULA5DL5.js";
import {
  formatDuration,
  formatMetric,
  formatRatio
} from "./chunk-PD7JWCUF.js";
import "./chunk-LQK3ML4U.js";

// src/report/terminal.ts
var columns = 80;
var indent = 2;
var labelColumns = 14;
function formatTerminal(diagnosis, options) {
  const shown = withVisibleText(diagnosis);
  const paint = options.color ? colours : plain;
  const { proven, experimental } = byProof(shown);
  const blocks = [
    head(shown, paint),
    ...proven.map((finding) => findingLines(shown, finding, paint)),
    section("Not proven yet", "rules that no labelled recording has confirmed", paint),
    ...experimental.map((finding) => findingLines(shown, finding, paint)),
    clearedLines(shown, paint),
    unmeasuredLines(shown, paint),
    [...dataLines(shown, paint), ...whereLines(options, paint)]
  ];
  const kept = experimental.length > 0 ? blocks : blocks.filter((_, place) => place !== proven.length + 1);
  return `${kept.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n")}
`;
}
var colours = {
  bold: (text) => `\x1B[1m${text}\x1B[22m`,
  dim: (text) => `\x1B[2m${text}\x1B[22m`,
  accent: (text) => `\x1B[34m${text}\x1B[39m`,
  alarm: (text) => `\x1B[1;33m${text}\x1B[22;39m`
};
var same = (text) => text;
var plain = { bold: same, dim: same, accent: same, alarm: same };
function head(diagnosis, paint) {
  const { verdict, target, durationNs } = diagnosis;
  const verdictLines = wrap(verdict.text, { columns: columns - indent, maxLines: 6 });
  return [
    paint.dim(cut(`autotune \xB7 ${targetText(target)} \xB7 ${formatDuration(durationNs)}`, columns)),
    paint.dim(cut(hostText(diagnosis), columns)),
    "",
    ...verdictLines.map((line) => paint.bold(line)),
    confidenceText[verdict.confidence]
  ];
}
function section(title, note, paint) {
  return [`${paint.bold(title)}${note === "" ? "" : paint.dim(cut(` \xB7 ${note}`, columns - displayWidth(title)))}`];
}
function findingLines(diagnosis, finding, paint) {
  const score = `${severity(finding.score)} ${Math.round(finding.score)}`;
  const id = `${padEnd(cut(finding.id, 6), 3)} `;
  const [first, ...more] = wrap(finding.title, { columns: columns - displayWidth(id) - displayWidth(score) - 2, maxLines: 2 });
  const left = padEnd(`${id}${first}`, columns - displayWidth(score));
  const mark = finding.score >= 75 ? paint.alarm : same;
  const gain = gainText(finding);
  return [
    `${paint.bold(left)}${mark(score)}`,
    ...more.map((line) => paint.bold(" ".repeat(displayWidth(id)) + line)),
    ...labelled("costs", shareText(diagnosis.target, finding), { paint, maxLines: 2 }),
    ...gain === void 0 ? [] : labelled("gain", gain, { paint, maxLines: 2 }),
    ...culpritLines(finding.culprits, paint),
    ...finding.evidence.slice(0, 2).flatMap((text, place) => labelled(place === 0 ? "evidence" : "", text, { paint, maxLines: 2 })),
    ...labelled("next", finding.next[0] ?? "", { paint, maxLines: 6, style: paint.accent }),
    ...(finding.symptoms ?? []).slice(0, 5).flatMap((text, place) => labelled(place === 0 ? "explains" : "", text, { paint, maxLines: 1 })),
    ...overflow("explains", (finding.symptoms?.length ?? 0) - 5, paint)
  ];
}
function overflow(what, count, paint) {
  return count > 0 ? [`${" ".repeat(labelColumns)}${paint.dim(what === "explains" ? `and ${count} more symptoms` : `and ${count} more`)}`] : [];
}
function culpritLines(culprits, paint) {
  const firsts = culprits.filter((culprit, place) => culprits.findIndex((other) => other.kind === culprit.kind) === place);
  return firsts.slice(0, 3).flatMap(({ kind, name, share }) => {
    const part = Number.isFinite(share) && share < 0.9995 ? ` (${formatRatio(share)})` : "";
    return labelled(kind, cut(name, columns - labelColumns - displayWidth(part)) + part, { paint, maxLines: 1 });
  });
}
function labelled(label, text, { paint, maxLines, style = same }) {
  if (text === "") return [];
  const lines = wrap(text, { columns: columns - labelColumns, maxLines });
  const margin = `${" ".repeat(4)}${paint.dim(padEnd(cut(label, labelColumns - 5), labelColumns - 4))}`;
  return lines.map((line, place) => (place === 0 ? margin : " ".repeat(labelColumns)) + style(line));
}
function clearedLines({ cleared }, paint) {
  if (cleared.length === 0) return [];
  const rows = cleared.map(({ resource, metric, value, text }) => {
    const label = cut(resource, 18);
    const said = text === "" ? formatMetric(metric, value) : text;
    return `${" ".repeat(indent)}${padEnd(label, 20)}${cut(said, columns - indent - 20)}`;
  });
  return [...section("Cleared", "measured and found innocent", paint), ...rows];
}
function unmeasuredLines({ unavailable, notEvaluated }, paint) {
  const gaps = unavailable.map(({ topic, reason, remedy }) => ({ topic, reason, remedy }));
  const rules = byReason(notEvaluated).filter((group) => !gaps.some((gap) => gap.reason === group.reason)).map((group) => ({ topic: group.rules.length === 1 ? `rule ${group.rules[0]}` : `${group.rules.length} rules`, ...group }));
  const all = [...gaps, ...rules];
  if (all.length === 0) return [];
  const space = { columns: columns - indent - 2, maxLines: 3 };
  const lines = all.flatMap(({ topic, reason, remedy }) => [
    ...wrap(`${topic}: ${reason}`, { ...space, columns: columns - indent }).map(
      (line, place) => `${" ".repeat(place === 0 ? indent : indent + 2)}${cut(line, columns - indent - 2)}`
    ),
    ...remedy === "" ? [] : wrap(`\u2192 ${remedy}`, space).map((line) => `${" ".repeat(indent + 2)}${paint.accent(line)}`)
  ]);
  return [...section("Not measured here", "", paint), ...lines];
}
function dataLines(diagnosis, paint) {
  const facts = qualityFacts(diagnosis.quality).map(([label, value]) => `${value} ${label}`);
  return [...outcome("Data", facts.join(", "), paint), ...outcome("Own cost", costText(diagnosis), paint)];
}
function whereLines({ htmlPath, recordingPath }, paint) {
  return [
    ...htmlPath === void 0 ? [] : outcome("Report", visible(htmlPath), paint),
    ...recordingPath === void 0 ? [] : outcome("Recording", visible(recordingPath), paint)
  ];
}
function outcome(label, text, paint) {
  const lines = wrap(text, { columns: columns - 11, maxLines: 4 });
  return lines.map((line, place) => paint.dim(padEnd(place === 0 ? label : "", 11)) + line);
}
export {
  formatTerminal
};
