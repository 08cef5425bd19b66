import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  MappedFiles,
  analyze,
  createRecording,
  findKernelFunction,
  findKernelRange,
  nameAddresses,
  readKernelNames,
  readRecording
} from "./chunk-TGHLXETP.js";
import {
  HardwareEvent,
  OPEN_CLOEXEC,
  PerfType,
  ReadFormat,
  encodeAttr,
  ledgerStates,
  linuxBpfHost,
  openBpf,
  openSampler,
  syscallNames,
  topicFacts
} from "./chunk-JVJUQ35P.js";
import {
  TableBuilder,
  emptyTable,
  isVirtualMachine,
  readBootId,
  readHostFacts,
  readOnlineCpus
} from "./chunk-YZJTGM4Z.js";
import "./chunk-AWQF53CR.js";
import {
  assetPath,
  readReportAssets
} from "./chunk-AJ7R5EWM.js";
import {
  version
} from "./chunk-XMU3IXVJ.js";
import {
  AutotuneError,
  describeError
} from "./chunk-2PYALHHO.js";
import {
  linuxHost
} from "./chunk-MZV3GQCE.js";
import "./chunk-W3V5XVSF.js";
import {
  formatDuration,
  parseDuration
} from "./chunk-PD7JWCUF.js";
import {
  CodeKind,
  NONE,
  ProcessRole,
  ThreadState,
  schemaVersion
} from "./chunk-Q2YSVFUP.js";
import "./chunk-LQK3ML4U.js";

// src/pipeline/diagnose.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";

// src/collectors/series/cgroup-mounts.ts
function readCgroupMounts(host) {
  return parseCgroupMounts(host.readText("/proc/self/mountinfo") ?? "");
}
function parseCgroupMounts(text) {
  const v1 = /* @__PURE__ */ new Map();
  let v2;
  for (const line of text.split("\n")) {
    const separator = line.indexOf(" - cgroup");
    if (separator === -1) continue;
    const [, , , root, directory] = line.slice(0, separator).split(" ").map(unescapeOctal);
    const [type, , options] = line.slice(separator + 3).split(" ");
    if (directory === void 0 || options === void 0) continue;
    const mount = { directory, root: root.startsWith("/..") ? "/" : root };
    if (type === "cgroup2") v2 ??= mount;
    else if (type === "cgroup") {
      for (const controller of options.split(",")) if (!v1.has(controller)) v1.set(controller, mount);
    }
  }
  return { v2, v1 };
}
function cgroupDirectory(mount, path) {
  if (mount === void 0) return void 0;
  if (mount.root === "/") return path === "/" ? mount.directory : mount.directory + path;
  return isAtOrBelow(path, mount.root) ? mount.directory + path.slice(mount.root.length) : void 0;
}
function isWholeMachine(host, directory) {
  const has = (name) => host.whyUnreadable(`${directory}/${name}`) === void 0;
  return has("notify_on_release") ? has("cgroup.sane_behavior") : !has("cgroup.events");
}
function isAtOrBelow(path, ancestor) {
  return ancestor === "/" || path === ancestor || path.startsWith(`${ancestor}/`);
}
function withAncestors(path) {
  const paths = [path];
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) paths.push(path.slice(0, slash));
  if (path !== "/") paths.push("/");
  return paths;
}
function parseCgroupPath(text) {
  let v2;
  let v1Cpu;
  for (const line of text.split("\n")) {
    const first = line.indexOf(":");
    const second = line.indexOf(":", first + 1);
    if (first === -1 || second === -1) continue;
    const controllers = line.slice(first + 1, second);
    if (controllers === "") v2 ??= line.slice(second + 1);
    else if (controllers.split(",").includes("cpu")) v1Cpu ??= line.slice(second + 1);
  }
  if (v2 === void 0 || v1Cpu === void 0) return v2 ?? v1Cpu;
  return isAtOrBelow(v2, v1Cpu) ? v2 : v1Cpu;
}
function unescapeOctal(word) {
  return word.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
}

// src/collectors/proc-snapshot.ts
var MAX_COMMAND_LINE = 512;
var COMM_LENGTH = 15;
var FLAG_WORKER = 32;
var FLAG_KERNEL_THREAD = 2097152;
function readProcesses(host) {
  return listNumbers(host, "/proc").flatMap((pid) => readProcess(host, pid) ?? []);
}
function readProcess(host, pid) {
  const directory = `/proc/${pid}`;
  const stat = parseStatLine(host.readText(`${directory}/stat`) ?? "");
  if (stat === void 0) return void 0;
  const { comm, parentPid, isKernelThread } = stat;
  const threads = listNumbers(host, `${directory}/task`).map((tid) => ({
    tid,
    comm: tid === pid ? comm : readThreadName(host, pid, tid) ?? comm
  }));
  return {
    pid,
    parentPid,
    comm,
    commandLine: isKernelThread ? void 0 : parseCommandLine(host.readText(`${directory}/cmdline`) ?? ""),
    executable: isKernelThread ? void 0 : host.readLink(`${directory}/exe`),
    cgroup: parseCgroupPath(host.readText(`${directory}/cgroup`) ?? ""),
    isKernelThread,
    threads: threads.length === 0 ? [{ tid: pid, comm }] : threads
  };
}
function parseStatLine(text) {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open === -1 || close < open) return void 0;
  const fields3 = text.slice(close + 2).split(" ");
  if (fields3.length < 20) return void 0;
  const flags = Number(fields3[6]);
  const isKernelThread = (flags & FLAG_KERNEL_THREAD) !== 0;
  const name = text.slice(open + 1, close);
  return {
    comm: isKernelThread ? kernelThreadName(name, flags) : name,
    state: fields3[0],
    parentPid: Number(fields3[1]),
    isKernelThread,
    startTicks: Number(fields3[19])
  };
}
function kernelThreadName(name, flags) {
  const own = (flags & FLAG_WORKER) === 0 ? name : name.replace(/^(kworker\/u?\d+:\w+)[-+].*$/s, "$1");
  return own.slice(0, COMM_LENGTH);
}
function parseCommandLine(text) {
  const line = text.slice(0, MAX_COMMAND_LINE * 2).replaceAll("\0", " ").trim();
  return line === "" ? void 0 : line.slice(0, MAX_COMMAND_LINE);
}
function readThreadName(host, pid, tid) {
  return host.readText(`/proc/${pid}/task/${tid}/comm`)?.replace(/\n$/, "");
}
function listNumbers(host, directory) {
  const numbers = (host.listDirectory(directory) ?? []).filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
  return numbers.sort((left, right) => left - right);
}
function readExecutableMappings(host, pid) {
  const text = host.readText(`/proc/${pid}/maps`);
  return text === void 0 ? void 0 : parseExecutableMappings(text);
}
function parseExecutableMappings(text) {
  return text.split("\n").flatMap((line) => parseMapping(line) ?? []);
}
function parseMapping(line) {
  const match = /^([\da-f]{1,16})-([\da-f]{1,16}) ..x. ([\da-f]+) ([\da-f]+:[\da-f]+) (\d+) *(.*)$/s.exec(line);
  if (match === null) return void 0;
  const [, start, end, offset, device, inode, path] = match;
  return {
    startAddress: BigInt(`0x${start}`),
    endAddress: BigInt(`0x${end}`),
    fileOffsetBytes: Number.parseInt(offset, 16),
    device,
    inode: Number(inode),
    // perf records name memory without a file so
    path: path === "" ? "//anon" : path.replaceAll("\\012", "\n")
  };
}

// src/collectors/target-errors.ts
function noSuchProcess(pid) {
  return new AutotuneError({
    code: "BAD_INPUT",
    what: `There is no process ${pid}.`,
    why: `/proc/${pid} does not exist: it ended, or it runs in another pid namespace.`,
    next: "List what runs with: ps -eo pid,comm,args"
  });
}
function processEnded(pid) {
  return new AutotuneError({
    code: "BAD_INPUT",
    what: `Process ${pid} has ended.`,
    why: `It is a zombie (state Z in /proc/${pid}/stat): it runs no code any more.`,
    next: "List what runs with: ps -eo pid,comm,args"
  });
}
function notAProcess(tid, pid) {
  return new AutotuneError({
    code: "BAD_INPUT",
    what: `${tid} is a thread, not a process.`,
    why: `It belongs to process ${pid} (Tgid in /proc/${tid}/status).`,
    next: `Diagnose that process: autotune diagnose --pid ${pid}`
  });
}
function badPid(pid) {
  return new AutotuneError({
    code: "USAGE",
    what: `${pid} is no process id.`,
    why: "Process ids are whole numbers from 1 on.",
    next: "List what runs with: ps -eo pid,comm,args"
  });
}
function noSuchComm(comm, nearest) {
  const name = printable(comm);
  return new AutotuneError({
    code: "BAD_INPUT",
    what: `No process is called ${name}.`,
    why: "Neither the name nor the executable of any process that runs is equal to it.",
    next: nearest.length === 0 ? "List the names with: ps -eo pid,comm,args" : `Did you mean ${nearest.map(printable).join(", ")}? Else list the names with: ps -eo pid,comm,args`
  });
}
function emptyComm() {
  return new AutotuneError({
    code: "USAGE",
    what: "The name of the process is empty.",
    why: "--comm needs the name of a process or of its executable, without the folder.",
    next: "List the names with: ps -eo pid,comm,args"
  });
}
function noSuchCgroup(path, hierarchies) {
  return new AutotuneError({
    code: "BAD_INPUT",
    what: `There is no cgroup ${printable(path)}.`,
    why: `No such folder in ${hierarchies.join(" or ")}.`,
    next: "See the cgroup of a process with: cat /proc/PID/cgroup"
  });
}
function badCgroupPath(path) {
  return new AutotuneError({
    code: "USAGE",
    what: `"${printable(path)}" is no path of a cgroup.`,
    why: "A path is like /system.slice/nginx.service, without . and .. in it.",
    next: "See the cgroup of a process with: cat /proc/PID/cgroup"
  });
}
function noCgroupsMounted() {
  return new AutotuneError({
    code: "BAD_INPUT",
    what: "This machine has no cgroups.",
    why: "/proc/self/mountinfo lists neither a cgroup2 file system nor one of cgroup v1 with the cpu controller.",
    next: "sudo mount -t cgroup2 none /sys/fs/cgroup, or diagnose by --pid or --comm"
  });
}
var MAX_NAME_LENGTH = 80;
function printable(name) {
  return name.slice(0, MAX_NAME_LENGTH).replace(new RegExp("\\p{C}", "gu"), "?");
}

// src/collectors/target.ts
function isTargetProcess(target, process2, isTargetPid) {
  switch (target.kind) {
    case "machine":
      return false;
    case "cgroup":
      return process2.cgroup !== void 0 && isAtOrBelow(process2.cgroup, target.path);
    case "comm":
      return isCalled(process2, target.comm) || isTargetPid(process2.parentPid);
    case "pid":
    case "command":
      return process2.pid === target.pid || isTargetPid(process2.parentPid);
  }
}
function checkTarget(host, target) {
  switch (target.kind) {
    case "pid":
      checkPid(host, target.pid);
      return target;
    case "comm":
      checkComm(host, target.comm);
      return target;
    case "cgroup":
      return { kind: "cgroup", path: findCgroup(host, target.path) };
    default:
      return target;
  }
}
function isCalled({ comm, executable }, name) {
  return comm === name || executable !== void 0 && baseName(executable) === name;
}
function baseName(executable) {
  const path = executable.endsWith(" (deleted)") ? executable.slice(0, -" (deleted)".length) : executable;
  return path.slice(path.lastIndexOf("/") + 1);
}
function checkPid(host, pid) {
  if (!Number.isSafeInteger(pid) || pid < 1) throw badPid(pid);
  const stat = parseStatLine(host.readText(`/proc/${pid}/stat`) ?? "");
  if (stat === void 0) throw noSuchProcess(pid);
  const leader = /^Tgid:\s*(\d+)$/m.exec(host.readText(`/proc/${pid}/status`) ?? "")?.[1];
  if (leader !== void 0 && Number(leader) !== pid) throw notAProcess(pid, Number(leader));
  if (hasEnded(stat.state)) throw processEnded(pid);
}
function hasEnded(state) {
  return state === "Z" || state === "X";
}
function checkComm(host, comm) {
  if (comm === "") throw emptyComm();
  const names2 = /* @__PURE__ */ new Set();
  for (const pid of listNumbers(host, "/proc")) {
    const found = pid === host.pid ? void 0 : parseStatLine(host.readText(`/proc/${pid}/stat`) ?? "");
    if (found === void 0 || hasEnded(found.state)) continue;
    const executable = host.readLink(`/proc/${pid}/exe`);
    if (isCalled({ comm: found.comm, executable }, comm)) return;
    names2.add(found.comm);
    if (executable !== void 0) names2.add(baseName(executable));
  }
  throw noSuchComm(comm, nearestNames(comm, [...names2]));
}
var MAX_NEAREST = 3;
var MAX_COMPARED_LENGTH = 64;
function nearestNames(wanted, names2) {
  const lower = wanted.toLowerCase().slice(0, MAX_COMPARED_LENGTH);
  const allowed = Math.ceil(lower.length / 3);
  return names2.map((name) => ({ name, distance: distanceBetween(lower, name.toLowerCase().slice(0, MAX_COMPARED_LENGTH)) })).filter(({ distance }) => distance <= allowed).sort((left, right) => left.distance - right.distance || (left.name < right.name ? -1 : 1)).slice(0, MAX_NEAREST).map(({ name }) => name);
}
function distanceBetween(left, right) {
  if (left.length >= 3 && right.includes(left)) return 1;
  return editDistance(left, right);
}
function editDistance(left, right) {
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const replaced = previous[column - 1] + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(previous[column] + 1, current[column - 1] + 1, replaced));
    }
    previous = current;
  }
  return previous[right.length];
}
function findCgroup(host, given) {
  const mounts = readCgroupMounts(host);
  const searched = [mounts.v2, mounts.v1.get("cpu")].filter((mount) => mount !== void 0);
  if (searched.length === 0) throw noCgroupsMounted();
  const path = stripMount(given, [...searched, ...mounts.v1.values()]);
  if (path.split("/").some((part) => part === "." || part === "..")) throw badCgroupPath(given);
  if (given === "" || path.includes("\n") || path.includes("\0")) throw badCgroupPath(given);
  const exists = (mount) => {
    const directory = cgroupDirectory(mount, path);
    return directory !== void 0 && host.readText(`${directory}/cgroup.procs`) !== void 0;
  };
  if (!searched.some(exists)) throw noSuchCgroup(path, searched.map(({ directory }) => directory).sort());
  return path;
}
function stripMount(given, mounts) {
  const clean = `/${given}`.replace(/\/+/g, "/").replace(/(?<=.)\/$/, "");
  const sorted = [...mounts].sort((left, right) => right.directory.length - left.directory.length);
  const mount = sorted.find(({ directory }) => isAtOrBelow(clean, directory));
  if (mount === void 0) return clean;
  const inside = clean.slice(mount.directory.length);
  return (mount.root === "/" ? inside : mount.root + inside) || "/";
}

