/** An invented diagnosis and view, for tests and for looking at the report: no stage uses it. */

import { type Diagnosis, type FlameFrame, type FlameKind, type FlameTree, NONE, type ReportView } from '../schema.ts'

const durationNs = 30e9
const sliceCount = 300

/** What a thread may be called by someone who does not mean well. */
export const hostileName = '<img src=x onerror=alert(1)>'

/** A web server that hashes too much on a virtual machine with two CPUs. */
export const exampleDiagnosis: Diagnosis = {
  schemaVersion: 1,
  verdict: {
    text: 'nginx is limited by its own computing: sha256_block_data_order takes 62 % of its time (58–66 %).',
    confidence: 'high',
  },
  target: { kind: 'comm', comm: 'nginx' },
  host: {
    hostname: 'web-3',
    kernelRelease: '6.12.8-cloud-amd64',
    architecture: 'x86_64',
    cpuModel: 'AMD EPYC 7B13',
    cpuCount: 2,
    memoryBytes: 8 * 2 ** 30,
    virtualization: 'kvm',
    uid: 0,
    perfEventParanoid: 2,
    kptrRestrict: 0,
  },
  durationNs,
  findings: [
    {
      id: 'F1',
      class: 'cpu.hot-function',
      rule: 'hot-path',
      title: 'One function takes most of its CPU time: sha256_block_data_order',
      subject: 'nginx (pid 812)',
      score: 97.4,
      share: { estimate: 0.62, low: 0.58, high: 0.66 },
      gain: {
        estimate: 0.38,
        low: 0.3,
        high: 0.45,
        method: 'utilisation bound',
        half: { estimate: 0.19, low: 0.15, high: 0.23 },
        next: 'the CPUs (now 62 % used)',
      },
      culprits: [
        { kind: 'function', name: 'sha256_block_data_order', share: 0.62 },
        { kind: 'function', name: 'SHA256_Update', share: 0.08 },
        { kind: 'process', name: 'nginx (pid 812)', share: 0.91 },
        { kind: 'file', name: '/usr/lib/x86_64-linux-gnu/libcrypto.so.3', share: 0.71 },
      ],
      evidence: [
        '1,842 of 2,970 samples end in sha256_block_data_order, all called from ngx_http_secure_link_variable.',
        'The share is steady: 58 % in the quietest second, 66 % in the busiest.',
      ],
      why: 'A request is hashed with the portable C code of SHA-256 although this CPU has instructions for it. Whatever else is tuned, requests cannot get cheaper than this function.',
      next: [
        'See who calls it: `perf record -g -p 812 -- sleep 10`, or search for it in the flame graph of this report.',
        'Check that OpenSSL may use the CPU’s SHA extensions: `openssl version -a | grep CPUINFO`, and that OPENSSL_ia32cap is not set for the service.',
        'Cache the result of the secure link check for as long as the link is valid.',
      ],
      undo: ['Remove OPENSSL_ia32cap from the unit: `systemctl revert nginx`.'],
      symptoms: ['Worker processes queue for a CPU (18 % of the time)', 'CPU pressure of the machine is 21 %'],
    },
    {
      id: 'F2',
      class: 'cpu.competitor',
      rule: 'competitor',
      title: 'Another process takes the CPU it needs: backup-agent',
      subject: 'nginx (pid 812)',
      score: 54,
      share: { estimate: 0.14, low: 0.11, high: 0.17 },
      culprits: [
        { kind: 'process', name: 'backup-agent (pid 2210)', share: 0.83 },
        { kind: 'thread', name: hostileName, share: 0.17 },
      ],
      evidence: [
        'nginx was runnable and not running for 4.2 s of 30 s; backup-agent ran on its CPU during 83 % of that.',
        'It began 11.4 s into the recording.',
      ],
      why: 'Both have the same weight, so the scheduler splits the CPU evenly between a server that is waited for and a job that is not.',
      next: ['Give it less weight: `systemctl set-property backup-agent.service CPUWeight=20`.'],
      undo: ['`systemctl revert backup-agent.service`'],
    },
    {
      id: 'F3',
      class: 'cpu.kernel-heavy',
      rule: 'kernel-heavy',
      title: 'Much of its CPU time is spent in the kernel',
      subject: 'nginx (pid 812)',
      score: 28,
      share: { estimate: 0.07, low: 0.056, high: 0.085 },
      culprits: [{ kind: 'function', name: 'tcp_sendmsg_locked', share: 0.04 }],
      evidence: ['7 % of samples are in kernel code, most of them under writev.'],
      why: 'Each response leaves in several small writes.',
      next: ['Turn on `tcp_nopush` together with `sendfile`.'],
      experimental: true,
    },
  ],
  unexplained: {
    ratio: 0.12,
    parts: [
      { what: `running main → ${hostileName}`, ratio: 0.08 },
      { what: 'waiting (futex) in pool_take', ratio: 0.04 },
    ],
  },
  cleared: [
    { resource: 'Memory', metric: 'memoryPressureRatio', value: 0, text: 'no task stalled on memory; 5.1 GiB available' },
    { resource: 'Disk', metric: 'ioPressureRatio', value: 0.004, text: 'I/O pressure 0.4 %; vda busy 2 % of the time' },
    { resource: 'CPU quota', metric: 'throttledRatio', value: 0, text: 'the cgroup has no quota' },
    { resource: 'Hypervisor', metric: 'stealRatio', value: 0.006, text: 'steal 0.6 %' },
    { resource: 'Interrupts', metric: 'interruptRatio', value: 0.011, text: 'interrupts and softirqs took 1.1 % of the busier CPU' },
  ],
  notEvaluated: [
    { rule: 'memory-bandwidth', reason: 'This machine offers no hardware counters (no PMU under KVM).', remedy: 'Record on bare metal.' },
    { rule: 'branch-misses', reason: 'This machine offers no hardware counters (no PMU under KVM).', remedy: 'Record on bare metal.' },
  ],
  unavailable: [
    {
      topic: 'hardware counters',
      tables: [],
      series: ['pmu.'],
      reason: 'perf_event_open of cycles gave ENOENT: KVM passes no PMU on.',
      remedy: 'Start the guest with `-cpu host,pmu=on`, or record on bare metal.',
    },
    {
      topic: 'off-CPU stacks',
      tables: [],
      series: [],
      reason: 'Waits are seen as time only, not with their stacks.',
      remedy: 'Load the eBPF collectors: run as root on a kernel with BTF.',
    },
  ],
  quality: {
    samples: 2970,
    machineSamples: 5211,
    lost: 0,
    truncatedStacks: 0.031,
    unknownFrames: 0.012,
    closure: { worstRatio: 0.004, totalRatio: 0.0002 },
    incompleteProcesses: [{ pid: 3022, comm: hostileName, samples: 120, truncatedStacks: 0.25, unknownFrames: 0.6 }],
    counts: { missedReadings: 2 },
  },
  cost: { cpuRatio: 0.0042, cpuNs: 252e6, rssBytes: 92 * 2 ** 20 },
}

