/** What `npm start` runs: sets up what is missing, then becomes the server. Plain JavaScript, for whatever Node the machine has. */
import path from "node:path";
import { ensureNpmPackages } from "./npm-packages.mjs";
import { ensurePage } from "./page-build.mjs";
import { openly, ownEnvironment, root } from "./processes.mjs";
import { orExplain } from "./say.mjs";
import { ensureSystemPackages, needsOfStart } from "./system-packages.mjs";

const args = process.argv.slice(2);
const launcher = path.join(root, "bin", "openrouter-ide");

await orExplain(async () => {
  ensureNpmPackages();
  const python = chosenPython(args);
  await ensureSystemPackages(() => needsOfStart(python));
  ensurePage();
});

process.chdir(root);
if (typeof process.execve === "function") {
  // One process less, and signals and the exit code are the server's own.
  process.execve(launcher, [launcher, "serve", ...args], ownEnvironment());
}
process.exit(await openly(launcher, ["serve", ...args], ownEnvironment()));

/** The interpreter that the operator names instead of the system's, null without one. @param {string[]} args */
function chosenPython(args) {
  const at = args.findIndex((arg) => arg === "--python" || arg.startsWith("--python="));
  const named = at === -1 ? undefined : (args[at]?.split("=")[1] ?? args[at + 1]);
  return named ?? process.env.OPENROUTER_IDE_PYTHON ?? null;
}