// src/pipeline/options.ts
var DEFAULT_DURATION_NS = 3e10;
var SHORTEST_NS = 1e8;
var LONGEST_NS = 24 * 36e11;
var MAX_FREQUENCY_HZ = 1e4;
function durationOf({ duration }, target) {
  if (duration === void 0) return target.kind === "command" ? void 0 : DEFAULT_DURATION_NS;
  const ns = parseDuration(duration);
  if (ns === void 0)
    throw usage(`--duration ${duration} is no duration.`, "It is a number with s, ms, m or h.", "autotune diagnose --duration 30s");
  if (ns < SHORTEST_NS || ns > LONGEST_NS) {
    throw usage(
      `--duration ${duration} is out of range.`,
      `It must be between ${formatDuration(SHORTEST_NS)} and 24 h.`,
      "autotune diagnose --duration 30s"
    );
  }
  return ns;
}
function frequencyOf({ frequency }) {
  const hertz = Number(frequency);
  if (Number.isInteger(hertz) && hertz >= 1 && hertz <= MAX_FREQUENCY_HZ) return hertz;
  throw usage(
    `--frequency ${frequency} cannot be sampled.`,
    `It must be a whole number from 1 to ${MAX_FREQUENCY_HZ}.`,
    "autotune diagnose --frequency 99"
  );
}
function failOnOf({ failOn }) {
  if (failOn === void 0) return void 0;
  const score = Number(failOn);
  if (failOn.trim() !== "" && score >= 0 && score <= 100) return score;
  throw usage(
    `--fail-on ${failOn} is no score.`,
    "Scores go from 0 to 100: 25 is 5 % of the time lost, 75 is 20 %.",
    "autotune diagnose --fail-on 75"
  );
}
function targetOf(command, options) {
  const named = [];
  if (options.pid !== void 0) named.push({ kind: "pid", pid: parsePid(options.pid) });
  if (options.comm !== void 0) named.push({ kind: "comm", comm: options.comm });
  if (options.cgroup !== void 0) named.push({ kind: "cgroup", path: options.cgroup });
  if (command.length > 0) named.push({ kind: "command", command, pid: void 0 });
  if (named.length > 1) {
    throw usage(
      "More than one target was named.",
      "--pid, --comm, --cgroup and a command after -- exclude each other.",
      "Name one of them."
    );
  }
  return named[0] ?? { kind: "machine" };
}
function parsePid(text) {
  const pid = Number(text);
  if (Number.isInteger(pid) && pid > 0 && pid <= 4194304) return pid;
  throw usage(`--pid ${text} is no process id.`, "It must be a whole number from 1 to 4194304.", "pgrep -a NAME shows process ids.");
}
function usage(what, why, next) {
  return new AutotuneError({ code: "USAGE", what, why, next });
}

// src/pipeline/recorder.ts
import os, { constants as constants2 } from "node:os";
import { setFlagsFromString } from "node:v8";

// src/collectors/callchain-interner.ts
var MAX_ROWS = 1e6;
var LOWEST_CONTEXT = -4095;
var Context = { Hypervisor: -32, Kernel: -128, User: -512 };
var CallchainInterner = class {
  #builder = new TableBuilder("callchain", 4096);
  #nodes = openTable(1 << 14);
  #chains = openTable(1 << 12);
  /** Leaf row → process the chain was sampled in; kernel rows are shared, so the chain's own process is kept apart. */
  #address = {
    low: new Int32Array(4096),
    high: new Int32Array(4096),
    prefix: new Int32Array(4096),
    process: new Int32Array(4096),
    kind: new Uint8Array(4096)
  };
  #flushed = 0;
  overflowCount = 0;
  get length() {
    return this.#builder.length;
  }
  /** Row of the leaf; NONE for an empty chain and when the tree is full. */
  intern(chain, process2, timeNs) {
    if (chain.count === 0) return NONE;
    const hash = hashChain(chain, process2);
    let slot = hash & this.#chains.keys.length - 1;
    for (; this.#chains.rows[slot] !== NONE; slot = slot + 1 & this.#chains.keys.length - 1) {
      if (this.#chains.keys[slot] === hash && this.#equals(chain, process2, this.#chains.rows[slot])) return this.#chains.rows[slot];
    }
    const row = this.#insertChain(chain, process2, timeNs);
    if (row !== NONE) this.#chains = remember(this.#chains, slot, hash, row);
    return row;
  }
  /** Row of the leaf of a stack that came as addresses, leaf first: all kernel or all user code. */
  internAddresses(addresses, kind, { process: process2, timeNs }) {
    const owner = kind === CodeKind.User ? process2 : NONE;
    let row = NONE;
    for (let index = addresses.length - 1; index >= 0; index--) {
      const low = Number(BigInt.asIntN(32, addresses[index]));
      const high = Number(BigInt.asIntN(32, addresses[index] >> 32n));
      row = this.#insertNode({ low, high, prefix: row, process: owner, kind, timeNs });
      if (row === NONE) return NONE;
    }
    return row;
  }
  /** Rows added since the last call. */
  takeNewRows() {
    const table = this.#builder.build(this.#flushed);
    this.#flushed = this.#builder.length;
    return table;
  }
  #equals(chain, process2, leaf) {
    const { ring } = chain;
    let row = leaf;
    let kind = CodeKind.User;
    for (let index = 0; index < chain.count; index++) {
      const position = chain.position + index * 2;
      const low = ring.i32(position);
      const high = ring.i32(position + 1);
      if (isContext(low, high)) {
        kind = kindOf(low);
        continue;
      }
      if (row === NONE || this.#address.low[row] !== low || this.#address.high[row] !== high || this.#address.kind[row] !== kind)
        return false;
      if (this.#address.process[row] !== (kind === CodeKind.User ? process2 : NONE)) return false;
      row = this.#address.prefix[row];
    }
    return row === NONE;
  }
  #insertChain(chain, process2, timeNs) {
    const kinds = kindsOf(chain);
    let row = NONE;
    for (let index = chain.count - 1; index >= 0; index--) {
      if (kinds[index] === CONTEXT) continue;
      const position = chain.position + index * 2;
      row = this.#insertNode({
        low: chain.ring.i32(position),
        high: chain.ring.i32(position + 1),
        prefix: row,
        process: kinds[index] === CodeKind.User ? process2 : NONE,
        kind: kinds[index],
        timeNs
      });
      if (row === NONE) return NONE;
    }
    return row;
  }
  #insertNode({ low, high, prefix, process: process2, kind, timeNs }) {
    const hash = mix(mix(mix(prefix, low), high), process2);
    const own = this.#address;
    let slot = hash & this.#nodes.keys.length - 1;
    for (; this.#nodes.rows[slot] !== NONE; slot = slot + 1 & this.#nodes.keys.length - 1) {
      const row2 = this.#nodes.rows[slot];
      if (own.prefix[row2] === prefix && own.low[row2] === low && own.high[row2] === high && own.process[row2] === process2 && own.kind[row2] === kind)
        return row2;
    }
    if (this.#builder.length >= MAX_ROWS) {
      this.overflowCount++;
      return NONE;
    }
    const row = this.#builder.add({ prefix, process: process2, kind, address: BigInt(high >>> 0) << 32n | BigInt(low >>> 0), timeNs });
    this.#remember(row, { low, high, prefix, process: process2, kind });
    this.#nodes = remember(this.#nodes, slot, hash, row);
    return row;
  }
  #remember(row, node) {
    const own = this.#address;
    if (row >= own.low.length) {
      for (const name of ["low", "high", "prefix", "process"]) own[name] = grow(own[name]);
      const kinds = new Uint8Array(own.kind.length * 2);
      kinds.set(own.kind);
      own.kind = kinds;
    }
    own.low[row] = node.low;
    own.high[row] = node.high;
    own.prefix[row] = node.prefix;
    own.process[row] = node.process;
    own.kind[row] = node.kind;
  }
};
var CONTEXT = 255;
function kindsOf(chain) {
  const kinds = new Uint8Array(chain.count);
  let kind = CodeKind.User;
  for (let index = 0; index < chain.count; index++) {
    const low = chain.ring.i32(chain.position + index * 2);
    if (isContext(low, chain.ring.i32(chain.position + index * 2 + 1))) {
      kind = kindOf(low);
      kinds[index] = CONTEXT;
    } else kinds[index] = kind;
  }
  return kinds;
}
function isContext(low, high) {
  return high === -1 && low < 0 && low >= LOWEST_CONTEXT;
}
function kindOf(context) {
  if (context === Context.Kernel) return CodeKind.Kernel;
  return context === Context.Hypervisor ? CodeKind.Hypervisor : CodeKind.User;
}
function hashChain(chain, process2) {
  let hash = mix(chain.count, process2);
  for (let word = 0; word < chain.count * 2; word++) hash = mix(hash, chain.ring.i32(chain.position + word));
  return hash;
}
function mix(hash, word) {
  let mixed = Math.imul(hash ^ word, 2654435761);
  mixed ^= mixed >>> 15;
  return Math.imul(mixed, 2246822507) ^ mixed >>> 13;
}
function openTable(slots) {
  return { keys: new Int32Array(slots), rows: new Int32Array(slots).fill(NONE), count: 0 };
}
function remember(table, slot, hash, row) {
  table.keys[slot] = hash;
  table.rows[slot] = row;
  const count = table.count + 1;
  if (count * 2 < table.keys.length) return { ...table, count };
  const larger = openTable(table.keys.length * 2);
  const mask = larger.keys.length - 1;
  for (let old = 0; old < table.keys.length; old++) {
    if (table.rows[old] === NONE) continue;
    let free = table.keys[old] & mask;
    while (larger.rows[free] !== NONE) free = free + 1 & mask;
    larger.keys[free] = table.keys[old];
    larger.rows[free] = table.rows[old];
  }
  return { ...larger, count };
}
function grow(column) {
  const larger = new Int32Array(column.length * 2);
  larger.set(column);
  return larger;
}

// src/collectors/perf-counters.ts
var hardwareCounters = [
  { name: "pmu.cyclesPerSec", type: PerfType.Hardware, config: HardwareEvent.Cycles },
  { name: "pmu.instructionsPerSec", type: PerfType.Hardware, config: HardwareEvent.Instructions },
  { name: "pmu.cacheReferencePerSec", type: PerfType.Hardware, config: HardwareEvent.CacheReferences },
  { name: "pmu.cacheMissPerSec", type: PerfType.Hardware, config: HardwareEvent.CacheMisses },
  { name: "pmu.branchPerSec", type: PerfType.Hardware, config: HardwareEvent.Branches },
  { name: "pmu.branchMissPerSec", type: PerfType.Hardware, config: HardwareEvent.BranchMisses },
  { name: "pmu.stalledFrontendPerSec", type: PerfType.Hardware, config: HardwareEvent.StalledFrontend },
  { name: "pmu.stalledBackendPerSec", type: PerfType.Hardware, config: HardwareEvent.StalledBackend }
];
function openCounters(host, cpus, events = hardwareCounters) {
  const counters = [];
  for (const event of events) {
    const attr = encodeAttr({ ...event, flags: [], readFormat: ReadFormat.TimeEnabled | ReadFormat.TimeRunning });
    for (const cpu of cpus) {
      const opened = host.openPerfEvent(attr, -1, cpu, OPEN_CLOEXEC);
      if ("fd" in opened) counters.push({ fd: opened.fd, cpu, name: event.name, before: void 0 });
    }
  }
  return {
    openCount: counters.length,
    collect: (timeNs) => counters.flatMap((counter) => readCounter(host, counter, timeNs)),
    close: () => {
      for (const { fd } of counters) host.closeDescriptor(fd);
    }
  };
}
function readCounter(host, counter, timeNs) {
  const words = host.readPerfEvent(counter.fd, 3);
  if (words === void 0) return [];
  const before = counter.before;
  counter.before = { value: words[0], enabledNs: words[1], runningNs: words[2] };
  if (before === void 0) return [];
  const enabledNs = Number(words[1] - before.enabledNs);
  const runningNs = Number(words[2] - before.runningNs);
  if (enabledNs <= 0 || runningNs <= 0) return [];
  const scaled = Number(words[0] - before.value) * (enabledNs / runningNs);
  return [{ name: counter.name, subject: `cpu${counter.cpu}`, timeNs, durationNs: enabledNs, value: scaled / enabledNs * 1e9 }];
}

