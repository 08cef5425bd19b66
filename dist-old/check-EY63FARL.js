import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  HardwareEvent,
  OPEN_CLOEXEC,
  PerfType,
  SampleField,
  SoftwareEvent,
  encodeAttr,
  hasPmu,
  linuxBpfHost,
  openBpf
} from "./chunk-JVJUQ35P.js";
import {
  readHostFacts
} from "./chunk-YZJTGM4Z.js";
import {
  assetPath
} from "./chunk-AJ7R5EWM.js";
import "./chunk-2PYALHHO.js";
import "./chunk-Q2YSVFUP.js";
import "./chunk-LQK3ML4U.js";

// src/pipeline/check.ts
function checkHost(host) {
  const facts = readHostFacts(host);
  return {
    host: facts,
    checks: [
      checkMachineSamples(host, facts),
      checkOwnSamples(host, facts),
      checkBpf(host),
      checkKernelNames(host),
      checkCounters(host, facts),
      checkPressure(host),
      checkThreadTimes(host),
      checkCgroups(host),
      checkOtherProcesses(host)
    ]
  };
}
function tryEvent(host, event) {
  const attr = encodeAttr({
    ...event,
    frequencyHz: 99,
    sampleType: SampleField.Tid | SampleField.Time | SampleField.Callchain,
    flags: ["disabled", ...event.flags]
  });
  const opened = host.openPerfEvent(attr, event.pid, event.pid === -1 ? 0 : -1, OPEN_CLOEXEC);
  if ("errno" in opened) return opened.errno;
  host.closeDescriptor(opened.fd);
  return void 0;
}
var cpuClock = { type: PerfType.Software, config: SoftwareEvent.CpuClock };
function checkMachineSamples(host, facts) {
  const topic = "CPU samples of the whole machine, with kernel code";
  const errno = tryEvent(host, { ...cpuClock, pid: -1, flags: [] });
  if (errno === void 0) return available(topic, "perf_event_open on CPU 0 works");
  return {
    topic,
    isAvailable: false,
    detail: `perf_event_open: ${errno}; kernel.perf_event_paranoid is ${facts.perfEventParanoid ?? "missing"}`,
    cost: "Hot functions of other users and of the kernel, competitors by name.",
    remedy: facts.perfEventParanoid === void 0 ? void 0 : "sudo autotune \u2026, or as this user: sudo sysctl kernel.perf_event_paranoid=-1"
  };
}
function checkOwnSamples(host, facts) {
  const topic = "CPU samples of your own processes";
  const errno = tryEvent(host, { ...cpuClock, pid: 0, flags: ["excludeKernel", "excludeCallchainKernel"] });
  if (errno === void 0) return available(topic, "perf_event_open on this process works");
  return {
    topic,
    isAvailable: false,
    detail: `perf_event_open: ${errno}; kernel.perf_event_paranoid is ${facts.perfEventParanoid ?? "missing"}`,
    cost: "Every finding that names a function.",
    remedy: facts.perfEventParanoid === void 0 ? void 0 : "sudo sysctl kernel.perf_event_paranoid=2"
  };
}
function checkBpf(host) {
  const topic = "eBPF: waits, wakers, locks, I/O, system calls";
  const collector = openBpf(linuxBpfHost(host), {
    startNs: host.monotonicNs(),
    skeletonFolder: assetPath("bpf"),
    architecture: process.arch
  });
  if (collector.running.length > 0) collector.close();
  const [refused] = collector.unavailable;
  if (refused === void 0) return available(topic, `all ${collector.running.length} topics load`);
  const loaded = collector.running.length > 0 ? `loaded: ${collector.running.join(", ")}; ${refused.topic}: ` : "";
  return {
    topic,
    isAvailable: false,
    detail: `${loaded}${refused.reason}`,
    cost: "What threads wait for and who ends the waits; locks, device latency and system calls by thread. Waiting for a CPU is still seen.",
    remedy: refused.remedy
  };
}
function checkKernelNames(host) {
  const topic = "names of kernel functions";
  const text = host.readText("/proc/kallsyms");
  const cost = "Kernel frames are shown as [unknown] in [kernel].";
  if (text === void 0) return { topic, isAvailable: false, detail: "/proc/kallsyms is missing or forbidden", cost, remedy: void 0 };
  const isHidden = !/^0*[1-9a-f][0-9a-f]* /m.test(text.slice(0, 1e5));
  if (!isHidden) return available(topic, "/proc/kallsyms shows addresses");
  const level = host.readText("/proc/sys/kernel/kptr_restrict")?.trim();
  return {
    topic,
    isAvailable: false,
    detail: `/proc/kallsyms hides addresses; kernel.kptr_restrict is ${level ?? "unknown"}`,
    cost,
    remedy: level === "2" ? "sudo sysctl kernel.kptr_restrict=1" : "sudo autotune \u2026"
  };
}
function checkCounters(host, facts) {
  const topic = "hardware counters (cycles, cache misses, stalls)";
  const cost = "Memory-bound code, cache misses and branch mispredictions; samples come from a timer instead of cycles.";
  if (!hasPmu(host)) {
    const where = facts.virtualization === void 0 ? "" : ` (virtual machine: ${facts.virtualization})`;
    return { topic, isAvailable: false, detail: `no PMU in /sys/bus/event_source/devices${where}`, cost, remedy: void 0 };
  }
  const cycles = { type: PerfType.Hardware, config: HardwareEvent.Cycles };
  const errno = tryEvent(host, { ...cycles, pid: -1, flags: [] }) === void 0 ? void 0 : tryEvent(host, { ...cycles, pid: 0, flags: ["excludeKernel", "excludeCallchainKernel"] });
  return errno === void 0 ? available(topic, "cycles can be counted") : { topic, isAvailable: false, detail: `cycles: ${errno}`, cost, remedy: "sudo autotune \u2026" };
}
function checkPressure(host) {
  const topic = "pressure (PSI) of CPU, memory and I/O";
  const why = host.whyUnreadable("/proc/pressure/cpu");
  if (why === void 0 && host.readText("/proc/pressure/cpu") !== void 0) return available(topic, "/proc/pressure is there");
  return {
    topic,
    isAvailable: false,
    detail: `/proc/pressure/cpu: ${why ?? "cannot be read"}`,
    cost: "Memory and I/O pressure; CPU queueing is less certain.",
    remedy: "Boot with psi=1 on the kernel command line."
  };
}
function checkThreadTimes(host) {
  const topic = "running and waiting times of threads (schedstat)";
  const text = host.readText(`/proc/self/task/${host.pid}/schedstat`);
  if (text !== void 0 && !text.startsWith("0 0 0")) return available(topic, "/proc/PID/task/TID/schedstat counts");
  return {
    topic,
    isAvailable: false,
    detail: "schedstat is missing or all zero",
    cost: "How long the target waits for a CPU.",
    remedy: "Use a kernel with CONFIG_SCHED_INFO."
  };
}
function checkCgroups(host) {
  const topic = "cgroup limits and throttling";
  const mounts = host.readText("/proc/mounts") ?? "";
  const versions = [/^\S+ \S+ cgroup2 /m.test(mounts) ? "v2" : "", /^\S+ \S+ cgroup \S*\bcpu\b/m.test(mounts) ? "v1" : ""].filter(Boolean);
  if (versions.length > 0) return available(topic, `mounted: ${versions.join(" and ")}`);
  return {
    topic,
    isAvailable: false,
    detail: "no cgroup file system is mounted",
    cost: "Quota throttling and memory limits of containers.",
    remedy: "sudo mount -t cgroup2 none /sys/fs/cgroup"
  };
}
function checkOtherProcesses(host) {
  const topic = "other users' processes in /proc";
  if (host.readText("/proc/1/stat") === void 0) {
    return {
      topic,
      isAvailable: false,
      detail: "/proc/1/stat cannot be read (hidepid?)",
      cost: "Other users' processes stay nameless.",
      remedy: "sudo autotune \u2026"
    };
  }
  if (host.uid === 0 || host.readLink("/proc/1/exe") !== void 0) return available(topic, "/proc/1 can be read, executables too");
  return {
    topic,
    isAvailable: false,
    detail: "names can be read, executables and memory maps cannot",
    cost: "Functions of other users' processes.",
    remedy: "sudo autotune \u2026"
  };
}
function available(topic, detail) {
  return { topic, isAvailable: true, detail, cost: void 0, remedy: void 0 };
}
export {
  checkHost
};
