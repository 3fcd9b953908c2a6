/** Brings node_modules in line with package-lock.json, when it is not. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { machineEnvironment, ownNode, quietly, root, tail } from "./processes.mjs";
import { CannotSetUp, say } from "./say.mjs";

/** Installs what the lock file names, after one line of explanation; does nothing when all of it is there. */
export function ensureNpmPackages() {
  const why = whatIsWrong();
  if (why === null) return;
  say(`Installing npm packages (${why}): npm ci`);
  const environment = machineEnvironment();
  let { status, text } = npmCi(environment);
  if (status === 0 && isOlderThan20()) ({ status, text } = withOurNode(environment, npmCi));
  if (status === null)
    throw new CannotSetUp("npm was not found. Install it (Debian: apt-get install npm), then try again.");
  if (status !== 0) {
    throw new CannotSetUp(
      `npm ci failed. Its last words:\n${tail(text)}\nMend that (often the network), then try again.`,
    );
  }
  const still = whatIsWrong();
  if (still !== null)
    throw new CannotSetUp(`npm ci ended well, and yet ${still}. Remove node_modules and try again.`);
}

/** @param {NodeJS.ProcessEnv} env */
const npmCi = (env) => quietly("npm", ["ci", "--include=dev", "--loglevel=error"], { env });

/** Debian 12's Node is 18: its npm leaves out parts of packages that ask for a newer one, although ours will run them. */
const isOlderThan20 = () => Number(process.versions.node.split(".")[0]) < 20;

/**
 * Runs npm on the Node that was just installed: on a copy, since npm takes node_modules away first.
 * @template T @param {NodeJS.ProcessEnv} environment @param {(env: NodeJS.ProcessEnv) => T} task
 */
function withOurNode(environment, task) {
  const folder = mkdtempSync(path.join(tmpdir(), "openrouter-ide-node-"));
  try {
    copyFileSync(ownNode, path.join(folder, "node"));
    return task({ ...environment, PATH: `${folder}${path.delimiter}${environment.PATH ?? ""}` });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One clause for the first thing that differs from the lock file, null when nothing does. */
function whatIsWrong() {
  const installedFile = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return "there are none yet";
  const installed = packagesIn(installedFile);
  for (const [name, wanted] of Object.entries(packagesIn(path.join(root, "package-lock.json")))) {
    if (name === "") continue;
    const there = installed[name];
    if (there === undefined ? !wanted.optional : differs(there, wanted))
      return `${name} is not as the lock file says`;
    if (there !== undefined && !existsSync(path.join(root, name, "package.json"))) return `${name} is gone`;
  }
  return existsSync(ownNode) ? null : "the Node that belongs to them is missing";
}

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} Locked */

/** @param {string} file @returns {Record<string, Locked>} */
function packagesIn(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/** @param {Locked} there @param {Locked} wanted */
function differs(there, wanted) {
  return there.version !== wanted.version || there.integrity !== wanted.integrity;
}