// src/collectors/process-tracker.ts
var MAX_PENDING_MAPPINGS = 2048;
var MAX_READS_PER_DRAIN = 24;
var ProcessTracker = class {
  #facts;
  #ownPid;
  #images = /* @__PURE__ */ new Map();
  #process = new TableBuilder("process");
  #thread = new TableBuilder("thread");
  #mapping = new TableBuilder("mapping");
  #targetPids = /* @__PURE__ */ new Set();
  #imageOf = [];
  #reads = 0;
  /** Target pids that exited: their samples may still be in this drain, so they leave with the next one. */
  #ended = [];
  /** Whether process or thread changed since the last call of takeChanged. */
  #changed = true;
  constructor(facts, ownPid) {
    this.#facts = facts;
    this.#ownPid = ownPid;
  }
  /** Adds what runs already. Parents first, so that descendants of the target are found. */
  addExisting(processes) {
    for (const known of processes) this.#addKnown(known);
    let before = -1;
    while (before !== this.#targetPids.size) {
      before = this.#targetPids.size;
      for (const image of this.#imageOf) this.#updateRole(image);
    }
  }
  /** Pid of the started command: it and its descendants are the target. */
  addTargetPid(pid) {
    this.#targetPids.add(pid);
    for (const image of this.#images.get(pid) ?? []) this.#updateRole(image);
  }
  get targetPids() {
    return this.#targetPids;
  }
  apply(record2) {
    if (record2.type === "fork") this.#fork(record2);
    else if (record2.type === "comm") this.#comm(record2);
    else if (record2.type === "exit") this.#exit(record2);
    else if (record2.type === "mmap") this.#mmap(record2);
  }
  /** Starts a drain: /proc reads are budgeted per drain. */
  beginDrain() {
    this.#reads = 0;
    for (const pid of this.#ended) this.#targetPids.delete(pid);
    this.#ended = [];
  }
  /** Row of the image that ran in pid at an instant; a new row for a pid nobody announced. */
  rowAt(pid, timeNs) {
    const images = this.#images.get(pid);
    if (images === void 0) return this.#discover(pid, timeNs).row;
    let index = images.length - 1;
    while (index > 0 && images[index].startNs > timeNs) index--;
    const image = images[index];
    return image.startNs > timeNs && !image.existed ? this.#addEarlier(image, timeNs).row : image.row;
  }
  /** Row of what runs in pid now, or NONE. */
  currentRow(pid) {
    return this.#images.get(pid)?.at(-1)?.row ?? NONE;
  }
  /** A sample of this row arrived: from now on its mappings count. */
  touch(row, tid, timeNs) {
    this.touchProcess(row);
    const image = this.#imageOf[row];
    if (!image.threadRows.has(tid)) this.#addThread(image, { tid, startNs: timeNs, comm: void 0 });
  }
  /** Addresses of this row were seen: from now on its mappings count. */
  touchProcess(row) {
    const image = this.#imageOf[row];
    if (!image.materialized && (!image.existed || this.#reads < MAX_READS_PER_DRAIN)) this.#materialize(image);
  }
  /** The cgroups of the target's living processes, without repetition. */
  targetCgroups() {
    const cgroups = /* @__PURE__ */ new Set();
    for (const pid of this.#targetPids) {
      const row = this.currentRow(pid);
      const cgroup = row === NONE ? void 0 : this.#process.rowAt(row).cgroup;
      if (cgroup !== void 0) cgroups.add(cgroup);
    }
    return [...cgroups];
  }
  /** Mappings stored since the last call. */
  takeNewMappings() {
    const table = this.#mapping.build();
    if (table.length > 0) this.#mapping = new TableBuilder("mapping");
    return table;
  }
  /** process and thread, whole, if anything changed since the last call. */
  takeChanged() {
    if (!this.#changed) return void 0;
    this.#changed = false;
    return { process: this.#process.build(), thread: this.#thread.build() };
  }
  #addKnown(known, startNs = 0) {
    const role = known.isKernelThread ? ProcessRole.KernelThread : ProcessRole.Other;
    const { pid, parentPid, comm, commandLine, executable, cgroup } = known;
    const image = this.#addImage(
      { pid, parentPid, startNs, endNs: Number.NaN, comm, commandLine, executable, cgroup, role },
      { parent: void 0, existed: true }
    );
    for (const thread of known.threads) this.#addThread(image, { ...thread, startNs });
    return image;
  }
  #addImage(row, { parent, existed }) {
    const image = {
      row: this.#process.add(row),
      pid: row.pid,
      parent,
      startNs: row.startNs,
      pending: [],
      materialized: false,
      role: row.role,
      existed,
      threadRows: /* @__PURE__ */ new Map()
    };
    this.#imageOf.push(image);
    const images = this.#images.get(row.pid);
    if (images === void 0) this.#images.set(row.pid, [image]);
    else images.push(image);
    this.#changed = true;
    this.#updateRole(image);
    return image;
  }
  #addThread(image, thread) {
    image.threadRows.set(thread.tid, this.#thread.add({ ...thread, process: image.row, endNs: Number.NaN }));
    this.#changed = true;
  }
  #updateRole(image) {
    if (image.role === ProcessRole.Target || image.role === ProcessRole.Autotune) return;
    const row = this.#process.rowAt(image.row);
    const isTarget = this.#targetPids.has(image.pid) || this.#facts.isTarget(row, (pid) => this.#targetPids.has(pid));
    if (image.pid === this.#ownPid) image.role = ProcessRole.Autotune;
    else if (isTarget) {
      image.role = ProcessRole.Target;
      this.#targetPids.add(image.pid);
    } else return;
    this.#process.set(image.row, "role", image.role);
    this.#changed = true;
  }
  #discover(pid, timeNs) {
    const known = this.#read(pid);
    if (known !== void 0) return this.#addKnown(known, timeNs);
    const unknown = { commandLine: void 0, executable: void 0, cgroup: void 0 };
    const comm = pid === 0 ? "swapper" : void 0;
    const role = pid === 0 ? ProcessRole.KernelThread : ProcessRole.Other;
    return this.#addImage(
      { pid, parentPid: NONE, startNs: timeNs, endNs: Number.NaN, comm, role, ...unknown },
      { parent: void 0, existed: true }
    );
  }
  /** What ran in a pid before the first image we heard of: nameless, but not the wrong program. */
  #addEarlier(image, timeNs) {
    const unknown = { comm: void 0, commandLine: void 0, executable: void 0, cgroup: void 0 };
    const row = { pid: image.pid, parentPid: NONE, startNs: timeNs, endNs: image.startNs, role: ProcessRole.Other, ...unknown };
    const earlier = this.#addImage(row, { parent: void 0, existed: true });
    const images = this.#images.get(image.pid) ?? [];
    images.unshift(...images.splice(-1));
    return earlier;
  }
  #mayRead() {
    return this.#reads++ < MAX_READS_PER_DRAIN;
  }
  #read(pid) {
    if (pid <= 0 || !this.#mayRead()) return void 0;
    return this.#facts.readProcess(pid);
  }
  #fork(record2) {
    const { pid, parentPid, tid, timeNs } = record2;
    if (pid === parentPid) {
      const image2 = this.#images.get(pid)?.at(-1);
      if (image2 !== void 0) this.#addThread(image2, { tid, startNs: timeNs, comm: this.#process.rowAt(image2.row).comm });
      return;
    }
    const parent = this.#images.get(parentPid)?.at(-1);
    const row = parent === void 0 ? void 0 : this.#process.rowAt(parent.row);
    this.#endImage(pid, timeNs);
    const image = this.#addImage(
      {
        pid,
        parentPid,
        startNs: timeNs,
        endNs: Number.NaN,
        comm: row?.comm,
        commandLine: row?.commandLine,
        executable: row?.executable,
        cgroup: row?.cgroup,
        role: row?.role === ProcessRole.KernelThread ? ProcessRole.KernelThread : ProcessRole.Other
      },
      { parent, existed: false }
    );
    this.#addThread(image, { tid, startNs: timeNs, comm: row?.comm });
  }
  #comm(record2) {
    const { pid, tid, comm, isExec, timeNs } = record2;
    const current = this.#images.get(pid)?.at(-1);
    if (isExec) {
      this.#exec(record2, current);
      return;
    }
    if (current === void 0) return;
    const threadRow = current.threadRows.get(tid);
    if (threadRow === void 0) this.#addThread(current, { tid, startNs: timeNs, comm });
    else this.#thread.set(threadRow, "comm", comm);
    if (tid === pid) {
      this.#process.set(current.row, "comm", comm);
      this.#updateRole(current);
    }
    this.#changed = true;
  }
  #exec(record2, previous) {
    const { pid, comm, timeNs } = record2;
    const before = previous === void 0 ? void 0 : this.#process.rowAt(previous.row);
    this.#endImage(pid, timeNs);
    const row = {
      pid,
      parentPid: before?.parentPid ?? NONE,
      startNs: timeNs,
      endNs: Number.NaN,
      comm,
      commandLine: void 0,
      executable: void 0,
      cgroup: before?.cgroup,
      role: ProcessRole.Other
    };
    const image = this.#addImage(row, { parent: void 0, existed: false });
    this.#addThread(image, { tid: record2.tid, startNs: timeNs, comm });
  }
  #exit(record2) {
    const image = this.#images.get(record2.pid)?.at(-1);
    if (image === void 0) return;
    const threadRow = image.threadRows.get(record2.tid);
    if (threadRow !== void 0) this.#thread.set(threadRow, "endNs", record2.timeNs);
    if (record2.tid === record2.pid) {
      this.#endImage(record2.pid, record2.timeNs);
      this.#ended.push(record2.pid);
    }
    this.#changed = true;
  }
  #endImage(pid, timeNs) {
    const image = this.#images.get(pid)?.at(-1);
    if (image === void 0) return;
    this.#process.set(image.row, "endNs", timeNs);
    this.#changed = true;
  }
  #mmap(record2) {
    const image = this.#images.get(record2.pid)?.at(-1);
    if (image === void 0) return;
    if (image.materialized) this.#store(image, record2.timeNs, record2.mapping);
    else if (image.pending.length < MAX_PENDING_MAPPINGS) image.pending.push(record2);
  }
  #materialize(image) {
    image.materialized = true;
    this.#readDetails(image);
    const own = image.pending;
    image.pending = [];
    const needsProc = image.existed || image.parent !== void 0 && own.length === 0;
    const present = needsProc && this.#mayRead() ? this.#facts.readMappings(image.pid) : void 0;
    if (present === void 0 && image.parent?.existed && !image.parent.materialized) this.#materialize(image.parent);
    for (const mapping of present ?? inheritedMappings(image)) this.#store(image, image.startNs, mapping);
    for (const { timeNs, mapping } of own) this.#store(image, timeNs, mapping);
  }
  #readDetails(image) {
    const row = this.#process.rowAt(image.row);
    if (image.existed && row.comm !== void 0) return;
    const known = this.#read(image.pid);
    if (known === void 0 || this.#images.get(image.pid)?.at(-1) !== image) return;
    for (const column of ["commandLine", "executable", "cgroup"]) this.#process.set(image.row, column, known[column]);
    if (row.comm === void 0) this.#process.set(image.row, "comm", known.comm);
    if (row.parentPid === NONE) this.#process.set(image.row, "parentPid", known.parentPid);
    this.#updateRole(image);
    this.#changed = true;
  }
  #store(image, timeNs, mapping) {
    const buildId = this.#facts.noteMapping(image.pid, mapping);
    this.#mapping.add({ process: image.row, timeNs, ...mapping, buildId });
    if (image.pending.length < MAX_PENDING_MAPPINGS) image.pending.push({ timeNs, mapping });
  }
};
function inheritedMappings(image) {
  const mappings = [];
  for (let ancestor = image.parent, depth = 0; ancestor !== void 0 && depth < 64; ancestor = ancestor.parent, depth++) {
    for (const { mapping } of ancestor.pending) mappings.push(mapping);
    if (ancestor.existed || mappings.length > 0) break;
  }
  return mappings;
}

