import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);

// src/linux-host.ts
import fs from "node:fs";
import os from "node:os";
import koffi from "koffi";
var PERF_EVENT_OPEN = { x64: 298, arm64: 241, ppc64: 319, s390x: 331, riscv64: 241 };
var PROT_READ = 1;
var PROT_WRITE = 2;
var MAP_SHARED = 1;
var POLLIN = 1;
var DATA_HEAD_INDEX = 1024 / 8;
var DATA_TAIL_INDEX = 1032 / 8;
var READ_LIMIT_BYTES = 64 << 20;
var page = Buffer.alloc(64 << 10);
function linuxHost() {
  return { ...fileHost(), ...perfCalls() };
}
function fileHost() {
  return {
    pid: process.pid,
    uid: process.geteuid?.() ?? 0,
    monotonicNs: () => process.hrtime.bigint(),
    ownCpuNs() {
      const { user, system } = process.cpuUsage();
      return (user + system) * 1e3;
    },
    environment: (name) => process.env[name],
    readText: (path) => attempt(() => readLimited(path).toString("utf8")),
    readBytes: (path) => attempt(() => readLimited(path)),
    whyUnreadable(path) {
      try {
        fs.closeSync(fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK));
        return void 0;
      } catch (error) {
        return codeOf(error);
      }
    },
    listDirectory: (path) => attempt(() => fs.readdirSync(path)),
    readLink: (path) => attempt(() => fs.readlinkSync(path)),
    openFile,
    readOwnMemory
  };
}
function readOwnMemory(address, lengthBytes) {
  return attempt(() => {
    const fd = fs.openSync("/proc/self/mem", fs.constants.O_RDONLY);
    try {
      const bytes = new Uint8Array(lengthBytes);
      return bytes.subarray(0, fs.readSync(fd, bytes, 0, lengthBytes, address));
    } finally {
      fs.closeSync(fd);
    }
  });
}
function attempt(read) {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === void 0) throw error;
    return void 0;
  }
}
function codeOf(error) {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : void 0;
}
function readLimited(path) {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  try {
    let buffer = page;
    let length = 0;
    for (; ; ) {
      const count = fs.readSync(fd, buffer, length, buffer.length - length, null);
      length += count;
      if (count === 0 || length >= READ_LIMIT_BYTES)
        return buffer === page ? Buffer.from(page.subarray(0, length)) : buffer.subarray(0, length);
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 4);
    }
  } finally {
    fs.closeSync(fd);
  }
}
function openFile(path) {
  const fd = attempt(() => fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY));
  if (fd === void 0) return void 0;
  const facts = fs.fstatSync(fd, { bigint: true });
  if (!facts.isFile()) {
    fs.closeSync(fd);
    return void 0;
  }
  return {
    sizeBytes: Number(facts.size),
    device: formatDevice(facts.dev),
    inode: Number(facts.ino),
    ownerUid: Number(facts.uid),
    modifiedNs: Number(facts.mtimeNs),
    read(offset, lengthBytes) {
      const wanted = Math.max(0, Math.min(lengthBytes, Number(facts.size) - offset));
      const bytes = new Uint8Array(wanted);
      let length = 0;
      while (length < wanted) {
        const count = fs.readSync(fd, bytes, length, wanted - length, offset + length);
        if (count === 0) break;
        length += count;
      }
      return bytes.subarray(0, length);
    },
    close: () => fs.closeSync(fd)
  };
}
function formatDevice(device) {
  const major = device >> 8n & 0xfffn | device >> 32n & ~0xfffn;
  const minor = device & 0xffn | device >> 12n & ~0xffn;
  return `${major.toString(16).padStart(2, "0")}:${minor.toString(16).padStart(2, "0")}`;
}
function perfCalls() {
  const libc = koffi.load(null);
  const syscall = libc.func("syscall", "long", ["long", "void *", "long", "long", "long", "long"]);
  const ioctl = libc.func("ioctl", "int", ["int", "ulong", "long"]);
  const pollCall = libc.func("poll", "int", ["void *", "ulong", "int"]);
  const readCall = libc.func("read", "long", ["int", "void *", "size_t"]);
  const close = libc.func("close", "int", ["int"]);
  const mapPerfRing = perfRingMapper(libc);
  return {
    mapPerfRing,
    openPerfEvent(attr, pid, cpu, flags) {
      const number = PERF_EVENT_OPEN[process.arch];
      if (number === void 0) return { errno: "ENOSYS" };
      const fd = Number(syscall(number, attr, pid, cpu, -1, flags));
      return fd >= 0 ? { fd } : { errno: errnoName() };
    },
    ioctl: (fd, request, argument) => ioctl(fd, request, argument) < 0 ? errnoName() : void 0,
    readPerfEvent(fd, words) {
      const values = new BigUint64Array(words);
      return Number(readCall(fd, values, words * 8)) === words * 8 ? values : void 0;
    },
    poll(fds, timeoutMs) {
      const entries = new Int32Array(fds.length * 2);
      for (const [index, fd] of fds.entries()) entries.set([fd, POLLIN], index * 2);
      return Math.max(0, Number(pollCall(entries, fds.length, timeoutMs)));
    },
    closeDescriptor: (fd) => void close(fd)
  };
}
function perfRingMapper(libc) {
  const mmap = libc.func("mmap", "intptr", ["intptr", "size_t", "int", "int", "int", "long"]);
  const munmap = libc.func("munmap", "int", ["intptr", "size_t"]);
  const pageBytes = Number(libc.func("sysconf", "long", ["int"])(30));
  return (fd, cpu, dataPages) => {
    const lengthBytes = (dataPages + 1) * pageBytes;
    const address = mmap(0, lengthBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (Number(address) === -1) return { errno: errnoName() };
    const memory = koffi.view(BigInt(address), lengthBytes);
    const control = new BigInt64Array(memory, 0, pageBytes / 8);
    return {
      cpu,
      words: new Int32Array(memory, pageBytes, dataPages * pageBytes / 4),
      readHead: () => Number(Atomics.load(control, DATA_HEAD_INDEX)),
      writeTail: (tailBytes) => void Atomics.store(control, DATA_TAIL_INDEX, BigInt(tailBytes)),
      unmap: () => void munmap(address, lengthBytes)
    };
  };
}
function errnoName() {
  const errno = koffi.errno();
  return Object.entries(os.constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
}

export {
  linuxHost
};
