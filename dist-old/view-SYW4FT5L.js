import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  CodeKind,
  NONE,
  Ownership,
  ProcessRole,
  ThreadState,
  textAt
} from "./chunk-Q2YSVFUP.js";
import "./chunk-LQK3ML4U.js";

// src/views/processes.ts
var maxListed = 15;
function roleName(role) {
  if (role === ProcessRole.Target) return "target";
  if (role === ProcessRole.Autotune) return "autotune";
  return role === ProcessRole.KernelThread ? "kernel" : "other";
}
function buildProcesses(tables, durationNs) {
  const { process } = tables;
  if (process === void 0) return { processes: [], otherProcessCount: 0, otherProcessNs: 0 };
  const nsByRow = sampledTime(tables) ?? ledgerTime(tables);
  const used = [...nsByRow].filter(([row, ns]) => row >= 0 && row < process.length && ns > 0);
  const uses = used.map(
    ([row, ns]) => ({
      pid: process.pid[row],
      comm: textAt(process.comm, row) ?? "[unknown process]",
      commandLine: textAt(process.commandLine, row) ?? "",
      role: roleName(process.role[row]),
      cpuNs: Math.round(ns),
      cpuCpus: durationNs > 0 ? ns / durationNs : Number.NaN
    })
  );
  uses.sort((a, b) => b.cpuNs - a.cpuNs || a.pid - b.pid);
  const rest = uses.filter((use, place) => place >= maxListed && use.role !== "autotune");
  return {
    processes: uses.filter((use, place) => place < maxListed || use.role === "autotune"),
    otherProcessCount: rest.length,
    otherProcessNs: rest.reduce((sum, use) => sum + use.cpuNs, 0)
  };
}
function sampledTime({ sample }) {
  if (sample === void 0 || sample.length === 0) return void 0;
  const byRow = /* @__PURE__ */ new Map();
  for (let row = 0; row < sample.length; row++) {
    if (!(sample.weightNs[row] > 0)) continue;
    byRow.set(sample.process[row], (byRow.get(sample.process[row]) ?? 0) + sample.weightNs[row]);
  }
  return byRow;
}
function ledgerTime({ threadTime }) {
  const byRow = /* @__PURE__ */ new Map();
  for (let row = 0; row < (threadTime?.length ?? 0); row++) {
    if (threadTime === void 0 || threadTime.state[row] !== ThreadState.Running || !(threadTime.ns[row] > 0)) continue;
    byRow.set(threadTime.process[row], (byRow.get(threadTime.process[row]) ?? 0) + threadTime.ns[row]);
  }
  return byRow;
}