// src/collectors/series/rate.ts
var RANGE_32_BIT = 2 ** 32;
var PLAUSIBLE_AFTER_WRAP = RANGE_32_BIT / 4;
var CounterSet = class {
  #is32Bit;
  #unsteady;
  #timeNs = Number.NaN;
  #totals = /* @__PURE__ */ new Map();
  constructor({ is32Bit = false, unsteady = [] } = {}) {
    this.#is32Bit = is32Bit;
    this.#unsteady = unsteady;
  }
  /** Growth since the previous call. A call that is not later than the previous one is as if it had not been made. */
  advance(timeNs, totals) {
    const durationNs = timeNs - this.#timeNs;
    const bySubject = /* @__PURE__ */ new Map();
    if (durationNs <= 0) return { timeNs, durationNs: 0, bySubject };
    if (durationNs > 0) {
      for (const [subject, current] of totals) {
        const previous = this.#totals.get(subject);
        const growth = previous === void 0 ? void 0 : this.#growth(previous, current);
        if (growth !== void 0) bySubject.set(subject, growth);
      }
    }
    this.#timeNs = timeNs;
    this.#totals = totals;
    return { timeNs, durationNs, bySubject };
  }
  /** Undefined when the counters were set back: a driver was loaded again, a device of the same name replaced the old one. */
  #growth(previous, current) {
    let wrapCount = 0;
    const growth = [];
    for (let index = 0; index < current.length; index++) {
      let change = current[index] - previous[index];
      if (change < 0) {
        if (this.#unsteady.includes(index)) change = 0;
        else if (this.#is32Bit && isWrap(change) && ++wrapCount === 1) change += RANGE_32_BIT;
        else return void 0;
      }
      growth.push(change);
    }
    return growth;
  }
};
function isWrap(change) {
  const unwrapped = change + RANGE_32_BIT;
  return unwrapped >= 0 && unwrapped <= PLAUSIBLE_AFTER_WRAP;
}
var ReadingList = class {
  readings = [];
  #timeNs;
  #durationNs;
  constructor({ timeNs, durationNs }) {
    this.#timeNs = timeNs;
    this.#durationNs = durationNs;
  }
  /** A value as it is: a level when durationNs is 0, else one that stands for the interval. */
  add(name, subject, value) {
    if (Number.isFinite(value)) this.readings.push({ name, subject, timeNs: this.#timeNs, durationNs: this.#durationNs, value });
  }
  /** Growth per second. */
  addRate(name, subject, growth) {
    this.add(name, subject, growth * 1e9 / this.#durationNs);
  }
  /** Share of the interval. Clocks of two files never agree to the last tick, so it ends at 1. */
  addShare(name, subject, growthNs) {
    this.add(name, subject, Math.min(1, growthNs / this.#durationNs));
  }
};
function rateDiffer(parse, names2, traits) {
  const counters = new CounterSet(traits);
  return (text, timeNs) => {
    const changes = counters.advance(timeNs, parse(text));
    const list = new ReadingList(changes);
    for (const [subject, growth] of changes.bySubject) names2.forEach((name, index) => void list.addRate(name, subject, growth[index]));
    return list.readings;
  };
}
function levelDiffer(parse) {
  return (text, timeNs) => {
    const list = new ReadingList({ timeNs, durationNs: 0 });
    for (const [name, value] of parse(text)) list.add(name, "", value);
    return list.readings;
  };
}

// src/collectors/series/text.ts
function parseKeyedNumbers(text) {
  const numbers = /* @__PURE__ */ new Map();
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    if (space <= 0) continue;
    const name = line.charCodeAt(space - 1) === COLON ? line.slice(0, space - 1) : line.slice(0, space);
    const value = Number.parseInt(line.slice(space), 10);
    if (!Number.isNaN(value)) numbers.set(name, value);
  }
  return numbers;
}
var COLON = 58;
function splitWords(line) {
  return line.split(" ").filter((word) => word !== "");
}
function parseCount(word) {
  const count = word === void 0 || word === "" ? Number.NaN : Number(word);
  return count >= 0 ? count : Number.NaN;
}

// src/collectors/series/cgroup.ts
var NO_LIMIT_BYTES = 2 ** 62;
function parseCpuV2(stat, max) {
  const counts = parseKeyedNumbers(stat);
  const count = (name) => counts.get(name) ?? Number.NaN;
  const [quotaUs, periodUs] = (max ?? "").trim().split(" ");
  return {
    usageNs: count("usage_usec") * 1e3,
    quotaCpus: parseCount(quotaUs) / parseCount(periodUs),
    periodCount: count("nr_periods"),
    throttledPeriodCount: count("nr_throttled"),
    throttledNs: count("throttled_usec") * 1e3
  };
}
function parseCpuV1(files) {
  const counts = parseKeyedNumbers(files.stat);
  const count = (name) => counts.get(name) ?? Number.NaN;
  const quotaUs = parseCount(files.quota?.trim());
  return {
    usageNs: parseCount(files.usage?.trim()),
    quotaCpus: quotaUs > 0 ? quotaUs / parseCount(files.period?.trim()) : Number.NaN,
    periodCount: count("nr_periods"),
    throttledPeriodCount: count("nr_throttled"),
    throttledNs: count("throttled_time")
  };
}
function parseMemoryV2(files) {
  const events = parseKeyedNumbers(files.events ?? "");
  const count = (name) => events.get(name) ?? Number.NaN;
  return {
    bytes: parseCount(files.current.trim()),
    limitBytes: parseCount(files.max?.trim()),
    limitHitCount: count("max"),
    highCount: count("high"),
    oomKillCount: count("oom_kill")
  };
}
function parseMemoryV1(files) {
  const limitBytes = parseCount(files.limit?.trim());
  return {
    bytes: parseCount(files.usage.trim()),
    limitBytes: limitBytes < NO_LIMIT_BYTES ? limitBytes : Number.NaN,
    limitHitCount: parseCount(files.failures?.trim()),
    highCount: Number.NaN,
    oomKillCount: parseKeyedNumbers(files.oomControl ?? "").get("oom_kill") ?? Number.NaN
  };
}
function readCgroupCpu(host, mounts, path) {
  const directory = readableDirectory(host, mounts, { path, controller: "cpu" });
  const stat = directory === void 0 ? void 0 : host.readText(`${directory}/cpu.stat`);
  if (stat === void 0) return void 0;
  if (!mounts.v1.has("cpu")) return parseCpuV2(stat, host.readText(`${directory}/cpu.max`));
  const accounting = cgroupDirectory(mounts.v1.get("cpuacct"), path);
  return parseCpuV1({
    stat,
    quota: host.readText(`${directory}/cpu.cfs_quota_us`),
    period: host.readText(`${directory}/cpu.cfs_period_us`),
    usage: accounting === void 0 ? void 0 : host.readText(`${accounting}/cpuacct.usage`)
  });
}
function readCgroupMemory(host, mounts, path) {
  const directory = readableDirectory(host, mounts, { path, controller: "memory" });
  if (directory === void 0) return void 0;
  if (!mounts.v1.has("memory")) {
    const current = host.readText(`${directory}/memory.current`);
    if (current === void 0) return void 0;
    return parseMemoryV2({ current, max: host.readText(`${directory}/memory.max`), events: host.readText(`${directory}/memory.events`) });
  }
  const usage2 = host.readText(`${directory}/memory.usage_in_bytes`);
  if (usage2 === void 0) return void 0;
  return parseMemoryV1({
    usage: usage2,
    limit: host.readText(`${directory}/memory.limit_in_bytes`),
    failures: host.readText(`${directory}/memory.failcnt`),
    oomControl: host.readText(`${directory}/memory.oom_control`)
  });
}
function readableDirectory(host, mounts, { path, controller }) {
  const directory = cgroupDirectory(mounts.v1.get(controller) ?? mounts.v2, path);
  return directory === void 0 || path === "/" && isWholeMachine(host, directory) ? void 0 : directory;
}
function cgroupReader(host, mounts) {
  const cpuCounters = new CounterSet();
  const memoryCounters = new CounterSet();
  return ({ followed, withQuota }, timeNs) => {
    const always = new Set(followed);
    const cpus = readAll([.../* @__PURE__ */ new Set([...followed, ...withQuota])], (path) => readCgroupCpu(host, mounts, path));
    const memories = readAll(followed, (path) => readCgroupMemory(host, mounts, path));
    const levels = new ReadingList({ timeNs, durationNs: 0 });
    const changes = cpuCounters.advance(
      timeNs,
      mapValues(cpus, (cpu) => [cpu.usageNs, cpu.periodCount, cpu.throttledPeriodCount, cpu.throttledNs])
    );
    const rates = new ReadingList(changes);
    for (const [path, growth] of changes.bySubject) {
      const hasQuota = !Number.isNaN(cpus.get(path)?.quotaCpus ?? Number.NaN);
      if (!always.has(path) && !(growth[1] > 0)) continue;
      levels.add("cgroup.quotaCpus", path, cpus.get(path)?.quotaCpus ?? Number.NaN);
      rates.add("cgroup.cpuUsageCpus", path, growth[0] / changes.durationNs);
      if (!hasQuota && !(growth[1] > 0)) continue;
      rates.addRate("cgroup.periodPerSec", path, growth[1]);
      rates.addRate("cgroup.throttledPeriodPerSec", path, growth[2]);
      rates.add("cgroup.throttledCpus", path, growth[3] / changes.durationNs);
    }
    return [...levels.readings, ...rates.readings, ...memoryReadings(memoryCounters, memories, timeNs)];
  };
}
function memoryReadings(counters, memories, timeNs) {
  const levels = new ReadingList({ timeNs, durationNs: 0 });
  for (const [path, { bytes, limitBytes }] of memories) {
    levels.add("cgroup.memoryBytes", path, bytes);
    levels.add("cgroup.memoryLimitBytes", path, limitBytes);
  }
  const changes = counters.advance(
    timeNs,
    mapValues(memories, (memory) => [memory.limitHitCount, memory.highCount, memory.oomKillCount])
  );
  const rates = new ReadingList(changes);
  for (const [path, [limitHits, high, oomKills]] of changes.bySubject) {
    rates.addRate("cgroup.memoryLimitHitPerSec", path, limitHits);
    rates.addRate("cgroup.memoryHighPerSec", path, high);
    rates.addRate("cgroup.oomKillPerSec", path, oomKills);
  }
  return levels.readings.concat(rates.readings);
}
function readAll(paths, read) {
  const found = /* @__PURE__ */ new Map();
  for (const path of paths) {
    const facts = read(path);
    if (facts !== void 0) found.set(path, facts);
  }
  return found;
}
function mapValues(map, convert) {
  return new Map([...map].map(([key, value]) => [key, convert(value)]));
}

// src/collectors/series/cpu.ts
var FAST_CPUS = 64;
var SLOW_INTERVAL_NS = 95e7;
var USER = 0;
var NICE = 1;
var SYSTEM = 2;
var IDLE = 3;
var IOWAIT = 4;
var IRQ = 5;
var SOFTIRQ = 6;
var STEAL = 7;
var GUEST = 8;
var GUEST_NICE = 9;
function parseStat(text) {
  const ticks = /* @__PURE__ */ new Map();
  const counts = /* @__PURE__ */ new Map();
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    if (text.startsWith("cpu", start)) addTicks(ticks, text.slice(start, end));
    else if (end - start < 64) {
      const space = text.indexOf(" ", start);
      if (space !== -1 && space < end) counts.set(text.slice(start, space), Number(text.slice(space + 1, end)));
    }
    start = end + 1;
  }
  const count = (name) => counts.get(name) ?? Number.NaN;
  return {
    ticks,
    switchCount: count("ctxt"),
    forkCount: count("processes"),
    runnableCount: count("procs_running"),
    blockedCount: count("procs_blocked")
  };
}
function addTicks(ticks, line) {
  const [name, ...words] = splitWords(line);
  if (words.length < 4) return;
  const counted = words.slice(0, 10).map(parseCount);
  while (counted.length < 10) counted.push(0);
  ticks.set(name === "cpu" ? "" : name, counted);
}
function cpuDiffer() {
  const machine = new CounterSet({ unsteady: [IDLE, IOWAIT] });
  const single = new CounterSet({ unsteady: [IDLE, IOWAIT] });
  let singleNs = Number.NEGATIVE_INFINITY;
  return (text, timeNs) => {
    const { ticks, runnableCount, blockedCount } = parseStat(text);
    const all = ticks.get("");
    const readings = [];
    addShares(readings, machine, { timeNs, ticks: new Map(all === void 0 ? [] : [["", all]]) });
    if (ticks.size <= FAST_CPUS || timeNs - singleNs >= SLOW_INTERVAL_NS) {
      singleNs = timeNs;
      addShares(readings, single, { timeNs, ticks: new Map([...ticks].filter(([cpu]) => cpu !== "")) });
    }
    const levels = new ReadingList({ timeNs, durationNs: 0 });
    levels.add("sched.runnableCount", "", runnableCount);
    levels.add("sched.blockedCount", "", blockedCount);
    return readings.concat(levels.readings);
  };
}
function addShares(readings, counters, { timeNs, ticks }) {
  const changes = counters.advance(timeNs, ticks);
  const list = new ReadingList(changes);
  for (const [subject, change] of changes.bySubject) {
    const guest = change[GUEST] + change[GUEST_NICE];
    const total = change[USER] + change[NICE] + change[SYSTEM] + change[IDLE] + change[IOWAIT] + change[IRQ] + change[SOFTIRQ] + change[STEAL];
    list.add("cpu.userRatio", subject, Math.max(0, change[USER] + change[NICE] - guest) / total);
    list.add("cpu.systemRatio", subject, change[SYSTEM] / total);
    list.add("cpu.irqRatio", subject, change[IRQ] / total);
    list.add("cpu.softirqRatio", subject, change[SOFTIRQ] / total);
    list.add("cpu.stealRatio", subject, change[STEAL] / total);
    list.add("cpu.guestRatio", subject, guest / total);
    list.add("cpu.iowaitRatio", subject, change[IOWAIT] / total);
    list.add("cpu.idleRatio", subject, change[IDLE] / total);
  }
  for (const reading of list.readings) readings.push(reading);
}
function switchDiffer() {
  const names2 = ["sched.contextSwitchPerSec", "sched.forkPerSec"];
  return rateDiffer((text) => {
    const { switchCount, forkCount } = parseStat(text);
    return /* @__PURE__ */ new Map([["", [switchCount, forkCount]]]);
  }, names2);
}
function parseLoadavg(text) {
  return /* @__PURE__ */ new Map([["sched.load1", parseCount(text.split(" ", 1)[0])]]);
}
var loadDiffer = () => levelDiffer(parseLoadavg);

// src/collectors/series/disk.ts
var READS = 0;
var READ_SECTORS = 1;
var READ_MS = 2;
var WRITES = 3;
var WRITE_SECTORS = 4;
var WRITE_MS = 5;
var BUSY_MS = 6;
var QUEUE_MS = 7;
var FLUSHES = 8;
var FLUSH_MS = 9;
var columns = [0, 2, 3, 4, 6, 7, 9, 10, 15, 16];
var SECTOR_BYTES = 512;
var MAX_DISKS = 256;
function parseDiskstats(text) {
  const disks = /* @__PURE__ */ new Map();
  for (const line of text.split("\n")) {
    const words = splitWords(line);
    if (words.length < 14 || disks.size === MAX_DISKS) continue;
    const counts = columns.map((column) => parseCount(words[column + 3]));
    if (counts.some((count) => count > 0)) disks.set(words[2], counts);
  }
  return disks;
}
function diskDiffer(isWholeDisk) {
  const counters = new CounterSet({ is32Bit: true });
  return (text, timeNs) => {
    const disks = [...parseDiskstats(text)].filter(([name]) => isWholeDisk(name));
    const changes = counters.advance(timeNs, new Map(disks));
    const list = new ReadingList(changes);
    for (const [disk, change] of changes.bySubject) {
      list.addRate("disk.readPerSec", disk, change[READS]);
      list.addRate("disk.writePerSec", disk, change[WRITES]);
      list.addRate("disk.readBytesPerSec", disk, change[READ_SECTORS] * SECTOR_BYTES);
      list.addRate("disk.writeBytesPerSec", disk, change[WRITE_SECTORS] * SECTOR_BYTES);
      list.addRate("disk.flushPerSec", disk, change[FLUSHES]);
      list.addShare("disk.busyRatio", disk, change[BUSY_MS] * 1e6);
      list.add("disk.inFlightCount", disk, change[QUEUE_MS] * 1e6 / changes.durationNs);
      list.add("disk.readLatencyNs", disk, change[READ_MS] / change[READS] * 1e6);
      list.add("disk.writeLatencyNs", disk, change[WRITE_MS] / change[WRITES] * 1e6);
      list.add("disk.flushLatencyNs", disk, change[FLUSH_MS] / change[FLUSHES] * 1e6);
    }
    return list.readings;
  };
}
function wholeDisks(listBlockDevices) {
  const known = /* @__PURE__ */ new Map();
  return (name) => {
    const answer = known.get(name);
    if (answer !== void 0) return answer;
    const listed = listBlockDevices();
    const isWhole = listed === void 0 ? !looksLikePartition(name) : listed.includes(name.replaceAll("/", "!"));
    if (known.size < 4096) known.set(name, isWhole);
    return isWhole;
  };
}
function looksLikePartition(name) {
  return /^(?:[shv]d|xvd)[a-z]+\d+$|\dp\d+$/.test(name);
}

// src/collectors/series/frequency.ts
var MAX_CPUS = 64;
function openFrequencies(host) {
  const cpus = readOnlineCpus(host).slice(0, MAX_CPUS).map((cpu) => {
    const directory = `/sys/devices/system/cpu/cpu${cpu}/cpufreq`;
    return {
      cpu,
      currentPath: `${directory}/scaling_cur_freq`,
      maxHz: parseKilohertz(host.readText(`${directory}/cpuinfo_max_freq`))
    };
  });
  return { cpus: cpus.filter(({ maxHz, currentPath }) => !Number.isNaN(maxHz) || host.whyUnreadable(currentPath) === void 0) };
}
function collectFrequencies(host, { cpus }, timeNs) {
  const list = new ReadingList({ timeNs, durationNs: 0 });
  for (const { cpu, currentPath, maxHz } of cpus) {
    list.add("cpu.frequencyHz", `cpu${cpu}`, parseKilohertz(host.readText(currentPath)));
    list.add("cpu.maxFrequencyHz", `cpu${cpu}`, maxHz);
  }
  return list.readings;
}
function parseKilohertz(text) {
  return text !== void 0 && /^\d+\s*$/.test(text) ? Number.parseInt(text, 10) * 1e3 : Number.NaN;
}

// src/collectors/series/interrupts.ts
var MAX_LINES = 64;
var MAX_NAME_LENGTH2 = 80;
function parseInterrupts(text, wanted = []) {
  const header = text.slice(0, Math.max(0, text.indexOf("\n")));
  const cpuNames = header.split(" ").filter((word) => word.startsWith("CPU")).map((word) => word.toLowerCase());
  const perCpu = new Float64Array(cpuNames.length);
  const lines = /* @__PURE__ */ new Map();
  const lineCpus = /* @__PURE__ */ new Map();
  for (let start = header.length + 1; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const colon = text.indexOf(":", start);
    if (colon !== -1 && colon < end) {
      const { counts, next } = readCounts(text, { start: colon + 1, end, limit: cpuNames.length });
      const id = text.slice(start, colon).trim();
      const total = counts.reduce((sum, count) => sum + count, 0);
      if (total > 0) lines.set(nameOf(id, text.slice(next, end)), [total]);
      if (counts.length === cpuNames.length) for (let cpu = 0; cpu < counts.length; cpu++) perCpu[cpu] += counts[cpu];
      if (wanted.includes(id)) lineCpus.set(id, byCpu(cpuNames, counts));
    }
    start = end + 1;
  }
  return { lines, cpus: byCpu(cpuNames, perCpu), lineCpus };
}
function readCounts(text, { start, end, limit }) {
  const counts = [];
  let position = start;
  while (counts.length < limit) {
    while (position < end && text.charCodeAt(position) === SPACE) position++;
    let next = position;
    let count = 0;
    for (let digit = text.charCodeAt(next) - ZERO; next < end && digit >= 0 && digit <= 9; digit = text.charCodeAt(++next) - ZERO) {
      count = count * 10 + digit;
    }
    if (next === position || next < end && text.charCodeAt(next) !== SPACE) break;
    counts.push(count);
    position = next;
  }
  return { counts, next: position };
}
var SPACE = 32;
var ZERO = 48;
function nameOf(id, description) {
  const words = description.trim();
  const device = /^\d/.test(id) ? words.slice(words.lastIndexOf("  ") + 1).trim() : words;
  return `${id} ${device}`.trim().slice(0, MAX_NAME_LENGTH2);
}
function byCpu(names2, counts) {
  return new Map(names2.slice(0, counts.length).map((name, cpu) => [name, [counts[cpu]]]));
}
function interruptDiffer() {
  const lines = new CounterSet({ is32Bit: true });
  const cpus = new CounterSet({ is32Bit: true });
  return (text, timeNs) => {
    const table = parseInterrupts(text);
    const changes = lines.advance(timeNs, table.lines);
    const list = new ReadingList(changes);
    const busiest = [...changes.bySubject].sort(([, [left]], [, [right]]) => right - left).slice(0, MAX_LINES);
    for (const [line, [growth]] of busiest) list.addRate("interrupt.perSec", line, growth);
    return list.readings.concat(cpuRates("interrupt.cpuPerSec", cpus, { timeNs, totals: table.cpus }));
  };
}
function softirqDiffer() {
  const kinds = new CounterSet({ is32Bit: true });
  const cpus = new CounterSet({ is32Bit: true });
  return (text, timeNs) => {
    const table = parseInterrupts(text, ["NET_RX"]);
    const changes = kinds.advance(timeNs, table.lines);
    const list = new ReadingList(changes);
    for (const [kind, [growth]] of changes.bySubject) list.addRate("softirq.perSec", kind, growth);
    const received = [...table.lineCpus.get("NET_RX") ?? []].filter(([, [count]]) => count > 0);
    return list.readings.concat(cpuRates("softirq.netReceiveCpuPerSec", cpus, { timeNs, totals: new Map(received) }));
  };
}
function cpuRates(name, counters, { timeNs, totals }) {
  const changes = counters.advance(timeNs, totals);
  const list = new ReadingList(changes);
  for (const [cpu, [growth]] of changes.bySubject) list.addRate(name, cpu, growth);
  return list.readings;
}
var CPU_COLUMN = 12;
function parseSoftnet(text) {
  const cpus = /* @__PURE__ */ new Map();
  const lines = text.split("\n").filter((line) => line !== "");
  for (const [index, line] of lines.entries()) {
    const counts = line.trim().split(" ").map(parseHex);
    if (counts.length >= 3) cpus.set(`cpu${counts[CPU_COLUMN] ?? index}`, counts.slice(0, 3));
  }
  return cpus;
}
function parseHex(word) {
  return /^[\da-f]{1,8}$/i.test(word) ? Number.parseInt(word, 16) : Number.NaN;
}
var softnetDiffer = () => rateDiffer(parseSoftnet, ["softnet.packetPerSec", "softnet.dropPerSec", "softnet.squeezePerSec"], { is32Bit: true });

// src/collectors/series/memory.ts
var fields = [
  ["memory.totalBytes", "MemTotal"],
  ["memory.availableBytes", "MemAvailable"],
  ["memory.cachedBytes", "Cached"],
  ["memory.dirtyBytes", "Dirty"],
  ["memory.writebackBytes", "Writeback"],
  ["memory.anonymousBytes", "AnonPages"],
  ["memory.swapTotalBytes", "SwapTotal"],
  ["memory.swapFreeBytes", "SwapFree"]
];
function parseMeminfo(text) {
  const kibibytes = parseKeyedNumbers(text);
  return new Map(fields.map(([series, field]) => [series, (kibibytes.get(field) ?? Number.NaN) * 1024]));
}
var memoryDiffer = () => levelDiffer(parseMeminfo);

// src/collectors/series/network.ts
var MAX_INTERFACES = 128;
var names = [
  "net.receiveBytesPerSec",
  "net.sendBytesPerSec",
  "net.receivePacketPerSec",
  "net.sendPacketPerSec",
  "net.dropPerSec",
  "net.errorPerSec"
];
function parseNetDev(text) {
  const interfaces = /* @__PURE__ */ new Map();
  for (const line of text.split("\n")) {
    const colon = line.lastIndexOf(":");
    if (colon === -1 || interfaces.size === MAX_INTERFACES) continue;
    const counts = splitWords(line.slice(colon + 1)).map(parseCount);
    if (counts.length < 12) continue;
    const totals = [counts[0], counts[8], counts[1], counts[9], counts[3] + counts[11], counts[2] + counts[10]];
    if (totals.some((total) => total > 0)) interfaces.set(line.slice(0, colon).trim(), totals);
  }
  return interfaces;
}
var networkDiffer = () => rateDiffer(parseNetDev, names, { is32Bit: true });

// src/collectors/series/protocol.ts
var snmpFields = [
  ["tcp.sendSegmentPerSec", "Tcp", "OutSegs"],
  ["tcp.receiveSegmentPerSec", "Tcp", "InSegs"],
  ["tcp.retransmitPerSec", "Tcp", "RetransSegs"],
  ["tcp.activeOpenPerSec", "Tcp", "ActiveOpens"],
  ["tcp.passiveOpenPerSec", "Tcp", "PassiveOpens"],
  ["tcp.resetPerSec", "Tcp", "OutRsts"],
  ["udp.receiveBufferErrorPerSec", "Udp", "RcvbufErrors"]
];
var netstatFields = [
  ["tcp.listenOverflowPerSec", "TcpExt", "ListenOverflows"],
  ["tcp.listenDropPerSec", "TcpExt", "ListenDrops"],
  ["tcp.delayedAckPerSec", "TcpExt", "DelayedACKs"]
];
function parseProtocolCounters(text) {
  const groups = /* @__PURE__ */ new Map();
  const lines = text.split("\n");
  for (let line = 0; line + 1 < lines.length; line += 2) {
    const names2 = lines[line].split(" ");
    const values = lines[line + 1].split(" ");
    if (names2[0] !== values[0] || !names2[0].endsWith(":")) continue;
    groups.set(names2[0].slice(0, -1), new Map(names2.slice(1).map((name, index) => [name, parseCount(values[index + 1])])));
  }
  return groups;
}
function totalsOf(text, fields3) {
  const groups = parseProtocolCounters(text);
  return /* @__PURE__ */ new Map([["", fields3.map(([, group, counter]) => groups.get(group)?.get(counter) ?? Number.NaN)]]);
}
var differOf = (fields3) => rateDiffer(
  (text) => totalsOf(text, fields3),
  fields3.map(([name]) => name),
  { is32Bit: true }
);
var snmpDiffer = () => differOf(snmpFields);
var netstatDiffer = () => differOf(netstatFields);

// src/collectors/series/psi.ts
var pressureResources = ["cpu", "memory", "io"];
function parsePressure(text) {
  return { someUs: totalOf(text, "some "), fullUs: totalOf(text, "full ") };
}
function totalOf(text, kind) {
  const line = text.split("\n").find((candidate) => candidate.startsWith(kind));
  const digits = line === void 0 ? void 0 : /\btotal=(\d+)$/.exec(line)?.[1];
  return digits === void 0 ? Number.NaN : Number(digits);
}
function pressureDiffer(resource) {
  const counters = new CounterSet();
  return (texts, timeNs) => {
    const totals = /* @__PURE__ */ new Map();
    for (const [subject, text] of texts) {
      const { someUs, fullUs } = parsePressure(text);
      totals.set(subject, [someUs, resource === "cpu" && subject === "" ? Number.NaN : fullUs]);
    }
    const changes = counters.advance(timeNs, totals);
    const list = new ReadingList(changes);
    for (const [subject, [someUs, fullUs]] of changes.bySubject) {
      list.addShare(`psi.${resource}.someRatio`, subject, someUs * 1e3);
      list.addShare(`psi.${resource}.fullRatio`, subject, fullUs * 1e3);
    }
    return list.readings;
  };
}

// src/collectors/series/quota-search.ts
var MAX_DIRECTORIES = 2e3;
var MAX_FOUND = 128;
var RESTART_NS = 1e10;
var DIRECTORIES_PER_CALL = 50;
function openQuotaSearch(host, mounts) {
  const v1 = mounts.v1.get("cpu");
  const mount = v1 ?? mounts.v2;
  let found = [];
  let isCut = false;
  let startedNs = Number.NEGATIVE_INFINITY;
  let pass;
  return {
    advance(timeNs) {
      if (mount === void 0) return found;
      const isFirst = startedNs === Number.NEGATIVE_INFINITY;
      if (pass === void 0 && timeNs - startedNs >= RESTART_NS) {
        startedNs = timeNs;
        pass = { waiting: [""], seenCount: 0, found: [], isCut: false };
      }
      if (pass === void 0) return found;
      const hasQuota = (directory) => readHasQuota(host, directory, v1 !== void 0);
      if (!goOn(host, pass, { directory: mount.directory, hasQuota, limit: isFirst ? MAX_DIRECTORIES : DIRECTORIES_PER_CALL })) return found;
      const prefix = mount.root === "/" ? "" : mount.root;
      found = pass.found.map((path) => prefix + path || "/");
      isCut ||= pass.isCut;
      pass = void 0;
      return found;
    },
    get isCut() {
      return isCut;
    }
  };
}
function goOn(host, pass, { directory, hasQuota, limit }) {
  for (let step = 0; step < limit; step++) {
    const path = pass.waiting[pass.seenCount];
    if (path === void 0) return true;
    pass.seenCount++;
    if (hasQuota(directory + path)) {
      if (pass.found.length === MAX_FOUND) {
        pass.isCut = true;
        return true;
      }
      pass.found.push(path);
    }
    for (const name of host.listDirectory(directory + path) ?? []) {
      if (isControlFile(name)) continue;
      if (pass.waiting.length === MAX_DIRECTORIES) pass.isCut = true;
      else pass.waiting.push(`${path}/${name}`);
    }
  }
  return pass.seenCount === pass.waiting.length;
}
function readHasQuota(host, directory, isV1) {
  const quota = host.readText(isV1 ? `${directory}/cpu.cfs_quota_us` : `${directory}/cpu.max`);
  return quota !== void 0 && /^[1-9]/.test(quota);
}
function isControlFile(name) {
  return /^(?:(?:cgroup|cpu|cpuacct|cpuset|memory|io|blkio|pids|hugetlb|rdma|misc|devices|freezer|net_cls|net_prio|perf_event|irq|dmem|debug)\..*|tasks|notify_on_release|release_agent)$/s.test(
    name
  );
}

// src/collectors/series/unavailable.ts
var topics = {
  "/proc/stat": { topic: "CPU shares", series: ["cpu.userRatio", "cpu.systemRatio", "cpu.stealRatio", "cpu.idleRatio", "sched."] },
  "/proc/loadavg": { topic: "load average", series: ["sched.load1"] },
  "/proc/meminfo": { topic: "memory", series: ["memory."] },
  "/proc/vmstat": { topic: "paging and reclaim", series: ["vm."] },
  "/proc/diskstats": { topic: "disks", series: ["disk."] },
  "/proc/net/dev": { topic: "network interfaces", series: ["net."] },
  "/proc/net/snmp": { topic: "TCP and UDP", series: ["tcp.sendSegmentPerSec", "tcp.retransmitPerSec", "udp."] },
  "/proc/net/netstat": { topic: "TCP listen queues", series: ["tcp.listenOverflowPerSec", "tcp.listenDropPerSec", "tcp.delayedAckPerSec"] },
  "/proc/net/softnet_stat": { topic: "network backlog", series: ["softnet."] },
  "/proc/interrupts": { topic: "interrupts", series: ["interrupt."] },
  "/proc/softirqs": { topic: "soft interrupts", series: ["softirq."] }
};
function describeMissing(path, why) {
  const isForbidden = why === "EACCES" || why === "EPERM";
  return {
    ...topics[path],
    tables: ["series", "metric"],
    reason: isForbidden ? `${path} may not be read (${why}).` : `${path} cannot be read (${why}).`,
    remedy: isForbidden ? "sudo autotune \u2026" : "Mount /proc whole: this kernel or container does not show the file."
  };
}
function pressureMissing(why) {
  const isForbidden = why === "EACCES" || why === "EPERM";
  return {
    topic: "pressure (PSI)",
    tables: ["series", "metric"],
    series: ["psi."],
    reason: isForbidden ? `/proc/pressure may not be read (${why}).` : `CONFIG_PSI is off or psi=0 on the kernel command line: /proc/pressure cannot be read (${why}).`,
    remedy: isForbidden ? "sudo autotune \u2026" : "Boot with psi=1 on the kernel command line."
  };
}
function frequencyMissing(host) {
  const isVirtual = isVirtualMachine(host);
  return {
    topic: "CPU frequency",
    tables: ["series", "metric"],
    series: ["cpu.frequencyHz", "cpu.maxFrequencyHz"],
    reason: isVirtual ? "no cpufreq driver (virtual machine)" : "no cpufreq driver",
    remedy: isVirtual ? "Look on the host of this virtual machine." : "Load a cpufreq driver, or enable frequency scaling in the firmware."
  };
}
function noCgroups() {
  return {
    topic: "cgroups",
    tables: ["series", "metric"],
    series: ["cgroup."],
    reason: "No cgroup file system is mounted.",
    remedy: "sudo mount -t cgroup2 none /sys/fs/cgroup"
  };
}
function cgroupsCut() {
  return {
    topic: "some cgroups",
    tables: ["series", "metric"],
    series: [],
    reason: "This machine has more cgroups than autotune watches: 2,000 are searched for a CPU quota, 128 with one and 64 of the target are read.",
    remedy: "Diagnose one of them: sudo autotune diagnose --cgroup PATH"
  };
}

// src/collectors/series/vm.ts
var fields2 = [
  ["vm.faultPerSec", ["pgfault"]],
  ["vm.majorFaultPerSec", ["pgmajfault"]],
  ["vm.swapInPerSec", ["pswpin"]],
  ["vm.swapOutPerSec", ["pswpout"]],
  ["vm.directScanPerSec", ["pgscan_direct"], ["pgscan_direct_*"]],
  ["vm.directReclaimPerSec", ["pgsteal_direct"], ["pgsteal_direct_*"]],
  ["vm.kswapdScanPerSec", ["pgscan_kswapd"], ["pgscan_kswapd_*"]],
  ["vm.refaultPerSec", ["workingset_refault_anon", "workingset_refault_file"], ["workingset_refault"]],
  ["vm.allocationStallPerSec", ["allocstall_*"], ["allocstall"]],
  ["vm.compactionStallPerSec", ["compact_stall"]],
  ["vm.oomKillPerSec", ["oom_kill"]]
];
var zones = ["dma", "dma32", "normal", "high", "movable", "device"];
function parseVmstat(text) {
  const counts = parseKeyedNumbers(text);
  return /* @__PURE__ */ new Map([["", fields2.map(([, ...spellings]) => firstSpelling(counts, spellings))]]);
}
function firstSpelling(counts, spellings) {
  for (const names2 of spellings) {
    const sum = names2.reduce((total, name) => total + countOf(counts, name), 0);
    if (!Number.isNaN(sum)) return sum;
  }
  return Number.NaN;
}
function countOf(counts, name) {
  if (!name.endsWith("*")) return counts.get(name) ?? Number.NaN;
  const present = zones.map((zone) => counts.get(name.slice(0, -1) + zone)).filter((count) => count !== void 0);
  return present.length === 0 ? Number.NaN : present.reduce((total, count) => total + count, 0);
}
var vmDiffer = () => rateDiffer(
  parseVmstat,
  fields2.map(([name]) => name)
);

// src/collectors/series.ts
var MAX_FOLLOWED = 64;
var MAX_PRESSURE = 8;
function openSeries(host, options) {
  const mounts = readCgroupMounts(host);
  const pressure = pressureSource(host, mounts);
  const cgroups = cgroupSource(host, mounts);
  const frequencies = openFrequencies(host);
  const fast = openFiles(host, [["/proc/stat", cpuDiffer()]]);
  const slow = openFiles(host, [
    ["/proc/stat", switchDiffer()],
    ["/proc/loadavg", loadDiffer()],
    ["/proc/meminfo", memoryDiffer()],
    ["/proc/vmstat", vmDiffer()],
    ["/proc/diskstats", diskDiffer(wholeDisks(() => host.listDirectory("/sys/block")))],
    ["/proc/net/dev", networkDiffer()],
    ["/proc/net/snmp", snmpDiffer()],
    ["/proc/net/netstat", netstatDiffer()],
    ["/proc/net/softnet_stat", softnetDiffer()],
    ["/proc/interrupts", interruptDiffer()],
    ["/proc/softirqs", softirqDiffer()]
  ]);
  return {
    collectFast: (timeNs) => [...fast.collect(timeNs), ...pressure.collect(options.cgroups().slice(0, MAX_PRESSURE), timeNs)],
    collectSlow: (timeNs) => [
      ...slow.collect(timeNs),
      ...collectFrequencies(host, frequencies, timeNs),
      ...cgroups.collect(options.cgroups(), timeNs)
    ],
    unavailable: () => [
      ...[...slow.missing].map(([path, why]) => describeMissing(path, why)),
      ...pressure.unavailable(),
      ...frequencies.cpus.length === 0 ? [frequencyMissing(host)] : [],
      ...cgroups.unavailable()
    ]
  };
}
function openFiles(host, files) {
  const missing = /* @__PURE__ */ new Map();
  const seen = /* @__PURE__ */ new Set();
  return {
    missing,
    collect(timeNs) {
      const readings = [];
      for (const [path, differ] of files) {
        if (missing.has(path)) continue;
        const text = host.readText(path);
        if (text !== void 0) {
          seen.add(path);
          for (const reading of differ(wholeLines(text), timeNs)) readings.push(reading);
        } else if (!seen.has(path)) missing.set(path, host.whyUnreadable(path) ?? "unreadable");
      }
      return readings;
    }
  };
}
function wholeLines(text) {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}
function pressureSource(host, mounts) {
  const answers = pressureResources.map((resource) => ({ resource, why: whyNoPressure(host, resource) }));
  const refused = answers.find(({ why }) => why !== void 0)?.why;
  const differs = answers.filter(({ why }) => why === void 0).map(({ resource }) => ({ resource, differ: pressureDiffer(resource) }));
  return {
    collect(cgroups, timeNs) {
      const directories = /* @__PURE__ */ new Map([["", "/proc/pressure"]]);
      for (const path of cgroups) {
        const directory = cgroupDirectory(mounts.v2, path);
        const isMachine = path === "/" && directory !== void 0 && isWholeMachine(host, directory);
        if (directory !== void 0 && !isMachine) directories.set(path, directory);
      }
      return differs.flatMap(({ resource, differ }) => differ(readPressure(host, directories, resource), timeNs));
    },
    unavailable: () => refused === void 0 ? [] : [pressureMissing(refused)]
  };
}
function whyNoPressure(host, resource) {
  const path = `/proc/pressure/${resource}`;
  return host.readText(path) === void 0 ? host.whyUnreadable(path) ?? "unreadable" : void 0;
}
function readPressure(host, directories, resource) {
  const texts = /* @__PURE__ */ new Map();
  for (const [subject, directory] of directories) {
    const text = host.readText(subject === "" ? `${directory}/${resource}` : `${directory}/${resource}.pressure`);
    if (text !== void 0) texts.set(subject, text);
  }
  return texts;
}
function cgroupSource(host, mounts) {
  const read = cgroupReader(host, mounts);
  const quotas = openQuotaSearch(host, mounts);
  let skippedCount = 0;
  return {
    collect(targets, timeNs) {
      const wanted = new Set(targets.flatMap(withAncestors));
      skippedCount = Math.max(skippedCount, wanted.size - MAX_FOLLOWED);
      return read({ followed: [...wanted].slice(0, MAX_FOLLOWED), withQuota: quotas.advance(timeNs) }, timeNs);
    },
    unavailable() {
      if (mounts.v2 === void 0 && mounts.v1.size === 0) return [noCgroups()];
      return quotas.isCut || skippedCount > 0 ? [cgroupsCut()] : [];
    }
  };
}

// src/collectors/thread-time.ts
var CPU_BUDGET = 4e-3;
var MAX_THREADS = 4096;
var TICK_NS = 1e7;
function openThreadTime(host, { pids, processRowOf }) {
  const refusal = explainMissing(host);
  let past;
  let nextScanNs = Number.NEGATIVE_INFINITY;
  let isCut = false;
  const scan = (timeNs) => {
    if (refusal !== void 0 || past !== void 0 && timeNs <= past.timeNs) return [];
    const beforeNs = host.ownCpuNs();
    const { threads, isCut: isScanCut } = scanThreads(host, pids());
    isCut ||= isScanCut;
    const rows = past === void 0 ? [] : rowsSince(host, past, { timeNs, threads, processRowOf });
    const costNs = host.ownCpuNs() - beforeNs;
    nextScanNs = past === void 0 ? timeNs : timeNs + costNs / CPU_BUDGET;
    past = { firstNs: past?.firstNs ?? timeNs, timeNs, threads: new Map(threads.map((thread) => [thread.tid, thread])) };
    return rows;
  };
  return {
    collect: (timeNs) => timeNs < nextScanNs ? [] : scan(timeNs),
    collectLast: scan,
    unavailable: () => [...refusal === void 0 ? [] : [refusal], ...isCut ? [tooManyThreads()] : []]
  };
}
function scanThreads(host, pids) {
  const threads = [];
  for (const pid of pids === "all" ? listNumbers(host, "/proc") : pids) {
    if (pid === host.pid) continue;
    for (const tid of listNumbers(host, `/proc/${pid}/task`)) {
      if (threads.length === MAX_THREADS) return { threads, isCut: true };
      const times = parseSchedstat(host.readText(`/proc/${pid}/task/${tid}/schedstat`));
      if (times !== void 0) threads.push({ pid, tid, ...times });
    }
  }
  return { threads, isCut: false };
}
function parseSchedstat(text) {
  const match = text === void 0 ? null : /^(\d+) (\d+) \d+\s*$/.exec(text);
  return match === null ? void 0 : { runNs: Number(match[1]), waitNs: Number(match[2]) };
}
function rowsSince(host, past, { timeNs, threads, processRowOf }) {
  const startNsOf = startTimes(host, timeNs);
  const rows = [];
  for (const thread of threads) {
    const { pid, tid, runNs, waitNs } = thread;
    if (runNs === 0 && waitNs === 0) continue;
    const before = past.threads.get(tid);
    const isKnown = before !== void 0 && runNs >= before.runNs && waitNs >= before.waitNs;
    if (isKnown && runNs === before.runNs && waitNs === before.waitNs) continue;
    const sinceNs = isKnown ? past.timeNs : sliceStart(past, startNsOf(pid, tid));
    if (sinceNs === void 0 || sinceNs >= timeNs) continue;
    const slice = { timeNs: sinceNs, durationNs: timeNs - sinceNs, process: processRowOf(pid), tid };
    const ranNs = runNs - (isKnown ? before.runNs : 0);
    const waitedNs = waitNs - (isKnown ? before.waitNs : 0);
    if (ranNs > 0) rows.push({ ...slice, state: ThreadState.Running, ns: ranNs });
    if (waitedNs > 0) rows.push({ ...slice, state: ThreadState.Runnable, ns: waitedNs });
  }
  return rows;
}
function sliceStart({ firstNs, timeNs }, startNs) {
  if (startNs === void 0 || startNs < firstNs - TICK_NS) return void 0;
  return startNs < timeNs - 2 * TICK_NS ? Math.max(startNs, firstNs) : timeNs;
}
function startTimes(host, timeNs) {
  let uptimeNs;
  return (pid, tid) => {
    uptimeNs ??= Number.parseFloat(host.readText("/proc/uptime") ?? "") * 1e9;
    const stat = parseStatLine(host.readText(`/proc/${pid}/task/${tid}/stat`) ?? "");
    const startNs = stat === void 0 ? Number.NaN : timeNs - (uptimeNs - stat.startTicks * TICK_NS);
    return Number.isNaN(startNs) ? void 0 : startNs;
  };
}
function explainMissing(host) {
  const path = `/proc/${host.pid}/schedstat`;
  const times = parseSchedstat(host.readText(path));
  if (times !== void 0 && times.runNs + times.waitNs > 0) return void 0;
  const found = times === void 0 ? host.whyUnreadable(path) ?? "unreadable" : "all zero";
  return {
    topic: "running and waiting times of threads",
    tables: ["threadTime"],
    series: [],
    reason: `${path} is of no use (${found}): the kernel was built without CONFIG_SCHED_INFO.`,
    remedy: "Use a kernel with CONFIG_SCHED_INFO or CONFIG_TASK_DELAY_ACCT."
  };
}
function tooManyThreads() {
  return {
    topic: "running and waiting times of some threads",
    tables: ["threadTime"],
    series: [],
    reason: `There were more than ${MAX_THREADS} threads to follow; those with the lowest process ids were.`,
    remedy: "Diagnose one process: sudo autotune diagnose --pid PID"
  };
}

// src/pipeline/launched-command.ts
import { spawn } from "node:child_process";
import { constants } from "node:os";
async function launchCommand(command, output) {
  const child = spawn(command[0], command.slice(1), { stdio: ["inherit", output === "stdout" ? "inherit" : 2, "inherit"] });
  const exitStatus = new Promise((resolve) => child.once("exit", (code, signal) => resolve(statusOf(code, signal))));
  return { pid: await startedPid(child, command[0]), exitStatus };
}
function startedPid(child, name) {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(commandNotStarted(name, "code" in error ? String(error.code) : error.message)));
    child.once("spawn", () => resolve(child.pid ?? 0));
  });
}
function statusOf(code, signal) {
  if (code !== null) return code;
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}
function commandNotStarted(name, errno) {
  const why = errno === "ENOENT" ? `There is no such program in PATH or at that path (${errno}).` : errno === "EACCES" ? `The file is not executable for this user, or is a directory (${errno}).` : `The kernel said ${errno}.`;
  const next = errno === "EACCES" ? `chmod +x ${name}, or name its interpreter: autotune diagnose -- sh ${name}` : "Check the spelling, or give the full path after --";
  return new AutotuneError({ code: "USAGE", what: `The command ${name} could not be started.`, why, next });
}

// src/collectors/bpf/slice-tables.ts
var filled = [
  "threadTime",
  "wait",
  "runQueue",
  "latencyBucket",
  "lock",
  "blockIo",
  "syscall",
  "fault",
  "interrupt",
  "kernelEvent",
  "quality"
];
var stateOf = {
  running: ThreadState.Running,
  woken: ThreadState.Runnable,
  preempted: ThreadState.Preempted,
  throttled: ThreadState.Throttled,
  blocked: ThreadState.Blocked,
  blockedIo: ThreadState.Blocked
};
var FIRST_BUCKET_END_NS = 512;
var REMEMBERED_STACKS = 2e5;
var FEW_TIMES = 4;
var SliceTables = class {
  #targets;
  #builders;
  /** Rows taken so far by table: histograms point at rows of the whole recording. */
  #taken = /* @__PURE__ */ new Map();
  #stacks = /* @__PURE__ */ new Map();
  constructor(targets) {
    this.#targets = targets;
    this.#builders = Object.fromEntries(filled.map((name) => [name, new TableBuilder(name)]));
  }
  /** Rows since the last call, by table; histograms after what they describe. */
  takeRows() {
    return filled.map((name) => {
      const table = this.#builders[name].build();
      this.#taken.set(name, (this.#taken.get(name) ?? 0) + table.length);
      this.#replace(name);
      return { name, table };
    });
  }
  addLedger(ledger) {
    for (const { pid, tid, timeNs, durationNs, ns, unobservedNs } of ledger) {
      const slice = { timeNs, durationNs, process: this.#process(pid, timeNs + durationNs), tid };
      const perState = new Float64Array(6);
      for (const [index, state] of ledgerStates.entries()) perState[stateOf[state]] += ns[index];
      perState[ThreadState.Unobserved] += unobservedNs;
      for (const [state, stateNs] of perState.entries()) if (stateNs > 0) this.#add("threadTime", { ...slice, state, ns: stateNs });
    }
  }
  addSlice(slice) {
    const { timeNs: endNs, durationNs } = slice;
    const at = { timeNs: endNs - durationNs, durationNs };
    if (this.#stacks.size > REMEMBERED_STACKS) this.#stacks.clear();
    for (const [id, addresses] of slice.stacks) this.#stacks.set(id, addresses);
    this.addLedger(slice.ledger);
    this.#addWaits(slice, at);
    this.#addQueues(slice, at);
    this.#addDevices(slice, at);
    this.#addCalls(slice, at);
    this.#addEvents(slice, at);
    for (const [topic, counters] of slice.counters) {
      for (const kind of ["lostRows", "lostThreads", "lostStacks", "lostStarts", "unreadMaps"]) {
        if (counters[kind] > 0) this.#add("quality", { timeNs: endNs, kind, subject: `eBPF ${topic}`, count: counters[kind] });
      }
    }
  }
  #addWaits(slice, at) {
    for (const row of slice.waits) {
      const process2 = this.#process(row.pid, slice.timeNs);
      const wakerProcess = row.wakerPid === NONE ? NONE : this.#process(row.wakerPid, slice.timeNs);
      const index = this.#add("wait", {
        ...at,
        process: process2,
        tid: row.tid,
        reason: row.reason,
        syscall: row.syscall,
        argument: row.argument,
        kernelCallchain: this.#callchain(row.kernelStack, process2, slice.timeNs),
        userCallchain: this.#callchain(row.userStack, process2, slice.timeNs),
        wakerKind: row.wakerKind,
        wakerProcess,
        wakerTid: row.wakerTid,
        wakerCallchain: this.#callchain(row.wakerStack, wakerProcess, slice.timeNs),
        ...timesOf(row.times),
        open: 0
      });
      this.#addBuckets("wait", index, row.times);
    }
    for (const { pid, tid, sinceNs, reason, syscall, argument } of slice.openWaits) {
      const ns = slice.timeNs - Math.max(0, sinceNs);
      const nobody = {
        wakerKind: "unknown",
        wakerProcess: NONE,
        wakerTid: NONE,
        wakerCallchain: NONE,
        kernelCallchain: NONE,
        userCallchain: NONE
      };
      this.#add("wait", {
        ...at,
        process: this.#process(pid, slice.timeNs),
        tid,
        reason,
        syscall,
        argument,
        ...nobody,
        count: 1,
        ns,
        maxNs: ns,
        open: 1
      });
    }
  }
  #addQueues(slice, at) {
    for (const { pid, tid, reason, occupantTid, times } of slice.queues) {
      const index = this.#add("runQueue", { ...at, process: this.#process(pid, slice.timeNs), tid, reason, occupantTid, ...timesOf(times) });
      this.#addBuckets("runQueue", index, times);
    }
    for (const { pid, tid, lock, kind, ownerTid, kernelStack, times } of slice.locks) {
      const process2 = this.#process(pid, slice.timeNs);
      const kernelCallchain = this.#callchain(kernelStack, process2, slice.timeNs);
      const index = this.#add("lock", { ...at, process: process2, tid, address: lock, kind, ownerTid, kernelCallchain, ...timesOf(times) });
      this.#addBuckets("lock", index, times);
    }
  }
  #addDevices(slice, at) {
    for (const row of slice.blocks) {
      const process2 = this.#process(row.pid, slice.timeNs);
      const index = this.#add("blockIo", {
        ...at,
        process: process2,
        tid: row.tid,
        device: row.device,
        operation: row.operation,
        sizeFromBytes: row.sizeFromBytes,
        sequential: row.sequential ? 1 : 0,
        kernelCallchain: this.#callchain(row.kernelStack, process2, slice.timeNs),
        count: row.latency.count,
        sizeBytes: row.bytes,
        errorCount: row.errors,
        latencyNs: row.latency.ns,
        maxLatencyNs: row.latency.maxNs,
        queueNs: row.queue.ns
      });
      this.#addBuckets("blockIo", index, row.latency);
    }
    for (const { kind, vector, victimPid, victimTid, times } of slice.interrupts) {
      const process2 = victimPid === NONE ? NONE : this.#process(victimPid, slice.timeNs);
      const index = this.#add("interrupt", { ...at, process: process2, tid: victimTid, kind, vector, ...timesOf(times) });
      this.#addBuckets("interrupt", index, times);
    }
  }
  #addCalls(slice, at) {
    for (const { pid, tid, number, count, ns, maxNs, errors, resultSum } of slice.syscalls) {
      const name = this.#targets.syscalls?.nameOf.get(number) ?? String(number);
      this.#add("syscall", { ...at, process: this.#process(pid, slice.timeNs), tid, name, count, ns, maxNs, errorCount: errors, resultSum });
    }
    for (const { pid, tid, inKernel, userStack, count, major } of slice.faults) {
      const process2 = this.#process(pid, slice.timeNs);
      const userCallchain = this.#callchain(userStack, process2, slice.timeNs);
      this.#add("fault", { ...at, process: process2, tid, inKernel: inKernel ? 1 : 0, userCallchain, count, majorCount: major });
    }
  }
  #addEvents(slice, at) {
    for (const { kind, pid, remoteAddress, remotePort, localPort, count } of slice.network) {
      const port = remotePort === NONE ? localPort : remotePort;
      const subject = port === NONE ? remoteAddress : `${remoteAddress}:${port}`;
      this.#add("kernelEvent", {
        ...at,
        kind,
        process: pid > 0 ? this.#process(pid, slice.timeNs) : NONE,
        tid: NONE,
        subject,
        count,
        ns: 0
      });
    }
    for (const { kind, pid, tid, toPid, signal, count } of slice.processes) {
      const subject = kind === "signal" ? `signal ${signal} to pid ${toPid}` : void 0;
      this.#add("kernelEvent", { ...at, kind, process: this.#process(pid, slice.timeNs), tid, subject, count, ns: 0 });
    }
    for (const { kind, pid, tid, times } of slice.memoryStalls) {
      this.#add("kernelEvent", {
        ...at,
        kind,
        process: this.#process(pid, slice.timeNs),
        tid,
        subject: void 0,
        count: times.count,
        ns: times.ns
      });
    }
  }
  #addBuckets(table, index, { count, buckets }) {
    if (count < FEW_TIMES) return;
    const row = (this.#taken.get(table) ?? 0) + index;
    const last = buckets.length - 1;
    for (let bucket = 0; bucket <= last; bucket++) {
      const endNs = bucket === last ? Number.POSITIVE_INFINITY : FIRST_BUCKET_END_NS * 2 ** bucket;
      if (buckets[bucket] > 0) this.#add("latencyBucket", { table, row, endNs, count: buckets[bucket] });
    }
  }
  #process(pid, timeNs) {
    return pid < 0 ? NONE : this.#targets.tracker.rowAt(pid, timeNs);
  }
  /** Kernel addresses have the top bit set. A process with a stack of its own needs its mappings. */
  #callchain(id, process2, timeNs) {
    const addresses = this.#stacks.get(id);
    if (addresses === void 0 || addresses.length === 0) return NONE;
    const isKernel = addresses[0] >> 63n === 1n;
    if (!isKernel && process2 === NONE) return NONE;
    if (!isKernel) this.#targets.tracker.touchProcess(process2);
    return this.#targets.interner.internAddresses(addresses, isKernel ? CodeKind.Kernel : CodeKind.User, { process: process2, timeNs });
  }
  #add(name, row) {
    return this.#builders[name].add(row);
  }
  #replace(name) {
    ;
    this.#builders[name] = new TableBuilder(name);
  }
};
function timesOf({ count, ns, maxNs }) {
  return { count, ns, maxNs };
}