/** A machine where nothing is wrong. */
export const idleDiagnosis: Diagnosis = {
  ...exampleDiagnosis,
  verdict: { text: 'No bottleneck: the machine was idle 97 % of the time and nothing queued.', confidence: 'high' },
  target: { kind: 'machine' },
  findings: [],
}

/** Numbers that look random and are the same every time (mulberry32). */
export function drawer(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const modules: readonly (readonly [module: string, kind: FlameKind, names: readonly string[]])[] = [
  [
    'nginx',
    'own',
    ['ngx_http_process_request', 'ngx_http_core_run_phases', 'ngx_http_secure_link_variable', 'ngx_process_events', hostileName],
  ],
  ['libcrypto.so.3', 'dependency', ['EVP_DigestUpdate', 'SHA256_Update', 'sha256_block_data_order', 'OPENSSL_cleanse']],
  ['libc.so.6', 'system', ['__libc_start_main', 'malloc', '_int_free', '__memmove_avx_unaligned_erms', 'writev']],
  ['[kernel]', 'kernel', ['entry_SYSCALL_64', 'do_syscall_64', 'tcp_sendmsg_locked', 'ip_queue_xmit', 'net_rx_action', '__schedule']],
  ['node', 'runtime', ['v8::internal::Scavenger::Process', 'uv__io_poll']],
  ['', 'unknown', ['[unknown]']],
]

/** A tree of many nodes under a few processes. */
export function exampleFlame(nodeCount: number, seed: number): FlameTree {
  const draw = drawer(seed)
  const frames: FlameFrame[] = [
    { name: 'all', module: '', kind: 'process' },
    { name: 'nginx', module: '', kind: 'process' },
    { name: 'backup-agent', module: '', kind: 'process' },
    { name: 'autotune', module: '', kind: 'autotune' },
  ]
  const processes = frames.length
  for (const [module, kind, names] of modules) for (const name of names) frames.push({ name, module, kind })
  let budget = nodeCount
  const columns = { frame: [0], depth: [0], ns: [26.9e9] }
  const grow = (frame: number, depth: number, ns: number) => {
    if (columns.ns.length >= budget) return
    columns.frame.push(frame)
    columns.depth.push(depth)
    columns.ns.push(Math.round(ns))
    let left = ns * (0.9 + 0.1 * draw())
    const parts: number[] = []
    while (left > 26.9e9 * 0.0005 && parts.length < 9 && depth < 40) {
      const part = left * (0.25 + 0.7 * draw())
      parts.push(part)
      left -= part
    }
    for (const part of parts.sort((a, b) => b - a)) grow(processes + Math.floor(draw() * (frames.length - processes)), depth + 1, part)
  }
  for (const [place, part] of [0.8, 0.16, 0.03].entries()) {
    budget = Math.floor(nodeCount * [0.7, 0.95, 1][place])
    grow(place + 1, 1, 26.9e9 * part)
  }
  return { frames, ...columns, sampleCount: 2970, hiddenNodeCount: 812, hiddenNs: 0.4e9 }
}

/** What the tables of such a recording would look like to the report. */
export function exampleView(nodeCount = 5000): ReportView {
  const draw = drawer(7)
  const times = Array.from({ length: sliceCount }, (_, slice) => (slice + 1) * 100e6)
  const wave = (low: number, high: number) =>
    times.map((_, slice) => low + (high - low) * (0.5 + 0.35 * Math.sin(slice / 17 + low) + 0.3 * (draw() - 0.5)))
  const rounded = (values: readonly number[]) => values.map(value => Math.round(Math.max(0, Math.min(1, value)) * 1000) / 1000)
  const lane = (cpu: number) => ({
    cpu,
    user: rounded(wave(0.5, 0.85)),
    kernel: rounded(wave(0.05, 0.14)),
    interrupt: rounded(wave(0, 0.03)),
    steal: rounded(wave(0, 0.01)),
    process: times.map((_, slice) => (slice > 114 && draw() < 0.4 ? 1 : draw() < 0.03 ? 2 : draw() < 0.01 ? 6 : 0)),
  })
  const line = (label: string, value: readonly number[]) => ({ label, timeNs: times, value })
  const chart = { limit: undefined, hiddenLineCount: 0 }
  return {
    durationNs,
    sampling: { event: 'cpu-clock', frequencyHz: 99, scope: 'machine', kernel: true },
    targetFlame: exampleFlame(nodeCount, 1),
    machineFlame: exampleFlame(nodeCount, 2),
    activity: {
      sliceNs: 100e6,
      sliceCount,
      source: 'series',
      hiddenCpuCount: 0,
      processes: [
        { comm: 'nginx', role: 'target', ns: 27e9 },
        { comm: 'backup-agent', role: 'other', ns: 9e9 },
        { comm: 'kworker/u4:2', role: 'kernel', ns: 1e9 },
        { comm: 'autotune', role: 'autotune', ns: 0.25e9 },
        { comm: hostileName, role: 'other', ns: 0.1e9 },
        { comm: 'sshd', role: 'other', ns: 0.05e9 },
        { comm: 'cron', role: 'other', ns: 0.01e9 },
      ],
      lanes: [lane(0), lane(1)],
    },
    charts: [
      {
        ...chart,
        id: 'pressure',
        title: 'Pressure: share of time some task waited',
        unit: 'ratio',
        lines: [line('CPU', wave(0.08, 0.31)), line('I/O', wave(0, 0.01)), line('memory', wave(0, 0))],
      },
      {
        ...chart,
        id: 'runnable',
        title: 'Threads running or waiting for a CPU',
        unit: 'count',
        lines: [line('runnable', wave(1, 6).map(Math.round))],
        limit: { label: '2 CPUs', value: 2 },
      },
      {
        ...chart,
        id: 'memory',
        title: 'Memory available',
        unit: 'bytes',
        lines: [line('available', wave(5.0 * 2 ** 30, 5.3 * 2 ** 30))],
        limit: { label: 'total', value: 7.8 * 2 ** 30 },
      },
      { ...chart, id: 'disk-busy', title: 'Disk busy', unit: 'ratio', lines: [line('vda', wave(0.005, 0.04))] },
      {
        ...chart,
        id: 'disk-latency',
        title: 'Disk latency',
        unit: 'ns',
        lines: [line('vda read', wave(2e5, 9e5)), line('vda write', wave(4e5, 3e6))],
      },
      {
        ...chart,
        id: 'network',
        title: 'Network',
        unit: 'bytesPerSec',
        lines: [line('eth0 received', wave(1e6, 4e6)), line('eth0 sent', wave(8e6, 3e7))],
      },
    ],
    processes: [
      { pid: 812, nsPid: 7, comm: 'nginx', commandLine: 'nginx: worker process', role: 'target', cpuNs: 40.1e9, cpuCpus: 1.34 },
      {
        pid: 2210,
        nsPid: NONE,
        comm: 'backup-agent',
        commandLine: '/opt/backup/agent --full --to s3://backups/web-3',
        role: 'other',
        cpuNs: 8.7e9,
        cpuCpus: 0.29,
      },
      { pid: 41, nsPid: NONE, comm: 'kworker/u4:2', commandLine: '', role: 'kernel', cpuNs: 0.9e9, cpuCpus: 0.03 },
      { pid: 3022, nsPid: NONE, comm: hostileName, commandLine: `/tmp/x ${hostileName}`, role: 'other', cpuNs: 0.3e9, cpuCpus: 0.01 },
      {
        pid: 3100,
        nsPid: NONE,
        comm: 'autotune',
        commandLine: 'autotune diagnose --comm nginx',
        role: 'autotune',
        cpuNs: 0.25e9,
        cpuCpus: 0.0084,
      },
    ],
    otherProcessCount: 31,
    otherProcessNs: 0.6e9,
  }
}