// src/views/activity.ts
var maxPoints = 24e3;
var minSliceNs = 1e8;
var maxSlices = 300;
var maxLanes = 128;
var maxCpu = 8192;
var partOf = {
  "cpu.userRatio": "user",
  "cpu.guestRatio": "user",
  "cpu.systemRatio": "kernel",
  "cpu.irqRatio": "interrupt",
  "cpu.softirqRatio": "interrupt",
  "cpu.stealRatio": "steal"
};
function buildActivity(tables, durationNs) {
  if (!(durationNs > 0)) return void 0;
  const cpus = cpusOf(tables);
  const shown = cpus.slice(0, maxLanes);
  if (shown.length === 0) return void 0;
  const slicing = sliceUp(durationNs, shown.length);
  const series = busyFromSeries(tables, slicing);
  const source = series.size > 0 ? "series" : "samples";
  const busy = series.size > 0 ? series : busyFromSamples(tables, slicing);
  const owners = ownersOf(tables, slicing);
  const lanes = shown.map((cpu) => {
    const parts = busy.get(cpu);
    const ratios = (part) => Array.from(
      { length: slicing.sliceCount },
      (_, slice) => parts === void 0 ? null : ratioOf(parts[part][slice], parts.measured[slice])
    );
    return {
      cpu,
      user: ratios("user"),
      kernel: ratios("kernel"),
      interrupt: ratios("interrupt"),
      steal: ratios("steal"),
      process: owners.lane(cpu)
    };
  });
  return { ...slicing, source, processes: owners.processes, lanes, hiddenCpuCount: cpus.length - shown.length };
}
function ratioOf(ns, measuredNs) {
  return measuredNs > 0 ? Math.round(Math.min(1, ns / measuredNs) * 1e3) / 1e3 : null;
}
function sliceUp(durationNs, laneCount) {
  const most = Math.max(20, Math.min(maxSlices, Math.floor(maxPoints / laneCount)));
  const sliceNs = Math.max(minSliceNs, durationNs / most);
  return { sliceNs, sliceCount: Math.max(1, Math.ceil(durationNs / sliceNs - 1e-9)) };
}
function cpusOf({ series, sample }) {
  const cpus = /* @__PURE__ */ new Set();
  for (let row = 0; row < (series?.length ?? 0); row++) {
    if (series === void 0 || partOf[textAt(series.name, row) ?? ""] === void 0) continue;
    const cpu = cpuNumber(textAt(series.subject, row));
    if (cpu !== void 0) cpus.add(cpu);
  }
  for (let row = 0; row < (sample?.length ?? 0); row++) {
    if (sample !== void 0 && sample.cpu[row] >= 0 && sample.cpu[row] <= maxCpu) cpus.add(sample.cpu[row]);
  }
  return [...cpus].sort((a, b) => a - b);
}
function cpuNumber(subject) {
  const match = /^cpu(\d{1,5})$/.exec(subject ?? "");
  return match === null || Number(match[1]) > maxCpu ? void 0 : Number(match[1]);
}
function emptyBusy(sliceCount) {
  const column = () => new Float64Array(sliceCount);
  return { user: column(), kernel: column(), interrupt: column(), steal: column(), measured: column() };
}
function busyFromSeries({ series, metric }, slicing) {
  const busy = /* @__PURE__ */ new Map();
  if (series === void 0 || metric === void 0) return busy;
  for (let row = 0; row < metric.length; row++) {
    const seriesRow = metric.series[row];
    if (seriesRow < 0 || seriesRow >= series.length || !(metric.durationNs[row] > 0)) continue;
    const name = textAt(series.name, seriesRow) ?? "";
    const part = partOf[name];
    const cpu = cpuNumber(textAt(series.subject, seriesRow));
    if (part === void 0 || cpu === void 0) continue;
    const lane = busy.get(cpu) ?? emptyBusy(slicing.sliceCount);
    busy.set(cpu, lane);
    const endNs = metric.timeNs[row];
    forOverlaps(endNs - metric.durationNs[row], endNs, slicing, (slice, ns) => {
      if (metric.value[row] > 0) lane[part][slice] += metric.value[row] * ns;
      if (name === "cpu.userRatio") lane.measured[slice] += ns;
    });
  }
  return busy;
}
function forOverlaps(startNs, endNs, { sliceNs, sliceCount }, visit) {
  if (!Number.isFinite(startNs) || !Number.isFinite(endNs)) return;
  const last = Math.min(sliceCount - 1, Math.floor(endNs / sliceNs));
  for (let slice = Math.max(0, Math.floor(startNs / sliceNs)); slice <= last; slice++) {
    const ns = Math.min(endNs, (slice + 1) * sliceNs) - Math.max(startNs, slice * sliceNs);
    if (ns > 0) visit(slice, ns);
  }
}
function busyFromSamples({ sample, callchain }, slicing) {
  const busy = /* @__PURE__ */ new Map();
  for (let row = 0; row < (sample?.length ?? 0); row++) {
    if (sample === void 0 || sample.cpu[row] < 0) continue;
    const slice = sliceAt(sample.timeNs[row], slicing);
    if (slice === void 0) continue;
    const lane = busy.get(sample.cpu[row]) ?? emptyBusy(slicing.sliceCount);
    busy.set(sample.cpu[row], lane);
    lane.measured.fill(slicing.sliceNs);
    const leaf = sample.callchain[row];
    const isKernel = callchain !== void 0 && leaf >= 0 && leaf < callchain.length && callchain.kind[leaf] === CodeKind.Kernel;
    lane[isKernel ? "kernel" : "user"][slice] += timeOf(sample.weightNs[row]);
  }
  return busy;
}
function sliceAt(timeNs, { sliceNs, sliceCount }) {
  if (!(timeNs >= 0)) return void 0;
  return Math.min(sliceCount - 1, Math.floor(timeNs / sliceNs));
}
function ownersOf({ sample, process }, slicing) {
  const names = nameProcesses(process);
  const nsOfName = new Float64Array(names.list.length);
  const cells = /* @__PURE__ */ new Map();
  for (let row = 0; row < (sample?.length ?? 0); row++) {
    if (sample === void 0 || process === void 0) break;
    const processRow = sample.process[row];
    const slice = sliceAt(sample.timeNs[row], slicing);
    if (slice === void 0 || processRow < 0 || processRow >= process.length || sample.cpu[row] < 0) continue;
    const name = names.ofRow[processRow];
    const ns = timeOf(sample.weightNs[row]);
    nsOfName[name] += ns;
    const key = sample.cpu[row] * slicing.sliceCount + slice;
    const cell = cells.get(key) ?? /* @__PURE__ */ new Map();
    cells.set(key, cell.set(name, (cell.get(name) ?? 0) + ns));
  }
  const ranked = [...names.list.keys()].filter((name) => nsOfName[name] > 0).sort((a, b) => nsOfName[b] - nsOfName[a] || a - b);
  const place = new Map(ranked.map((name, index) => [name, index]));
  return {
    processes: ranked.map((name) => ({ ...names.list[name], ns: Math.round(nsOfName[name]) })),
    lane: (cpu) => Array.from({ length: slicing.sliceCount }, (_, slice) => place.get(busiest(cells.get(cpu * slicing.sliceCount + slice))) ?? NONE)
  };
}
function nameProcesses(process) {
  const list = [];
  const known = /* @__PURE__ */ new Map();
  const ofRow = [];
  for (let row = 0; row < (process?.length ?? 0); row++) {
    if (process === void 0) break;
    const named = { comm: textAt(process.comm, row) ?? "[unknown process]", role: roleName(process.role[row]) };
    const key = `${named.role} ${named.comm}`;
    const index = known.get(key) ?? list.push(named) - 1;
    known.set(key, index);
    ofRow.push(index);
  }
  return { list, ofRow };
}
function busiest(cell) {
  let best = NONE;
  let bestNs = 0;
  for (const [name, ns] of cell ?? []) {
    if (ns < bestNs || ns === bestNs && (best === NONE || name > best)) continue;
    best = name;
    bestNs = ns;
  }
  return best;
}
function timeOf(weightNs) {
  return Number.isFinite(weightNs) && weightNs > 0 ? weightNs : 0;
}

