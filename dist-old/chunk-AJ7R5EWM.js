import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import {
  AutotuneError
} from "./chunk-2PYALHHO.js";

// src/pipeline/assets.ts
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
var MAX_RULE_FILE_BYTES = 1 << 20;
var sourcePaths = { rules: "rules", bpf: join("src", "collectors", "bpf", "out") };
function assetPath(name) {
  const here = dirname(fileURLToPath(import.meta.url));
  const built = join(here, name);
  if (existsSync(built)) return built;
  const repository = join(here, "..", "..");
  return join(repository, sourcePaths[name] ?? join("dist", name));
}
function readReportAssets() {
  return { script: readFileSync(assetPath("report-app.js"), "utf8"), style: readFileSync(assetPath("report-page.css"), "utf8") };
}
function readRuleFiles(directories) {
  return [assetPath("rules"), ...directories].flatMap(readRuleDirectory);
}
function readRuleDirectory(directory) {
  let names;
  try {
    names = readdirSync(directory);
  } catch (error) {
    throw new AutotuneError({
      code: "BAD_INPUT",
      what: `The rules folder ${directory} could not be read.`,
      why: error instanceof Error ? error.message : String(error),
      next: "Give --rules a folder with .yaml files.",
      cause: error
    });
  }
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
  return files.map((name) => readRuleFile(join(directory, name)));
}
function readRuleFile(path) {
  try {
    const facts = statSync(path);
    if (!facts.isFile()) throw new Error("It is no regular file.");
    if (facts.size > MAX_RULE_FILE_BYTES) throw new Error(`It has ${facts.size} bytes.`);
    return { path, text: readFileSync(path, "utf8") };
  } catch (error) {
    throw new AutotuneError({
      code: "BAD_INPUT",
      what: `The rule file ${path} could not be read.`,
      why: error instanceof Error ? error.message : String(error),
      next: "autotune rules list shows the rules that can.",
      cause: error
    });
  }
}

export {
  assetPath,
  readReportAssets,
  readRuleFiles,
  readRuleFile
};
