import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  readNamedRecording
} from "./chunk-TGHLXETP.js";
import "./chunk-YZJTGM4Z.js";
import "./chunk-AWQF53CR.js";
import "./chunk-AJ7R5EWM.js";
import {
  AutotuneError
} from "./chunk-2PYALHHO.js";
import {
  linuxHost
} from "./chunk-MZV3GQCE.js";
import "./chunk-W3V5XVSF.js";
import "./chunk-PD7JWCUF.js";
import {
  NONE,
  ProcessRole,
  textAt
} from "./chunk-Q2YSVFUP.js";
import "./chunk-LQK3ML4U.js";

// src/pipeline/export.ts
import { writeFileSync } from "node:fs";

// src/report/collapsed.ts
var maxDepth = 1024;
function formatCollapsed(tables, options) {
  const { sample, process, callchainStack } = tables;
  if (sample === void 0) return "";
  const onlyTarget = !options.all && process?.role.includes(ProcessRole.Target) === true;
  const nameOf = stackNames(tables);
  const counts = /* @__PURE__ */ new Map();
  for (let row = 0; row < sample.length; row++) {
    const processRow = validRow(sample.process[row], process?.length);
    if (onlyTarget && (processRow === NONE || process?.role[processRow] !== ProcessRole.Target)) continue;
    const callchain = validRow(sample.callchain[row], callchainStack?.length);
    const stack = callchain === NONE || callchainStack === void 0 ? NONE : callchainStack.stack[callchain];
    const comm = process === void 0 || processRow === NONE ? void 0 : textAt(process.comm, processRow);
    const line = [clean(comm ?? "[unknown]").replaceAll(" ", "_"), nameOf(stack)].filter((part) => part !== "").join(";");
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const lines = [...counts].map(([line, count]) => `${line} ${count}
`);
  return lines.sort((a, b) => a < b ? -1 : a > b ? 1 : 0).join("");
}
function validRow(row, length) {
  return length !== void 0 && row >= 0 && row < length ? row : NONE;
}
function stackNames({ stack, frame, symbol }) {
  const known = /* @__PURE__ */ new Map();
  const symbolName = (row) => {
    const frameRow = validRow(stack === void 0 ? NONE : stack.frame[row], frame?.length);
    const symbolRow = frame === void 0 || frameRow === NONE ? NONE : validRow(frame.symbol[frameRow], symbol?.length);
    return clean((symbol === void 0 || symbolRow === NONE ? void 0 : textAt(symbol.name, symbolRow)) ?? "[unknown]");
  };
  return (leaf) => {
    const found = known.get(leaf);
    if (found !== void 0) return found;
    const names = [];
    let row = validRow(leaf, stack?.length);
    while (stack !== void 0 && row !== NONE && names.length < maxDepth) {
      names.push(symbolName(row));
      const prefix = stack.prefix[row];
      row = prefix < row ? validRow(prefix, stack.length) : NONE;
    }
    const joined = names.reverse().join(";");
    known.set(leaf, joined);
    return joined;
  };
}
function clean(name) {
  return name.replaceAll(";", ":").replace(new RegExp("\\p{Cc}+", "gu"), " ");
}

// src/pipeline/export.ts
function exportCommand(directory, { output, all }) {
  const { tables } = readNamedRecording(linuxHost(), directory);
  const text = formatCollapsed(tables, { all: all === true });
  if (output === void 0) return { output: text, remarks: [], exitStatus: 0 };
  try {
    writeFileSync(output, text, { mode: 384 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AutotuneError({
      code: "HOST_REFUSED",
      what: `${output} could not be written.`,
      why,
      next: "Leave -o out to get the result on stdout.",
      cause: error
    });
  }
  return { output: "", remarks: [], exitStatus: 0 };
}
export {
  exportCommand
};
