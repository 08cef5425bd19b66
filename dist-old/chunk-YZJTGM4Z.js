import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  NONE,
  tables
} from "./chunk-Q2YSVFUP.js";

// src/collectors/online-cpus.ts
function readOnlineCpus(host) {
  const text = host.readText("/sys/devices/system/cpu/online");
  return text === void 0 ? [0] : parseCpuList(text);
}
function parseCpuList(text) {
  const cpus = [];
  for (const part of text.trim().split(",")) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (match === null) continue;
    const last = Number(match[2] ?? match[1]);
    for (let cpu = Number(match[1]); cpu <= last; cpu++) cpus.push(cpu);
  }
  return cpus;
}

// src/collectors/host-facts.ts
function readHostFacts(host) {
  const cpuinfo = host.readText("/proc/cpuinfo") ?? "";
  return {
    hostname: readWord(host, "/proc/sys/kernel/hostname") ?? "unknown",
    kernelRelease: readWord(host, "/proc/sys/kernel/osrelease") ?? "unknown",
    architecture: readArchitecture(host),
    cpuModel: parseCpuModel(cpuinfo) ?? "unknown",
    cpuCount: readOnlineCpus(host).length,
    memoryBytes: parseMemTotal(host.readText("/proc/meminfo") ?? ""),
    virtualization: readVirtualization(host, cpuinfo),
    uid: host.uid,
    perfEventParanoid: readInteger(host, "/proc/sys/kernel/perf_event_paranoid"),
    kptrRestrict: readInteger(host, "/proc/sys/kernel/kptr_restrict")
  };
}
function readBootId(host) {
  return readWord(host, "/proc/sys/kernel/random/boot_id");
}
function isVirtualMachine(host) {
  return readVirtualization(host, host.readText("/proc/cpuinfo") ?? "") !== void 0;
}
var dmiNames = [
  [/^KVM\b|^QEMU\b|OpenStack|^RHEV|oVirt|KubeVirt|Amazon EC2|Google Compute Engine|DigitalOcean|Hetzner|Linode|Apache CloudStack/i, "kvm"],
  [/VMware/i, "vmware"],
  [/VirtualBox|innotek/i, "virtualbox"],
  [/Virtual Machine.*Microsoft|Microsoft.*Virtual Machine|Hyper-V/i, "hyperv"],
  [/^Xen\b|HVM domU/i, "xen"],
  [/Parallels/i, "parallels"],
  [/BHYVE/i, "bhyve"]
];
var clockNames = [
  ["kvm-clock", "kvm"],
  ["hyperv_clocksource", "hyperv"],
  ["xen", "xen"]
];
function readVirtualization(host, cpuinfo) {
  const xen = readWord(host, "/sys/hypervisor/type");
  if (xen !== void 0) return xen;
  const deviceTree = readWord(host, "/sys/firmware/devicetree/base/hypervisor/compatible");
  if (deviceTree !== void 0) return deviceTree.includes("kvm") ? "kvm" : deviceTree.split("\0", 1)[0];
  const isX86 = cpuinfo.includes("vendor_id");
  if (isX86 && !/^flags\s*:.*\bhypervisor\b/m.test(cpuinfo)) return void 0;
  const dmi = ["sys_vendor", "product_name", "board_vendor", "bios_vendor"].map((name) => readWord(host, `/sys/class/dmi/id/${name}`) ?? "");
  const candidates = [...dmi, dmi.join(" ")];
  const named = dmiNames.find(([pattern]) => candidates.some((text) => pattern.test(text)));
  if (named !== void 0) return dmi[1].includes(".metal") ? void 0 : named[1];
  if (!isX86) return void 0;
  const clocks = host.readText("/sys/devices/system/clocksource/clocksource0/available_clocksource") ?? "";
  return clockNames.find(([clock]) => clocks.includes(clock))?.[1] ?? "unknown hypervisor";
}
function parseCpuModel(cpuinfo) {
  const field = (name) => new RegExp(`^${name}\\s*:\\s*(\\S.*?)\\s*$`, "m").exec(cpuinfo)?.[1];
  const named = field("model name") ?? field("cpu") ?? field("uarch");
  if (named !== void 0) return named;
  const [implementer, part] = [field("CPU implementer"), field("CPU part")];
  return implementer === void 0 || part === void 0 ? field("vendor_id") : `ARM implementer ${implementer} part ${part}`;
}
function parseMemTotal(meminfo) {
  const kibibytes = /^MemTotal:\s+(\d+) kB/m.exec(meminfo)?.[1];
  return kibibytes === void 0 ? Number.NaN : Number(kibibytes) * 1024;
}
var elfMachines = { 62: "x86_64", 183: "aarch64", 243: "riscv64", 22: "s390x", 21: "ppc64" };
function readArchitecture(host) {
  const named = readWord(host, "/proc/sys/kernel/arch");
  if (named !== void 0) return named;
  const executable = host.openFile("/proc/self/exe");
  if (executable === void 0) return "unknown";
  try {
    return elfMachines[readMachine(executable)] ?? "unknown";
  } finally {
    executable.close();
  }
}
function readMachine(executable) {
  const header = executable.read(0, 20);
  if (header.length < 20) return 0;
  const isBigEndian = header[5] === 2;
  return isBigEndian ? header[18] << 8 | header[19] : header[19] << 8 | header[18];
}
function readWord(host, path) {
  const text = host.readText(path)?.trim();
  return text === "" ? void 0 : text;
}
function readInteger(host, path) {
  const text = readWord(host, path);
  return text !== void 0 && /^-?\d+$/.test(text) ? Number(text) : void 0;
}

