import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);

// src/report/text.ts
var wide = [
  [4352, 4447],
  [8986, 8987],
  [9001, 9002],
  [9193, 9203],
  [9725, 9726],
  [9748, 9749],
  [9800, 9811],
  [9855, 9855],
  [9875, 9983],
  [9989, 9989],
  [9994, 9995],
  [10024, 10024],
  [10060, 10175],
  [11035, 11036],
  [11088, 11093],
  [11904, 12350],
  [12353, 42191],
  [43360, 43388],
  [44032, 55203],
  [63744, 64255],
  [65040, 65049],
  [65072, 65135],
  [65280, 65376],
  [65504, 65510],
  [94176, 101631],
  [110576, 111359],
  [126976, 129791],
  [131072, 262141]
];
function displayWidth(text) {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}
function widthOf(character) {
  const code = character.codePointAt(0) ?? 0;
  if (code < 768) return 1;
  if (new RegExp("\\p{M}", "u").test(character)) return 0;
  return wide.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
function visible(text) {
  return text.replace(new RegExp("\\p{Cs}", "gu"), "\uFFFD").replace(/[\t\n\r\u2028\u2029]+/g, " ").replace(new RegExp("\\p{Cc}", "gu"), (control) => {
    const code = control.charCodeAt(0);
    return code < 32 ? String.fromCharCode(9216 + code) : code === 127 ? "\u2421" : "\uFFFD";
  }).replace(/[\p{Cf}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0]/gu, "\uFFFD");
}
function withVisibleText(value) {
  return mapStrings(value);
}
function mapStrings(value) {
  if (typeof value === "string") return visible(value);
  if (Array.isArray(value)) return typeof value[0] === "number" ? value : value.map(mapStrings);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visible(key), mapStrings(inner)]));
}
function cut(text, columns) {
  if (displayWidth(text) <= columns) return text;
  let width = 1;
  let kept = "";
  for (const character of text) {
    width += widthOf(character);
    if (width > columns) break;
    kept += character;
  }
  return columns < 1 ? "" : `${kept.trimEnd()}\u2026`;
}
function wrap(text, { columns, maxLines }) {
  const lines = [];
  let line = "";
  for (const word of text.split(/ +/).flatMap((word2) => pieces(word2, columns))) {
    if (line === "") line = word;
    else if (displayWidth(line) + 1 + displayWidth(word) <= columns) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  if (maxLines === void 0 || lines.length <= maxLines) return lines;
  return [...lines.slice(0, maxLines - 1), `${cut(lines[maxLines - 1], columns - 1).replace(/…$/, "")}\u2026`];
}
function pieces(word, columns) {
  if (displayWidth(word) <= columns) return [word];
  const found = [];
  let piece = "";
  let width = 0;
  for (const character of word) {
    if (width + widthOf(character) > columns) {
      found.push(piece);
      piece = "";
      width = 0;
    }
    piece += character;
    width += widthOf(character);
  }
  return [...found, piece];
}
function padEnd(text, columns) {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

export {
  displayWidth,
  visible,
  withVisibleText,
  cut,
  wrap,
  padEnd
};