// src/views/charts.ts
var binCount = 150;
var maxLines = 4;
var chartSpecs = [
  {
    id: "pressure",
    title: "Pressure: share of time some task waited",
    unit: "ratio",
    lines: [
      ["psi.cpu.someRatio", "CPU"],
      ["psi.io.someRatio", "I/O"],
      ["psi.memory.someRatio", "memory"]
    ]
  },
  {
    id: "runnable",
    title: "Threads running or waiting for a CPU",
    unit: "count",
    lines: [["sched.runnableCount", "runnable"]],
    limit: (_, { host }) => ({ label: host.cpuCount === 1 ? "1 CPU" : `${host.cpuCount} CPUs`, value: host.cpuCount })
  },
  {
    id: "throttled",
    title: "CPUs held back by the cgroup\u2019s quota",
    unit: "count",
    lines: [["cgroup.throttledCpus", ""]]
  },
  {
    id: "memory",
    title: "Memory available",
    unit: "bytes",
    lines: [["memory.availableBytes", "available"]],
    limit: ({ last }) => {
      const total = last("memory.totalBytes");
      return total === void 0 ? void 0 : { label: "total", value: total };
    }
  },
  { id: "disk-busy", title: "Disk busy", unit: "ratio", lines: [["disk.busyRatio", ""]] },
  {
    id: "disk-latency",
    title: "Disk latency",
    unit: "ns",
    lines: [
      ["disk.readLatencyNs", "read"],
      ["disk.writeLatencyNs", "write"],
      ["disk.flushLatencyNs", "flush"]
    ]
  },
  {
    id: "network",
    title: "Network",
    unit: "bytesPerSec",
    lines: [
      ["net.receiveBytesPerSec", "received"],
      ["net.sendBytesPerSec", "sent"]
    ]
  },
  { id: "retransmit", title: "TCP segments sent again", unit: "perSec", lines: [["tcp.retransmitPerSec", ""]] },
  { id: "switches", title: "Context switches", unit: "perSec", lines: [["sched.contextSwitchPerSec", ""]] }
];
var onlyWhenNonZero = /* @__PURE__ */ new Set(["throttled", "disk-busy", "disk-latency", "network", "retransmit"]);
function buildCharts(tables, context) {
  const readings = collect(tables);
  const charts = chartSpecs.map((spec) => {
    const lines = spec.lines.flatMap(([name, label]) => linesOf(readings.bySeries(name), label, context.durationNs));
    const ranked = lines.length > maxLines ? [...lines].sort((a, b) => highest(b) - highest(a) || (a.label < b.label ? -1 : 1)) : lines;
    const { id, title, unit } = spec;
    return {
      id,
      title,
      unit,
      lines: ranked.slice(0, maxLines),
      hiddenLineCount: Math.max(0, lines.length - maxLines),
      limit: spec.limit?.(readings, context)
    };
  });
  return charts.filter(({ id, lines }) => lines.length > 0 && (!onlyWhenNonZero.has(id) || lines.some((line) => highest(line) > 0)));
}
function collect({ series, metric }) {
  const rows = Array.from({ length: series?.length ?? 0 }, (_, row) => ({
    name: series === void 0 ? "" : textAt(series.name, row) ?? "",
    subject: series === void 0 ? "" : textAt(series.subject, row) ?? "",
    timeNs: [],
    value: []
  }));
  for (let row = 0; row < (metric?.length ?? 0); row++) {
    if (metric === void 0) break;
    const points = rows[metric.series[row]];
    if (points === void 0 || !Number.isFinite(metric.value[row]) || !Number.isFinite(metric.timeNs[row])) continue;
    points.timeNs.push(metric.timeNs[row]);
    points.value.push(metric.value[row]);
  }
  return {
    bySeries: (name) => rows.filter((row) => row.name === name && row.value.length > 0),
    last: (name) => rows.find((row) => row.name === name && row.subject === "")?.value.at(-1)
  };
}
function linesOf(rows, label, durationNs) {
  const machine = rows.filter((row) => row.subject === "");
  const chosen = machine.length > 0 ? machine : rows.filter((row) => row.value.some((value) => value !== 0));
  return chosen.map((row) => ({ label: [row.subject, label].filter(Boolean).join(" "), ...binned(row, durationNs) }));
}
function binned({ timeNs, value }, durationNs) {
  const order = Array.from(timeNs.keys()).sort((a, b) => timeNs[a] - timeNs[b]);
  const kept = order.length <= 2 * binCount ? order : extremes(order, { timeNs, value }, durationNs / binCount);
  return { timeNs: kept.map((row) => Math.round(timeNs[row])), value: kept.map((row) => Number(value[row].toPrecision(5))) };
}
function extremes(order, { timeNs, value }, binNs) {
  const bins = /* @__PURE__ */ new Map();
  for (const row of order) {
    const bin = Math.max(0, Math.min(binCount - 1, Math.floor(timeNs[row] / binNs)));
    const { low, high } = bins.get(bin) ?? { low: row, high: row };
    bins.set(bin, { low: value[row] < value[low] ? row : low, high: value[row] > value[high] ? row : high });
  }
  const kept = new Set([...bins.values()].flatMap(({ low, high }) => [low, high]));
  return order.filter((row) => kept.has(row));
}
function highest(line) {
  return line.value.reduce((most, value) => Math.max(most, value), 0);
}