// src/pipeline/off-cpu.ts
var LAST_WINDOW = 8;
var MANY_THREADS = 1e3;
function openOffCpu(host, { tracker, interner }) {
  const architecture = process.arch;
  const bpfHost = linuxBpfHost(host);
  const kernelNames = host.uid === 0 ? readKernelNames(host) : void 0;
  const kallsyms = kernelNames?.kallsyms;
  const collector = openBpf(bpfHost, {
    skeletonFolder: assetPath("bpf"),
    architecture,
    ...kallsyms === void 0 ? {} : {
      kernelFunction: (address) => findKernelFunction(kallsyms, Number(BigInt.asIntN(64, address)))?.name,
      kernelRange: (name) => findKernelRange(kallsyms, name)
    }
  });
  const tables = new SliceTables({ tracker, interner, syscalls: syscallNames(architecture) });
  let tick = 0;
  let windowTick = 0;
  const turnWindow = () => {
    tick++;
    collector.openWindow(tick === windowTick || windowTick === 0 && tick < 2);
  };
  let isFinished = false;
  let threads = 0;
  return {
    startNs: collector.startNs,
    hasLedger: collector.running.includes("sched"),
    tables: [...new Set(collector.running.flatMap((topic) => topicFacts[topic].tables))],
    unavailable: summarize(collector.unavailable),
    kernelNames,
    collectLedger() {
      if (isFinished) return;
      turnWindow();
      if (threads > MANY_THREADS) return;
      const { ledger } = collector.drainLedger();
      threads = ledger.length;
      tables.addLedger(ledger);
    },
    collect() {
      if (isFinished || collector.running.length === 0) return;
      collector.openWindow(false);
      tick = 0;
      windowTick = 1 + Math.floor(Math.random() * LAST_WINDOW);
      const slice = collector.drain();
      threads = slice.ledger.length / 10;
      tables.addSlice(slice);
    },
    finish() {
      if (isFinished) return;
      isFinished = true;
      if (collector.running.length > 0) tables.addSlice(collector.close());
    },
    takeRows: () => tables.takeRows()
  };
}
function summarize(unavailable) {
  const [first] = unavailable;
  if (unavailable.length < 2 || unavailable.some(({ reason }) => reason !== first.reason)) return unavailable;
  return [
    { ...first, topic: "eBPF: waits, wakers, locks, I/O, system calls", tables: [...new Set(unavailable.flatMap(({ tables }) => tables))] }
  ];
}

