import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  byProof,
  byReason,
  confidenceText,
  costText,
  formatInterval,
  gainText,
  qualityFacts,
  severity,
  shareText,
  targetText
} from "./chunk-KATTF5C5.js";
import {
  withVisibleText
} from "./chunk-XULA5DL5.js";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMetric,
  formatRatio
} from "./chunk-PD7JWCUF.js";
import "./chunk-LQK3ML4U.js";

// src/report/page.ts
import { createHash } from "node:crypto";

// src/report/html.ts
var Html = class {
  text;
  constructor(text) {
    this.text = text;
  }
};
function html(strings, ...values) {
  return new Html(String.raw({ raw: strings }, ...values.map(toText)));
}
function embedJson(value) {
  return new Html(JSON.stringify(value).replaceAll("<", "\\u003c"));
}
function toText(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(toText).join("");
  return escapeText(String(value));
}
var entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
function escapeText(text) {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

// src/report/page-section.ts
function section(id, title, parts2) {
  const note = parts2.note === void 0 ? html`` : html`<p class="note">${parts2.note}</p>`;
  return html`<section id="${id}"><div class="margin"><h2>${title}</h2>${note}</div><div class="content">${parts2.content}</div></section>
`;
}
function prose(text) {
  const parts2 = text.split(/`([^`]+)`/);
  return html`${parts2.map((part, place) => place % 2 === 1 ? html`<code>${part}</code>` : html`${joined(part)}`)}`;
}
function joined(text) {
  return text.replace(/(\d) (?=%|(?:[µmn]?s|min|[KMGT]iB|B|Hz|CPUs?)\b)/g, "$1\xA0");
}
function facts(pairs, className) {
  return html`<dl class="${className}">${pairs.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

// src/report/page-activity.ts
var colouredProcesses = 5;
var parts = ["user", "kernel", "interrupt", "steal"];
function renderActivity({ activity, durationNs }) {
  if (activity === void 0) return html``;
  const lanes = activity.lanes.map((lane) => renderLane(activity, lane));
  const coloured = activity.processes.slice(0, colouredProcesses);
  const names = coloured.map(
    ({ comm, role }, place) => html`<li><i class="swatch p${place}"></i><code>${comm}</code>${role === "other" || role === comm ? "" : ` ${role}`}</li>`
  );
  const others = activity.processes.length > colouredProcesses ? html`<li><i class="swatch rest"></i>others</li>` : html``;
  const content = html`<div class="timeline lanes">
<ul class="legend">${usedParts(activity).map((part) => html`<li><i class="swatch on-${part}"></i>${part}</li>`)}</ul>
${lanes}
<p class="axis"><span>0</span><span>${formatDuration(durationNs)}</span></p>
<ul class="legend strips">${names}${others}</ul>
${activity.hiddenCpuCount > 0 ? html`<p class="note">${activity.hiddenCpuCount} more CPUs are not drawn.</p>` : html``}</div>`;
  const source = activity.source === "series" ? "Busy share by the kernel\u2019s accounts." : "Busy share by counted samples: the kernel\u2019s accounts are missing.";
  return section("cpus", "What each CPU did", { note: `${source} Strip below: the process that took most of each slice.`, content });
}
function usedParts({ lanes }) {
  return parts.filter((part) => part === "user" || part === "kernel" || lanes.some((lane) => lane[part].some((ratio) => (ratio ?? 0) > 5e-3)));
}
function renderLane(activity, lane) {
  const count = activity.sliceCount;
  const areas = parts.map((part, place) => html`<path class="on-${part}" d="${stackedArea(lane, place)}"/>`);
  return html`<div class="lane"><span class="name">CPU ${lane.cpu}</span><div class="plot" data-cpu="${lane.cpu}">
<svg viewBox="0 0 ${count} 100" preserveAspectRatio="none" role="img" aria-label="CPU ${lane.cpu}: ${meanText(lane)}">${[...areas].reverse()}</svg>
<svg class="strip" viewBox="0 0 ${count} 1" preserveAspectRatio="none" aria-hidden="true">${stripPaths(lane.process)}</svg></div>
<output class="value">${formatRatio(mean(lane))}</output></div>
`;
}
function stackedArea(lane, upTo) {
  let path = "M0 100";
  for (let slice = 0; slice < lane.user.length; slice++) {
    let sum = 0;
    for (let part = 0; part <= upTo; part++) sum += lane[parts[part]][slice] ?? 0;
    path += `V${Math.round(100 - Math.min(1, sum) * 100)}H${slice + 1}`;
  }
  return `${path}V100Z`;
}
function stripPaths(process) {
  const byClass = /* @__PURE__ */ new Map();
  let start = 0;
  for (let slice = 1; slice <= process.length; slice++) {
    if (process[slice] === process[start]) continue;
    const owner = process[start];
    if (owner >= 0) {
      const name = owner < colouredProcesses ? `p${owner}` : "rest";
      byClass.set(name, `${byClass.get(name) ?? ""}M${start} 0H${slice}V1H${start}Z`);
    }
    start = slice;
  }
  return [...byClass].map(([name, path]) => html`<path class="${name}" d="${path}"/>`);
}
function mean(lane) {
  let sum = 0;
  let count = 0;
  for (let slice = 0; slice < lane.user.length; slice++) {
    if (lane.user[slice] === null) continue;
    sum += parts.reduce((busy, part) => busy + (lane[part][slice] ?? 0), 0);
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}
function meanText(lane) {
  return `${formatRatio(mean(lane))} busy on average`;
}
function renderCharts({ charts, durationNs }) {
  if (charts.length === 0) return html``;
  const figures = charts.map((chart) => renderChart(chart, durationNs));
  return section("series", "Over the same time", { content: html`<div class="timeline charts">${figures}</div>` });
}
function renderChart(chart, durationNs) {
  const top = scaleTop(chart);
  const lines = chart.lines.map((line, place) => html`<path class="l${place}" d="${linePath(line, durationNs, top)}"/>`);
  const { limit } = chart;
  const mark = limit === void 0 || limit.value > top ? html`` : html`<path class="limit" d="M0 ${(100 - limit.value / top * 100).toFixed(1)}H1000"/>`;
  const legend = chart.lines.map(
    (line, place) => html`<li><svg class="key" width="18" height="8" aria-hidden="true"><path class="l${place}" d="M0 4H18"/></svg>${line.label} <output class="value" data-line="${place}">${rangeText(chart.unit, line)}</output></li>`
  );
  const limitKey = limit === void 0 ? html`` : html`<li>${limitText(chart.unit, limit)}</li>`;
  return html`<figure><figcaption>${chart.title}</figcaption><div class="plot" data-chart="${chart.id}"><span class="top">${formatUnit(chart.unit, top)}</span>
<svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="${chart.title}">${mark}${lines}</svg></div>
<ul class="legend">${legend}${limitKey}${chart.hiddenLineCount > 0 ? html`<li class="note">${chart.hiddenLineCount} more</li>` : html``}</ul></figure>
`;
}
function limitText(unit, { label, value }) {
  return /\d/.test(label) ? `dotted: ${label}` : `${label} ${formatUnit(unit, value)}`;
}
function rangeText(unit, { value }) {
  const low = value.reduce((least, next) => Math.min(least, next), Number.POSITIVE_INFINITY);
  const high = value.reduce((most, next) => Math.max(most, next), Number.NEGATIVE_INFINITY);
  const [from, to] = [formatUnit(unit, low), formatUnit(unit, high)];
  return from === to ? to : `${from} \u2013 ${to}`;
}
function scaleTop({ unit, lines, limit }) {
  const high = lines.reduce((most, line) => line.value.reduce((inner, value) => Math.max(inner, value), most), 0);
  const needed = limit !== void 0 && limit.value <= Math.max(high, 1e-9) * 4 ? Math.max(high, limit.value) : high;
  if (unit === "ratio") return [0.1, 0.25, 0.5, 1].find((top) => needed <= top) ?? needed;
  if (limit !== void 0 && needed === limit.value) return needed;
  if (unit === "bytes" || unit === "bytesPerSec") return 2 ** Math.ceil(Math.log2(Math.max(needed, 1024)));
  const power = 10 ** Math.floor(Math.log10(Math.max(needed, 1)));
  return ([1, 2, 5, 10].find((factor) => needed <= factor * power) ?? 10) * power;
}
function linePath({ timeNs, value }, durationNs, top) {
  const at = (index) => `${(timeNs[index] / durationNs * 1e3).toFixed(1)} ${(100 - Math.max(0, Math.min(1, value[index] / top)) * 100).toFixed(1)}`;
  if (timeNs.length === 0 || !(durationNs > 0)) return "";
  return `M${timeNs.map((_, index) => at(index)).join("L")}`;
}
function formatUnit(unit, value) {
  return formatMetric(
    { ratio: "xRatio", count: "x", bytes: "xBytes", bytesPerSec: "xBytesPerSec", ns: "xNs", perSec: "xPerSec" }[unit],
    value
  );
}

// src/report/page-facts.ts
function renderFacts({ target, host, quality }, view) {
  const cpus = `${host.cpuCount} ${host.cpuCount === 1 ? "CPU" : "CPUs"}, ${formatBytes(host.memoryBytes)}`;
  const samples = `${formatCount(quality.samples)}${quality.lost > 0 ? `, ${formatCount(quality.lost)} lost` : ", none lost"}`;
  return facts(
    [
      ["Target", targetText(target)],
      ["Machine", `${host.hostname}, ${cpus}`],
      ["Recorded", formatDuration(view.durationNs)],
      ["Samples", samples]
    ],
    "facts"
  );
}
function renderProcesses(view) {
  if (view.processes.length === 0) return html``;
  const rows = view.processes.map(
    ({
      pid,
      comm,
      commandLine,
      role,
      cpuCpus,
      cpuNs
    }) => html`<tr class="${role}"><td class="number">${formatMetric("usedCpus", cpuCpus)}</td>
<td class="number wide">${formatDuration(cpuNs)}</td><td><code>${comm}</code> <span class="pid">${pid}</span>${role === "other" || role === comm ? "" : html` <span class="role">${role}</span>`}</td>
<td class="wide command"><code>${commandLine}</code></td></tr>
`
  );
  const rest = view.otherProcessCount === 0 ? "" : `${view.otherProcessCount} more used ${formatDuration(view.otherProcessNs)} together.`;
  const table = html`<table class="processes"><thead><tr><th class="number">CPUs used</th><th class="number wide">CPU time</th><th>Process</th><th class="wide">Command</th></tr></thead>
<tbody>${rows}</tbody></table>${rest === "" ? html`` : html`<p class="note">${rest}</p>`}`;
  return section("processes", "Processes", { note: "By CPU time while recording.", content: table });
}
function renderCleared({ cleared }) {
  if (cleared.length === 0) return html``;
  const rows = cleared.map(
    ({ resource, metric, value, text }) => html`<tr><th scope="row">${resource}</th><td class="number">${formatMetric(metric, value)}</td><td>${prose(text)}</td></tr>
`
  );
  return section("cleared", "Cleared", {
    note: "Measured and found innocent.",
    content: html`<table class="cleared"><tbody>${rows}</tbody></table>`
  });
}
function renderUnmeasured({ unavailable, notEvaluated }) {
  if (unavailable.length === 0 && notEvaluated.length === 0) return html``;
  const gaps = unavailable.map(({ topic, reason, remedy }) => gap(html`${topic}`, reason, remedy));
  const groups = byReason(notEvaluated).map(({ reason, remedy, rules }) => {
    const names = rules.map((rule, place) => html`${place === 0 ? "" : ", "}<code>${rule}</code>`);
    return gap(html`${rules.length === 1 ? "Rule " : "Rules "}${names}`, reason, remedy);
  });
  const content = html`<dl class="gaps">${gaps}${groups}</dl>`;
  return section("unmeasured", "Not measured here", { note: "No news about these is not good news.", content });
}
function gap(name, reason, remedy) {
  const mend = remedy === "" ? html`` : html`<dd class="remedy">${prose(remedy)}</dd>`;
  return html`<div><dt>${name}</dt><dd>${prose(reason)}</dd>${mend}</div>`;
}
function renderQuality(diagnosis) {
  const pairs = qualityFacts(diagnosis.quality).map(([label, value]) => [label[0].toUpperCase() + label.slice(1), value]);
  const content = html`${facts(pairs, "facts")}<p>autotune itself took ${costText(diagnosis)}.</p>`;
  return section("quality", "Data quality", { content });
}
function renderMachine({ host, target }, { sampling }) {
  const how = sampling === void 0 ? "not possible here" : `${sampling.event} at ${sampling.frequencyHz} Hz, ${sampling.scope === "machine" ? "all CPUs" : "the target alone"}, ${sampling.kernel ? "user and kernel code" : "user code alone"}`;
  return section("machine", "Machine", {
    content: facts(
      [
        ["Host", host.hostname],
        ["Kernel", `Linux ${host.kernelRelease} ${host.architecture}`],
        ["CPU", `${host.cpuCount} \xD7 ${host.cpuModel}`],
        ["Memory", formatBytes(host.memoryBytes)],
        ["Virtualization", host.virtualization ?? "none seen"],
        ["Target", targetText(target)],
        ["Sampling", how],
        ["Recorded as", `uid ${host.uid}, perf_event_paranoid ${host.perfEventParanoid ?? "\u2013"}, kptr_restrict ${host.kptrRestrict ?? "\u2013"}`]
      ],
      "facts"
    )
  });
}

// src/report/page-findings.ts
function renderRanking(diagnosis) {
  const { proven } = byProof(diagnosis);
  if (proven.length < 2) return html``;
  const top = axisTop(proven);
  const rows = proven.map(
    (finding) => html`<li><a href="#${finding.id}"><span class="id">${finding.id}</span> <span class="title">${joined(finding.title)}</span></a>
${intervalPlot(finding.share, top)}<span class="number">${formatInterval(finding.share)}</span></li>
`
  );
  const axis = html`<p class="axis" aria-hidden="true"><span>0</span><span>${formatRatio(top)}</span></p>`;
  const note = "Dot: best estimate. Line: 95 % interval. Shares may overlap.";
  return section("ranking", "Share of time lost", { note, content: html`<ol class="ranking">${rows}</ol>${axis}` });
}
function axisTop(findings) {
  const high = findings.reduce((most, { share }) => Math.max(most, Number.isFinite(share.high) ? share.high : 0), 0);
  return [0.1, 0.25, 0.5, 1].find((top) => high <= top) ?? 1;
}
function intervalPlot({ estimate, low, high }, top) {
  const at = (ratio) => `${(Math.max(0, Math.min(1, ratio / top)) * 100).toFixed(2)}%`;
  if (![estimate, low, high].every(Number.isFinite)) return html`<svg class="interval" aria-hidden="true"></svg>`;
  return html`<svg class="interval" role="img" aria-label="${formatInterval({ estimate, low, high })}" height="20" width="100%">
<line class="track" x1="0" x2="100%" y1="10" y2="10"/><line class="stem" x1="0" x2="${at(estimate)}" y1="10" y2="10"/>
<line class="range" x1="${at(low)}" x2="${at(high)}" y1="10" y2="10"/><circle cx="${at(estimate)}" cy="10" r="4.5"/></svg>`;
}
function renderFindings(diagnosis) {
  const { proven, experimental } = byProof(diagnosis);
  const cards = (findings) => findings.map((finding) => findingCard(diagnosis, finding));
  return [
    ...proven.length === 0 ? [] : [section("findings", "Findings", { content: cards(proven) })],
    ...experimental.length === 0 ? [] : [
      section("experimental", "Not proven yet", {
        note: "Rules that no labelled recording has confirmed.",
        content: cards(experimental)
      })
    ]
  ];
}
function findingCard({ target }, finding) {
  const gain = gainText(finding);
  const level = severity(finding.score);
  return html`<article class="finding" id="${finding.id}">
<h3><span class="id">${finding.id}</span> <span>${joined(finding.title)}</span></h3>
<p class="cost"><span><strong>${joined(shareText(target, finding))}</strong>${gain === void 0 ? "" : joined(`; ${gain}`)}</span>
<span class="score ${level}">${level} <b>${Math.round(finding.score)}</b></span></p>
<div class="body"><div class="text">
${list("ul", "Evidence", finding.evidence)}
${finding.why === "" ? html`` : html`<div class="why"><h4>Why it costs time</h4><p>${prose(finding.why)}</p></div>`}
${list("ol", "Next", finding.next)}
${list("ul", "To undo it", finding.undo ?? [])}
${list("ul", "Explains", finding.symptoms ?? [])}
</div>${culprits(finding.culprits)}</div>
<p class="origin">${finding.subject} · <code>${finding.class}</code> · rule <code>${finding.rule}</code></p>
</article>
`;
}
function list(kind, title, items) {
  if (items.length === 0) return html``;
  const rows = items.map((item) => html`<li>${prose(item)}</li>`);
  const className = title.toLowerCase().replaceAll(" ", "-");
  const body = kind === "ol" && items.length > 1 ? html`<ol>${rows}</ol>` : html`<ul>${rows}</ul>`;
  return html`<div class="${className}"><h4>${title}</h4>${body}</div>`;
}
function culprits(all) {
  if (all.length === 0) return html``;
  const rows = all.map(({ kind, name, share }) => {
    const width = `${(Math.max(0, Math.min(1, share)) * 100).toFixed(1)}%`;
    const search = kind === "function" ? html` data-search="${name}"` : html``;
    return html`<li><span class="kind">${kind}</span><code${search}>${name}</code><span class="number">${formatRatio(share)}</span>
${Number.isFinite(share) ? html`<svg width="100%" height="3" aria-hidden="true"><rect width="100%" height="3" class="track"/><rect width="${width}" height="3" class="part"/></svg>` : html``}</li>`;
  });
  return html`<aside><h4>Culprits</h4><ul class="culprits">${rows}</ul></aside>`;
}

// src/report/page-flame.ts
var staticDepth = 12;
var staticMinRatio = 4e-3;
var rowHeight = 20;
var minLabelRatio = 0.025;
var kindNames = [
  ["own", "own code"],
  ["dependency", "dependency"],
  ["runtime", "runtime"],
  ["system", "system library"],
  ["kernel", "kernel"],
  ["unknown", "unknown"]
];
function renderFlame({ target }, { targetFlame, machineFlame }) {
  const first = targetFlame ?? machineFlame;
  if (first === void 0) return html``;
  const used = new Set([...targetFlame?.frames ?? [], ...machineFlame?.frames ?? []].map((frame) => frame.kind));
  const legend = kindNames.filter(([kind]) => used.has(kind)).map(([kind, name]) => html`<li><i class="swatch ${kind}"></i>${name}</li>`);
  const both = targetFlame !== void 0 && machineFlame !== void 0;
  const whose = targetFlame === void 0 && target.kind === "machine" ? "machine" : targetFlame === void 0 ? "machine" : "target";
  const content = html`<div id="flame" data-first="${whose}">
<div class="controls" hidden>
${both ? html`<div class="switch" role="group" aria-label="Whose stacks"><button type="button" data-tree="target" aria-pressed="true">Target</button><button type="button" data-tree="machine" aria-pressed="false">Machine</button></div>` : html``}
<input type="search" placeholder="Search functions" aria-label="Search functions" autocomplete="off" spellcheck="false">
<button type="button" class="reset" disabled>Reset zoom</button><output class="matches"></output></div>
<div class="stage">${stillPicture(first)}</div>
<p class="readout" aria-live="polite">${formatDuration(first.ns[0])} of CPU time in ${formatCount(first.sampleCount)} samples</p>
<ul class="legend">${legend}</ul>
<p class="note">${hiddenText(first)}</p>
</div>`;
  const note = "Callers above, callees below, widest first: order is not time. Width is CPU time.";
  return section("flames", "Where CPU time goes", { note, content });
}
function hiddenText({ hiddenNodeCount, hiddenNs, ns }) {
  if (hiddenNodeCount === 0) return "";
  const part = ns[0] > 0 ? formatRatio(hiddenNs / ns[0]) : "\u2013";
  return `${formatCount(hiddenNodeCount)} frames too narrow to see are left out; they hold ${part} and count to their callers.`;
}
function stillPicture(tree) {
  const total = tree.ns[0];
  if (!(total > 0)) return html``;
  const startNs = [0];
  const boxes = [];
  let deepest = 0;
  for (let node = 0; node < tree.depth.length; node++) {
    const depth = tree.depth[node];
    const start = startNs[depth] ?? 0;
    startNs[depth] = start + tree.ns[node];
    startNs[depth + 1] = start;
    if (depth > staticDepth || tree.ns[node] / total < staticMinRatio) continue;
    deepest = Math.max(deepest, depth);
    boxes.push(box(tree, node, start / total));
  }
  return html`<svg class="still" width="100%" height="${(deepest + 1) * rowHeight}" role="img" aria-label="Flame graph, first levels">${boxes}</svg>`;
}
function box(tree, node, startRatio) {
  const ratio = tree.ns[node] / tree.ns[0];
  const { name, kind } = tree.frames[tree.frame[node]];
  const label = ratio < minLabelRatio ? html`` : html`<text x="5" y="14">${name}</text>`;
  return html`<svg x="${(startRatio * 100).toFixed(3)}%" y="${tree.depth[node] * rowHeight}" width="${(ratio * 100).toFixed(3)}%" height="${rowHeight}"><title>${name} · ${formatRatio(ratio)}</title><rect class="${kind}" width="100%" height="${rowHeight - 1}"/>${label}</svg>`;
}

// src/report/page.ts
function renderHtml(diagnosis, view, assets) {
  const shown = withVisibleText(diagnosis);
  const drawn = withVisibleText(view);
  const script = assets.script.replace(/<\/(?=script)/gi, "<\\/").replaceAll("<!--", "<\\!--");
  const style = assets.style.replace(/<\/(?=style)/gi, "<\\/");
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  const title = `${shown.verdict.text.slice(0, 80)} \xB7 autotune`;
  const [head, middle, end] = documentParts({ policy, title, body: renderBody(shown, drawn), data: embedJson(drawn) });
  return `${head}${style}${middle}${script}${end}`;
}
function hashOf(text) {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
function documentParts({ policy, title, body, data }) {
  const head = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>`;
  const middle = html`</style>
</head>
<body>
${body}
<script type="application/json" id="view">${data}</script>
<script>`;
  return [head.text, middle.text, "</script>\n</body>\n</html>\n"];
}
function renderBody(diagnosis, view) {
  const sections = [
    renderRanking(diagnosis),
    ...renderFindings(diagnosis),
    renderFlame(diagnosis, view),
    renderActivity(view),
    renderCharts(view),
    renderProcesses(view),
    renderCleared(diagnosis),
    renderUnmeasured(diagnosis),
    renderQuality(diagnosis),
    renderMachine(diagnosis, view)
  ];
  return html`<header class="masthead">
<p class="kicker"><strong>autotune</strong> <span>diagnosis of ${targetText(diagnosis.target)} over ${formatDuration(diagnosis.durationNs)}</span></p>
<h1>${joined(diagnosis.verdict.text)}</h1>
<p class="confidence">${confidenceText[diagnosis.verdict.confidence]}</p>
${renderFacts(diagnosis, view)}
</header>
<main>
${sections}
</main>
<footer><p>One file, no network. Shares are of the target’s time; intervals are 95 %.</p></footer>`;
}
export {
  renderHtml
};