// src/views/flame.ts
var hiddenBelowRatio = 5e-4;
var maxNodes = 2e4;
var maxDepth = 512;
function buildFlame(tables, scope) {
  const { sample, process, callchainStack } = tables;
  if (sample === void 0) return void 0;
  const frames = internFrames(tables);
  const trie = new Trie(frames.rootFrame);
  const nodeOf = stackFinder(tables, frames, trie);
  const processFrames = frames.ofProcesses(process);
  let sampleCount = 0;
  for (let row = 0; row < sample.length; row++) {
    const processRow = validRow(sample.process[row], process?.length);
    if (scope === "target" && (processRow === NONE || process?.role[processRow] !== ProcessRole.Target)) continue;
    sampleCount++;
    const callchain = validRow(sample.callchain[row], callchainStack?.length);
    const stack = callchain === NONE || callchainStack === void 0 ? NONE : callchainStack.stack[callchain];
    trie.ns[nodeOf(processRow === NONE ? frames.unknownProcess : processFrames[processRow], stack)] += timeOf2(sample.weightNs[row]);
  }
  if (sampleCount === 0) return void 0;
  trie.sumUp();
  return { ...prune(trie, frames.list), sampleCount };
}
function validRow(row, length) {
  return length !== void 0 && row >= 0 && row < length ? row : NONE;
}
var kindOf = {
  [Ownership.Kernel]: "kernel",
  [Ownership.System]: "system",
  [Ownership.Runtime]: "runtime",
  [Ownership.Dependency]: "dependency",
  [Ownership.Own]: "own"
};
function internFrames({ symbol }) {
  const list = [];
  const known = /* @__PURE__ */ new Map();
  const ofSymbol = new Int32Array(symbol?.length ?? 0).fill(NONE);
  const intern = (name, module, kind) => {
    const key = `${kind}\0${module}\0${name}`;
    const found = known.get(key) ?? list.push({ name, module, kind }) - 1;
    known.set(key, found);
    return found;
  };
  const unknown = () => intern("[unknown]", "", "unknown");
  const processFrame = (comm, role) => intern(comm, "", role === ProcessRole.Autotune ? "autotune" : "process");
  return {
    list,
    rootFrame: intern("all", "", "process"),
    unknownProcess: intern("[unknown process]", "", "process"),
    ofProcesses: (process) => Int32Array.from(
      { length: process?.length ?? 0 },
      (_, row) => process === void 0 ? NONE : processFrame(textAt(process.comm, row) ?? "[unknown process]", process.role[row])
    ),
    symbolFrame(row) {
      if (symbol === void 0 || validRow(row, symbol.length) === NONE) return unknown();
      if (ofSymbol[row] === NONE) {
        const kind = kindOf[symbol.ownership[row]] ?? "unknown";
        ofSymbol[row] = intern(textAt(symbol.name, row) ?? "[unknown]", textAt(symbol.module, row) ?? "", kind);
      }
      return ofSymbol[row];
    }
  };
}
function stackFinder({ stack, frame }, frames, trie) {
  const stackCount = stack?.length ?? 0;
  const known = /* @__PURE__ */ new Map();
  const frameAt = (row) => {
    const frameRow = validRow(stack === void 0 ? NONE : stack.frame[row], frame?.length);
    return frames.symbolFrame(frame === void 0 || frameRow === NONE ? NONE : frame.symbol[frameRow]);
  };
  return (processFrame, leaf) => {
    const base = processFrame * stackCount;
    const missing = [];
    let row = validRow(leaf, stackCount);
    while (stack !== void 0 && row !== NONE && !known.has(base + row)) {
      missing.push(row);
      const prefix = stack.prefix[row];
      row = prefix < row ? validRow(prefix, stackCount) : NONE;
    }
    let node = (row === NONE ? void 0 : known.get(base + row)) ?? trie.child(0, processFrame);
    for (const next of missing.reverse()) {
      node = trie.child(node, frameAt(next));
      known.set(base + next, node);
    }
    return node;
  };
}
var Trie = class {
  frame = [];
  ns = [0];
  children = [[]];
  #parent = [NONE];
  #depth = [0];
  #child = /* @__PURE__ */ new Map();
  constructor(rootFrame) {
    this.frame.push(rootFrame);
  }
  /** The child of a node for a frame; the node itself when it is as deep as a tree may be. */
  child(node, frame) {
    if (this.#depth[node] >= maxDepth) return node;
    const key = frame * 2 ** 26 + node;
    const found = this.#child.get(key);
    if (found !== void 0) return found;
    const child = this.frame.push(frame) - 1;
    this.ns.push(0);
    this.children.push([]);
    this.#parent.push(node);
    this.#depth.push(this.#depth[node] + 1);
    this.children[node].push(child);
    this.#child.set(key, child);
    return child;
  }
  /** Turns own time into time with all callees. */
  sumUp() {
    for (let node = this.ns.length - 1; node > 0; node--) this.ns[this.#parent[node]] += this.ns[node];
  }
};
function prune(trie, frames) {
  let barNs = trie.ns[0] * hiddenBelowRatio;
  while (countAtLeast(trie.ns, barNs) > maxNodes) barNs *= 1.5;
  const order = (a, b) => trie.ns[b] - trie.ns[a] || compareText(frames[trie.frame[a]].name, frames[trie.frame[b]].name) || trie.frame[a] - trie.frame[b];
  const columns = { frame: [], depth: [], ns: [] };
  let hiddenNs = 0;
  const open = [[0, 0]];
  for (let top = open.pop(); top !== void 0; top = open.pop()) {
    const [node, depth] = top;
    columns.frame.push(trie.frame[node]);
    columns.depth.push(depth);
    columns.ns.push(Math.round(trie.ns[node]));
    const visible = trie.children[node].filter((child) => trie.ns[child] >= barNs);
    for (const child of trie.children[node]) if (trie.ns[child] < barNs) hiddenNs += trie.ns[child];
    for (const child of visible.sort(order).reverse()) open.push([child, depth + 1]);
  }
  return { ...columns, ...usedFrames(columns.frame, frames), hiddenNs, hiddenNodeCount: trie.ns.length - columns.ns.length };
}
function countAtLeast(values, bar) {
  let count = 0;
  for (const value of values) if (value >= bar) count++;
  return count;
}
function usedFrames(used, frames) {
  const shown = [...new Set(used)];
  const place = new Map(shown.map((frame, index) => [frame, index]));
  return { frames: shown.map((index) => frames[index]), frame: used.map((index) => place.get(index) ?? 0) };
}
function compareText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
function timeOf2(weightNs) {
  return Number.isFinite(weightNs) && weightNs > 0 ? weightNs : 0;
}

// src/views/view.ts
function buildView(tables, context) {
  return {
    durationNs: context.durationNs,
    sampling: context.sampling,
    targetFlame: context.target.kind === "machine" ? void 0 : buildFlame(tables, "target"),
    machineFlame: context.sampling?.scope === "target" ? void 0 : buildFlame(tables, "machine"),
    activity: buildActivity(tables, context.durationNs),
    charts: buildCharts(tables, context),
    ...buildProcesses(tables, context.durationNs)
  };
}
export {
  buildView
};