// src/pipeline/pending-rows.ts
var PendingRows = class {
  #seriesRow = /* @__PURE__ */ new Map();
  #series = new TableBuilder("series");
  #metric = new TableBuilder("metric");
  #threadTime = new TableBuilder("threadTime");
  addReadings(readings) {
    for (const { name, subject, timeNs, durationNs, value } of readings) {
      const key = `${name}\0${subject}`;
      let series = this.#seriesRow.get(key);
      if (series === void 0) {
        series = this.#seriesRow.size;
        this.#seriesRow.set(key, series);
        this.#series.add({ name, subject });
      }
      this.#metric.add({ timeNs, durationNs, series, value });
    }
  }
  addThreadTime(rows) {
    for (const row of rows) this.#threadTime.add(row);
  }
  appendTo(writer) {
    appendRows(writer, "series", this.#series.build());
    appendRows(writer, "metric", this.#metric.build());
    appendRows(writer, "threadTime", this.#threadTime.build());
    this.#series = new TableBuilder("series");
    this.#metric = new TableBuilder("metric");
    this.#threadTime = new TableBuilder("threadTime");
  }
};
function appendRows(writer, name, table) {
  if (table.length > 0) writer.append(name, table);
}

// src/pipeline/recorder.ts
var LATE_OPTIMIZATION = "--interrupt-budget=8000000";
var USUAL_OPTIMIZATION = "--interrupt-budget=135168";
var TICK_MS = 100;
var TICKS_PER_SECOND = 10;
var MAX_OWN_PIDS = 256;
var URGENT = constants2.priority.PRIORITY_HIGH;
function setPriority(priority) {
  try {
    os.setPriority(priority);
  } catch {
  }
}
async function launch(command, output) {
  setPriority(constants2.priority.PRIORITY_NORMAL);
  try {
    return await launchCommand(command, output);
  } finally {
    setPriority(URGENT);
  }
}
var sampledTables = ["mapping", "callchain", "sample"];
async function record(host, options, control) {
  setFlagsFromString(LATE_OPTIMIZATION);
  setPriority(URGENT);
  const files = new MappedFiles(host, { maxOpen: 512 });
  const session = openSession(host, options, files);
  let command;
  try {
    session.sampler.enable();
    session.threadTime.collect(0);
    command = options.target.kind === "command" ? await launch(options.target.command, options.commandOutput) : void 0;
    if (command !== void 0) session.tracker.addTargetPid(command.pid);
    const exitStatus = await runSession(session, { options, control, command });
    const hints = closeSession(session, { options, command, exitStatus, files });
    return { directory: options.directory, commandExit: command?.exitStatus, warnings: session.warnings, hints };
  } finally {
    session.offCpu.finish();
    session.sampler.close();
    session.counters.close();
    files.close();
    setFlagsFromString(USUAL_OPTIMIZATION);
  }
}
function openSession(host, options, files) {
  const { target, frequencyHz, directory } = options;
  const facts = readHostFacts(host);
  const cpus = readOnlineCpus(host);
  const tracker = new ProcessTracker(processFacts(host, target, files), host.pid);
  const interner = new CallchainInterner();
  const offCpu = openOffCpu(host, { tracker, interner });
  const { startNs } = offCpu;
  const existing = readProcesses(host);
  tracker.addExisting(existing);
  const sampler = openSampler(host, { frequencyHz, startNs, cpus, facts, interner, tasks: tasksOf(host, target, { tracker, existing }) });
  const counters = openCounters(host, sampler.facts?.event === "cycles" && sampler.facts.scope === "machine" ? cpus : []);
  const series = openSeries(host, { cgroups: () => tracker.targetCgroups() });
  const pids = () => target.kind === "machine" ? "all" : [...tracker.targetPids];
  const threadTime = openThreadTime(host, { pids, processRowOf: (pid) => tracker.currentRow(pid) });
  const manifest = {
    schemaVersion,
    autotuneVersion: options.version,
    createdAt: options.createdAt,
    bootId: readBootId(host),
    startNs,
    durationNs: 0,
    complete: false,
    target,
    host: facts,
    sampling: sampler.facts,
    unavailable: [...sampler.unavailable, ...offCpu.unavailable],
    commandExitStatus: void 0,
    cost: { cpuRatio: 0, cpuNs: 0, rssBytes: 0 }
  };
  const writer = createRecording(directory, manifest);
  const recorded = [...sampler.facts === void 0 ? [] : sampledTables, ...offCpu.tables];
  for (const name of new Set(recorded)) writer.append(name, emptyTable(name));
  const rows = new PendingRows();
  return {
    host,
    startNs,
    cpuCount: cpus.length,
    cpuAtStartNs: host.ownCpuNs(),
    sampler,
    tracker,
    series,
    counters,
    offCpu,
    threadTime,
    interner,
    files,
    writer,
    warnings: [],
    rows
  };
}
function processFacts(host, target, files) {
  return {
    readProcess: (pid) => readProcess(host, pid),
    readMappings: (pid) => readExecutableMappings(host, pid),
    isTarget: (row, isTargetPid) => isTargetProcess(target, row, isTargetPid),
    noteMapping(pid, mapping) {
      files.note({ pid, ...mapping });
      return files.buildIdOf(mapping.device, mapping.inode);
    }
  };
}
function tasksOf(host, target, { tracker, existing }) {
  if (target.kind === "command") return { kind: "next-exec" };
  const isOwn = (pid) => host.readText(`/proc/${pid}/status`)?.includes(`
Uid:	${host.uid}	`) === true;
  const followed = target.kind === "machine" ? existing.filter(({ pid, isKernelThread }) => pid !== host.pid && !isKernelThread && isOwn(pid)).slice(0, MAX_OWN_PIDS) : existing.filter(({ pid }) => tracker.targetPids.has(pid));
  return { kind: "pids", tids: followed.flatMap(({ threads }) => threads.map(({ tid }) => tid)) };
}
async function runSession(session, { options, control, command }) {
  let exitStatus;
  void command?.exitStatus.then((status) => exitStatus = status);
  const endNs = options.durationNs ?? Number.POSITIVE_INFINITY;
  session.series.collectFast(0);
  session.series.collectSlow(0);
  session.counters.collect(0);
  for (let tick = 1; ; tick++) {
    const waitMs = Math.max(0, Math.min(tick * TICK_MS * 1e6, endNs) - elapsedNs(session)) / 1e6;
    await Promise.race([delay(waitMs, control.stop), ...command === void 0 || exitStatus !== void 0 ? [] : [command.exitStatus]]);
    const isOver = exitStatus !== void 0 || control.stop.aborted || elapsedNs(session) >= endNs;
    if (isOver) collectLast(session);
    else collectTick(session, tick % TICKS_PER_SECOND === 0);
    if (isOver || tick % TICKS_PER_SECOND === 0) flush(session);
    if (isOver || tick % TICKS_PER_SECOND === 0 || tick === 1) control.onProgress(progressOf(session, options));
    if (isOver) return exitStatus;
  }
}
function delay(milliseconds, stop) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    if (stop.aborted) done();
    else stop.addEventListener("abort", done);
  });
}
function elapsedNs({ host, startNs }) {
  return Number(host.monotonicNs() - startNs);
}
function collectTick(session, isSecond) {
  session.sampler.drain(session.tracker);
  session.rows.addReadings(session.series.collectFast(elapsedNs(session)));
  if (!session.offCpu.hasLedger) session.rows.addThreadTime(session.threadTime.collect(elapsedNs(session)));
  else if (!isSecond) session.offCpu.collectLedger();
  if (isSecond) collectSecond(session);
}
function collectSecond(session) {
  session.files.refreshPerfMaps();
  session.offCpu.collect();
  session.rows.addReadings(session.series.collectSlow(elapsedNs(session)));
  session.rows.addReadings(session.counters.collect(elapsedNs(session)));
}
function collectLast(session) {
  session.sampler.drain(session.tracker);
  session.offCpu.finish();
  if (!session.offCpu.hasLedger) session.rows.addThreadTime(session.threadTime.collectLast(elapsedNs(session)));
  session.rows.addReadings(session.series.collectFast(elapsedNs(session)));
  collectSecond(session);
}
function flush(session) {
  const { sampler, tracker, interner, offCpu, rows } = session;
  const { sample, quality } = sampler.takeRows();
  const kernelRows = offCpu.takeRows();
  const changed = tracker.takeChanged();
  const durationNs = elapsedNs(session);
  keepGoing(session, (writer) => {
    if (changed !== void 0) {
      writer.writeTable("process", changed.process);
      writer.writeTable("thread", changed.thread);
    }
    appendRows(writer, "mapping", tracker.takeNewMappings());
    appendRows(writer, "callchain", interner.takeNewRows());
    appendRows(writer, "sample", sample);
    appendRows(writer, "quality", quality);
    rows.appendTo(writer);
    for (const { name, table } of kernelRows) appendRows(writer, name, table);
    writer.updateManifest({ durationNs, cost: costOf(session, durationNs) });
  });
}
function keepGoing(session, write) {
  if (session.warnings.length > 0) return;
  try {
    write(session.writer);
  } catch (error) {
    if (!(error instanceof AutotuneError)) throw error;
    session.warnings.push(error);
  }
}
function closeSession(session, { options, command, exitStatus, files }) {
  const { target, directory } = options;
  const durationNs = elapsedNs(session);
  const cost = costOf(session, durationNs);
  const named = nameAddresses(session.host, readRecording(directory).tables, { files, kernel: session.offCpu.kernelNames ?? "running" });
  keepGoing(session, (writer) => {
    for (const name of ["symbol", "frame", "stack", "callchainStack"]) writer.writeTable(name, named.tables[name]);
  });
  const unavailable = [
    ...session.sampler.unavailable,
    ...session.offCpu.unavailable,
    ...session.series.unavailable(),
    ...session.threadTime.unavailable(),
    ...named.unavailable
  ];
  const ended = target.kind === "command" ? { ...target, pid: command?.pid } : target;
  keepGoing(
    session,
    (writer) => writer.close({ durationNs, complete: true, target: ended, unavailable, commandExitStatus: exitStatus, cost })
  );
  return named.hints;
}
function costOf({ host, cpuAtStartNs, cpuCount }, durationNs) {
  const cpuNs = host.ownCpuNs() - cpuAtStartNs;
  return { cpuNs, cpuRatio: durationNs > 0 ? cpuNs / durationNs / cpuCount : 0, rssBytes: process.resourceUsage().maxRSS * 1024 };
}
function progressOf(session, { durationNs }) {
  const elapsed = elapsedNs(session);
  const { sampleCount, lostCount } = session.sampler;
  return { elapsedNs: elapsed, durationNs, sampleCount, lostCount, cpuRatio: costOf(session, elapsed).cpuRatio };
}

