import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  cut,
  displayWidth,
  padEnd,
  withVisibleText,
  wrap
} from "./chunk-XULA5DL5.js";
import {
  askRule,
  conditionsOf,
  detectors,
  loadCatalogue,
  specOf,
  suggest
} from "./chunk-AWQF53CR.js";
import {
  readRuleFile,
  readRuleFiles
} from "./chunk-AJ7R5EWM.js";
import {
  AutotuneError
} from "./chunk-2PYALHHO.js";
import "./chunk-W3V5XVSF.js";
import "./chunk-PD7JWCUF.js";
import "./chunk-Q2YSVFUP.js";
import "./chunk-LQK3ML4U.js";

// src/report/rules-text.ts
var columns = 80;
function formatRulesList(rules) {
  const shown = withVisibleText(rules);
  const idColumns = Math.min(30, Math.max(2, ...shown.map((rule) => displayWidth(rule.id))));
  const classColumns = Math.min(22, Math.max(5, ...shown.map((rule) => displayWidth(rule.class))));
  const line = (id, className, rest) => cut(`${padEnd(cut(id, idColumns), idColumns)}  ${padEnd(cut(className, classColumns), classColumns)}  ${rest}`, columns).trimEnd();
  const rows = shown.map((rule) => line(rule.id, rule.class, `${padEnd(rule.status, 12)}  ${rule.title}`));
  return `${[line("id", "class", `${padEnd("status", 12)}  title`), ...rows].join("\n")}
`;
}
function formatRule(rule, metrics = {}) {
  const shown = withVisibleText(rule);
  const proof = shown.status === "stable" ? "stable: labelled recordings have confirmed it" : "experimental: no labelled recording has confirmed it yet; shown apart";
  const blocks = [
    [
      ...wrap(shown.title, { columns }),
      cut(`${shown.id} \xB7 class ${shown.class} \xB7 detector ${shown.detector}`, columns),
      cut(proof, columns)
    ],
    block("Why it costs time", [shown.why]),
    block("Fires when all of this holds", [...shown.when, `there are at least ${shown.minSamples} samples of the target`]),
    block("Score, 0 to 100", [scoreText(shown.score)]),
    block(
      "Measured by",
      Object.entries(withVisibleText(metrics)).map(([name, meaning]) => `${name}: ${meaning}`)
    ),
    block("Evidence it shows", shown.evidence),
    block("What to do", shown.next),
    block("How to undo it", shown.undo),
    block("When it is wrong", shown.whenWrong),
    block("Explains, when it fires", shown.folds),
    block("Sources", shown.sources),
    block("File", [shown.path, shown.overrides === void 0 ? "" : `replaces ${shown.overrides}`])
  ];
  return `${blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n")}
`;
}
function scoreText(score) {
  const common = "25 when 5 % of the target\u2019s time is lost, 75 at 20 %, on the lower bound of the interval";
  if (score === void 0) return common;
  return typeof score === "string" ? score : `${common}; never above ${score.ceiling}`;
}
function block(title, texts) {
  const said = texts.map((text) => text.trim()).filter((text) => text !== "");
  if (said.length === 0) return [];
  const many = said.length > 1;
  return [
    title,
    ...said.flatMap(
      (text) => wrap(text, { columns: columns - 4 }).map((line, place) => `${many && place === 0 ? "  - " : many ? "    " : "  "}${line}`)
    )
  ];
}

// src/rules/rule-tests.ts
function testRules(rules, specs2) {
  const specOf2 = new Map(specs2.map((spec) => [spec.detector, spec]));
  return rules.flatMap(
    (rule) => rule.tests.map((test) => {
      const problem = problemOf(rule, test, observe(test, specOf2.get(rule.detector)));
      return { rule: rule.id, path: rule.path, name: test.name, ...problem === void 0 ? {} : { problem } };
    })
  );
}
function problemOf(rule, test, observation) {
  const answer = askRule(rule, observation);
  if (answer.status === "unknown") return `cannot be evaluated: the test does not set ${answer.missing.join(", ")}`;
  const score = answer.status === "quiet" ? void 0 : answer.score;
  if (test.fires && answer.status === "quiet") {
    const failing = rule.when.filter((_, index) => conditionsOf(rule, observation)[index] === false);
    return `should fire, but is quiet: ${failing.join("; ")} does not hold`;
  }
  if (test.fires && answer.status === "small") return `should fire, but its score is ${format(answer.score)}, below 25`;
  if (!test.fires && answer.status === "fires") return `should be quiet, but fires with score ${format(answer.score)}`;
  if (test.score !== void 0 && score === void 0) return "expects a score, but the rule is quiet";
  if (test.score === void 0 || score === void 0) return void 0;
  const { min, max } = test.score;
  return score < min || score > max ? `has score ${format(score)}, not ${min}..${max}` : void 0;
}
function observe({ metrics, facts, share }, spec) {
  const all = (names, absent) => Object.fromEntries(Object.keys(names ?? {}).map((name) => [name, absent]));
  return {
    detector: spec?.detector ?? "",
    subject: "test",
    metrics: { ...all(spec?.metrics, Number.NaN), ...metrics },
    facts: { ...all(spec?.facts, "?"), ...facts },
    share,
    culprits: [],
    rows: void 0
  };
}
function format(score) {
  return score.toFixed(1).replace(/\.0$/, "");
}

// src/pipeline/rules.ts
var specs = detectors.map(specOf);
var BAD_INPUT_STATUS = 4;
function listRulesCommand(directories) {
  const { rules, broken } = loadCatalogue(readRuleFiles(directories), specs);
  return { output: formatRulesList(rules), remarks: broken.map(describeBroken), exitStatus: 0 };
}
function showRuleCommand(id, directories) {
  const { rules, broken } = loadCatalogue(readRuleFiles(directories), specs);
  const rule = rules.find((candidate) => candidate.id === id);
  const metrics = specs.find(({ detector }) => detector === rule?.detector)?.metrics;
  if (rule !== void 0) return { output: formatRule(rule, metrics), remarks: [], exitStatus: 0 };
  const fault = broken.find(({ file }) => file.endsWith(`/${id}.yaml`));
  throw new AutotuneError({
    code: "BAD_INPUT",
    what: `There is no rule ${id}.`,
    why: fault === void 0 ? `No rule file has this id${suggest(
      id,
      rules.map(({ id: known }) => known)
    )}.` : describeBroken(fault),
    next: "autotune rules list"
  });
}
function testRulesCommand(files, directories) {
  const texts = files.length > 0 ? files.map(readRuleFile) : readRuleFiles(directories);
  const { rules, broken } = loadCatalogue(texts, specs);
  const results = testRules(rules, specs);
  const failed = results.filter(({ problem }) => problem !== void 0);
  const lines = [
    ...broken.map(describeBroken),
    ...failed.map(({ path, name, problem }) => `${path}: "${name}" ${problem}`),
    `${results.length - failed.length} passed, ${failed.length} failed${broken.length > 0 ? `, ${broken.length} broken` : ""}`
  ];
  return { output: `${lines.join("\n")}
`, remarks: [], exitStatus: failed.length + broken.length > 0 ? BAD_INPUT_STATUS : 0 };
}
function describeBroken({ file, line, reason }) {
  return `${file}:${line}: ${reason}`;
}
export {
  listRulesCommand,
  showRuleCommand,
  testRulesCommand
};