// src/table-builder.ts
var TableBuilder = class {
  name;
  length = 0;
  #columns;
  constructor(name, capacity = 1024) {
    this.name = name;
    this.#columns = Object.entries(tables[name].columns).map(([column, { type }]) => growingColumn(column, type, capacity));
  }
  /** Adds a row and returns its index. */
  add(row) {
    const cells = row;
    for (const column of this.#columns) column.push(this.length, cells[column.name]);
    return this.length++;
  }
  /** Overwrites one cell of a row that is there already. */
  set(row, column, value) {
    if (row < 0 || row >= this.length) throw new RangeError(`${this.name} has no row ${row}.`);
    this.#columns.find((candidate) => candidate.name === column)?.push(row, value);
  }
  /** One row as it was added and set. */
  rowAt(row) {
    if (row < 0 || row >= this.length) throw new RangeError(`${this.name} has no row ${row}.`);
    return Object.fromEntries(this.#columns.map((column) => [column.name, column.at(row)]));
  }
  /** The rows so far as a table of its own: later rows do not change it. */
  build(first = 0) {
    const columns = Object.fromEntries(this.#columns.map((column) => [column.name, column.slice(first, this.length)]));
    return { length: this.length - first, ...columns };
  }
};
function emptyTable(name) {
  return new TableBuilder(name, 0).build();
}
function growingColumn(name, type, capacity) {
  if (type === "text") return textColumn(name, capacity);
  const allocate = { f64: Float64Array, i32: Int32Array, u8: Uint8Array, u64: BigUint64Array }[type];
  let values = new allocate(capacity);
  return {
    name,
    push(row, value) {
      if (row >= values.length) {
        const larger = new allocate(Math.max(16, values.length * 2));
        larger.set(values);
        values = larger;
      }
      values[row] = value;
    },
    at: (row) => values[row],
    slice: (first, end) => values.slice(first, end)
  };
}
function textColumn(name, capacity) {
  const codes = growingColumn(name, "i32", capacity);
  const codeOf = /* @__PURE__ */ new Map();
  const values = [];
  return {
    name,
    push(row, value) {
      if (value === void 0) return codes.push(row, NONE);
      const text = value;
      let code = codeOf.get(text);
      if (code === void 0) {
        code = values.push(text) - 1;
        codeOf.set(text, code);
      }
      codes.push(row, code);
    },
    at: (row) => values[codes.at(row)],
    slice: (first, end) => ({ codes: codes.slice(first, end), values: values.slice() })
  };
}

export {
  readOnlineCpus,
  readHostFacts,
  readBootId,
  isVirtualMachine,
  TableBuilder,
  emptyTable
};