// src/pipeline/diagnose.ts
var FAIL_ON_STATUS = 10;
async function diagnoseCommand(command, options, control) {
  const failOn = failOnOf(options);
  const { recorded, remarks } = await recordNamed(command, options, control);
  control.onEnd();
  const result = await reportOn(recorded.directory, options, { color: control.color, failOn });
  control.report({ ...result, remarks: [...remarks, ...result.remarks] });
  const commandStatus = await recorded.commandExit;
  return { output: "", remarks: [], exitStatus: commandStatus === void 0 || commandStatus === 0 ? result.exitStatus : commandStatus };
}
async function recordCommand(command, options, control) {
  const { recorded, remarks } = await recordNamed(command, options, control);
  control.onEnd();
  return { output: `${recorded.directory}
`, remarks, exitStatus: await recorded.commandExit ?? 0 };
}
async function analyzeCommand(directory, options, { color }) {
  return reportOn(directory, options, { color, failOn: failOnOf(options) });
}
async function recordNamed(command, options, control) {
  const named = targetOf(command, options);
  const host = linuxHost();
  const target = checkTarget(host, named);
  const createdAt = (/* @__PURE__ */ new Date()).toISOString();
  const recorded = await record(
    host,
    {
      target,
      durationNs: durationOf(options, target),
      frequencyHz: frequencyOf(options),
      directory: options.output ?? `autotune-${createdAt.slice(0, 19).replace("T", "-").replaceAll(":", "")}`,
      commandOutput: options.format === void 0 || options.format === "text" ? "stdout" : "stderr",
      version,
      createdAt
    },
    control
  );
  return { recorded, remarks: [...recorded.warnings.map(describeError), ...recorded.hints.map((hint) => `hint: ${hint}`)] };
}
async function reportOn(directory, options, { color, failOn }) {
  const analysis = analyze(linuxHost(), directory, options.rules);
  const { diagnosis } = analysis;
  const html = await writeHtml(directory, analysis, options);
  const output = await formatDiagnosis(diagnosis, options, { color, recordingPath: directory, htmlPath: html.path });
  const isFailed = failOn !== void 0 && diagnosis.findings.some(({ score, experimental }) => score >= failOn && experimental !== true);
  return { output, remarks: [...analysis.remarks, ...html.remarks], exitStatus: isFailed ? FAIL_ON_STATUS : 0 };
}
async function formatDiagnosis(diagnosis, { format }, options) {
  if (format === "json") return (await import("./json-NOREWCAP.js")).formatJson(diagnosis);
  if (format === "md") return (await import("./markdown-Y6CIICLV.js")).formatMarkdown(diagnosis);
  return (await import("./terminal-MNERKZOF.js")).formatTerminal(diagnosis, options);
}
async function writeHtml(directory, { diagnosis, tables, context }, { html }) {
  if (html === false) return { path: void 0, remarks: [] };
  const [{ renderHtml }, { buildView }] = await Promise.all([import("./page-PT4UGID3.js"), import("./view-SYW4FT5L.js")]);
  const page = renderHtml(diagnosis, buildView(tables, context), readReportAssets());
  const path = typeof html === "string" ? html : join(directory, "report.html");
  try {
    writeFileSync(path, page, { mode: 384 });
    return { path, remarks: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (typeof html !== "string")
      return { path: void 0, remarks: [`warning: no HTML report was written: ${why}. --html FILE writes it elsewhere.`] };
    throw new AutotuneError({
      code: "HOST_REFUSED",
      what: `The HTML report ${path} could not be written.`,
      why,
      next: "Give --html a file in a folder you may write to; the recording is kept.",
      cause: error
    });
  }
}
export {
  analyzeCommand,
  diagnoseCommand,
  recordCommand
};
