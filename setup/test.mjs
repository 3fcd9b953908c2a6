/** What `npm test` runs: sets up what tests need, then every check in turn; ends at the first that fails, with its exit code. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureNpmPackages } from "./npm-packages.mjs";
import { ensurePage } from "./page-build.mjs";
import { openly, ownEnvironment, ownNode, root } from "./processes.mjs";
import { orExplain, say } from "./say.mjs";
import { ensureSystemPackages, needsOfTests } from "./system-packages.mjs";
import { countAfterSecondTry, countTests, filesToRunAgain } from "./test-count.mjs";

process.chdir(root);
await orExplain(async () => {
  ensureNpmPackages();
  await ensureSystemPackages(needsOfTests);
});

await step("Types of server, contract and tests", "typescript/bin/tsc", ["-p", "tsconfig.json"]);
await step("Types of the page", "typescript/bin/tsc", ["-p", "web/tsconfig.json"]);
await step("Lint", "oxlint/bin/oxlint", ["--type-aware", "--deny-warnings"]);
await step("Format", "prettier/bin/prettier.cjs", ["--check", "--log-level=warn", "."]);
say("== The page");
await orExplain(async () => ensurePage());
process.exit(await runTests(process.argv.slice(2)));

/** @param {string} title @param {string} tool its script below node_modules @param {string[]} args */
async function step(title, tool, args) {
  say(`== ${title}`);
  const code = await openly(ownNode, [path.join("node_modules", tool), ...args], ownEnvironment());
  if (code === 0) return;
  say(`Failed: ${title} (exit code ${code}). Later checks were not run.`);
  process.exit(code);
}

/** Runs the tests and ends with the line that counters read: "N passed, N failed". @param {string[]} args */
async function runTests(args) {
  say("== Tests");
  const first = await vitest(args);
  const again = filesToRunAgain(first.report);
  if (first.code === 0 || again.length === 0) return told(countTests(first.report, first.code), first.code);
  say(`== Once more, with nothing beside them: ${again.join(", ")}`);
  const second = await vitest(["--maxWorkers=1", ...again]);
  if (second.code !== 0) return told(countTests(first.report, first.code), second.code);
  say(`Passed only alone, so they depend on what runs beside them: ${again.join(", ")}`);
  return told(countAfterSecondTry(first.report, second.report), 0);
}

/** @param {string} count @param {number} code */
function told(count, code) {
  if (code !== 0) say(`Failed: Tests (exit code ${code}).`);
  process.stdout.write(`${count}\n`);
  return code;
}

/** @param {string[]} args */
async function vitest(args) {
  const folder = mkdtempSync(path.join(tmpdir(), "openrouter-ide-test-"));
  const file = path.join(folder, "report.json");
  try {
    const script = path.join("node_modules", "vitest", "vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const code = await openly(ownNode, [script, "run", ...reporters, ...args], ownEnvironment());
    return { code, report: readReport(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    say(`Vitest left no report: ${String(error)}`);
    return null;
  }
}
