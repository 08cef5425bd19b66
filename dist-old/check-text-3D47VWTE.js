import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  hostText
} from "./chunk-KATTF5C5.js";
import {
  withVisibleText,
  wrap
} from "./chunk-XULA5DL5.js";
import "./chunk-PD7JWCUF.js";
import "./chunk-LQK3ML4U.js";

// src/report/check-text.ts
var columns = 80;
var LABEL_COLUMNS = 9;
function formatCheck(result) {
  const { host, checks } = withVisibleText(result);
  const who = host.uid === 0 ? "root" : `user ${host.uid}`;
  const missing = checks.filter(({ isAvailable }) => !isAvailable);
  const verdict = missing.length === 0 ? "Everything autotune uses is available." : `${checks.length - missing.length} of ${checks.length} sources are available.`;
  return `${[...wrap(`${hostText({ host })}, as ${who}`, { columns }), "", ...checks.flatMap(checkLines), "", verdict].join("\n")}
`;
}
function checkLines({ topic, isAvailable, detail, cost, remedy }) {
  const head = wrap(topic, { columns: columns - 5 }).map((line, row) => `${(row > 0 ? "" : isAvailable ? "yes" : "NO").padEnd(5)}${line}`);
  return [
    ...head,
    ...labelled("", detail),
    ...labelled("hides", cost),
    ...labelled("to mend", isAvailable ? void 0 : remedy ?? "nothing on this machine")
  ];
}
function labelled(label, text) {
  if (text === void 0) return [];
  const indent = 5 + (label === "" ? 0 : LABEL_COLUMNS);
  return wrap(text, { columns: columns - indent }).map(
    (line, row) => `     ${label === "" ? "" : (row === 0 ? label : "").padEnd(LABEL_COLUMNS)}${line}`
  );
}
export {
  formatCheck
};
