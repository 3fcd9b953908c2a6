/** `openrouter-ide doctor`: looks at everything a run needs, changes nothing, and says how to mend what is broken. */
import { execFile } from "node:child_process";
import { access, constants, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { composeEngine, type Engine } from "../compose.ts";
import type { Config } from "../config.ts";
import { createLog } from "../log.ts";
import { version } from "../version.ts";
import { checkDatabase } from "./check-database.ts";
import {
  checkBubblewrap,
  checkCounting,
  checkDirectory,
  checkLines,
  checkNamespaces,
  checkNesting,
  checkNode,
  checkPython,
  checkSandbox,
  exitCodeOf,
  fail,
  ok,
  warn,
  type Check,
  type DirectoryFacts,
} from "./checks.ts";
import { makePrivateDirectory } from "./private-directory.ts";

/** Resolves with 0 when nothing failed, else 1. */
export async function doctor(config: Config, asJson: boolean): Promise<number> {
  const checks = [
    checkNode(process.version),
    checkBubblewrap(await printedBy("bwrap", ["--version"])),
    checkNamespaces({
      maxUserNamespaces: await textOf("/proc/sys/user/max_user_namespaces"),
      unprivilegedUserns: await textOf("/proc/sys/kernel/unprivileged_userns_clone"),
      apparmorRestricts: await textOf("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
    }),
    ...(await checkEngine(config)),
    checkDirectory(await lookAt(config.dataDirectory)),
    await checkDatabase(config.databaseUrl),
    await checkPage(),
  ];
  process.stdout.write(asJson ? asText({ version, checks }) : checkLines(checks, paint()));
  return exitCodeOf(checks);
}

const asText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The sandbox is tried for real, with a store of its own, so that nothing of the operator's is touched. */
async function checkEngine(config: Config): Promise<readonly Check[]> {
  const directory = await makePrivateDirectory();
  const own = { ...config, databaseUrl: `sqlite:${directory}/doctor.db` };
  const composed = await composeEngine(own, directory, createLog(config.logLevel));
  if (!composed.ok) return [fail("sandbox", composed.error.says, composed.error.hint)];
  const engine = composed.value;
  try {
    const weaknesses = await engine.sandbox.selfCheck();
    const isUsable = !weaknesses.some(({ refuses }) => refuses);
    const python = checkPython(isUsable ? await engine.sandbox.python() : null, config.python !== null);
    return [
      ...python,
      await checkPackageIndex(engine, config),
      ...checkSandbox(weaknesses),
      ...(isUsable ? [checkNesting(await engine.sandbox.nesting())] : []),
      checkCounting(await engine.sandbox.counting()),
      await checkUpstream(engine, config),
    ];
  } finally {
    await engine.close();
  }
}

async function checkPackageIndex(engine: Engine, { packageIndex }: Config): Promise<Check> {
  if (packageIndex === null)
    return ok("package index", "turned off: programs get the packages that are there");
  const trouble = await engine.environments.checkIndex();
  return trouble === null
    ? ok("package index", `${packageIndex.url.host} answers`)
    : warn(
        "package index",
        trouble,
        "Check the network, or name another with --package-index; until then nothing can be installed.",
      );
}

async function checkUpstream(engine: Engine, config: Config): Promise<Check> {
  const { host } = config.openrouterOrigin;
  const key = config.openrouterKey;
  const answer = key === null ? await engine.live.models() : await engine.live.checkKey(key);
  if (answer.ok)
    return ok("upstream", key === null ? `${host} answers; no key is set` : `${host} knows the key`);
  const { error } = answer;
  if (error.code === "refused" && key !== null && [401, 403].includes(error.status))
    return fail("upstream", `${host} does not know the key.`, "Copy OPENROUTER_API_KEY again, whole.");
  return warn(
    "upstream",
    `${host}: ${error.message}`,
    "Check the network and OPENROUTER_BASE_URL; the simulator works without.",
  );
}

async function checkPage(): Promise<Check> {
  const page = fileURLToPath(new URL("../../dist/web/index.html", import.meta.url));
  return (await textOf(page)) === null
    ? fail("page", "The page has not been built.", "Run: npm run build (npm start does it too)")
    : ok("page", "built");
}

async function lookAt(directory: string): Promise<DirectoryFacts> {
  const facts = { path: directory, mode: 0, canBeMade: false };
  const seen = await stat(directory).catch(() => null);
  if (seen === null) return { ...facts, state: "absent", canBeMade: await isParentWritable(directory) };
  if (!seen.isDirectory()) return { ...facts, state: "not-a-directory" };
  const state = (await isWritable(directory)) ? "writable" : "not-writable";
  return { ...facts, state, mode: seen.mode & 0o777 };
}

/** The nearest directory above that exists decides. */
async function isParentWritable(directory: string): Promise<boolean> {
  const parent = path.dirname(directory);
  const seen = await stat(parent).catch(() => null);
  if (seen === null) return parent !== directory && isParentWritable(parent);
  return seen.isDirectory() && isWritable(parent);
}

const isWritable = (directory: string): Promise<boolean> =>
  access(directory, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );

/** Null for a file that is not there or not for us: both mean "this kernel does not tell". */
const textOf = (file: string): Promise<string | null> => readFile(file, "utf8").catch(() => null);

/** Null when the program could not be started. */
const printedBy = (program: string, args: readonly string[]): Promise<string | null> =>
  promisify(execFile)(program, args, { timeout: 10_000 }).then(
    ({ stdout }) => stdout,
    () => null,
  );

function paint(): (verdict: Check["verdict"], text: string) => string {
  if (!process.stdout.isTTY || (process.env["NO_COLOR"] ?? "") !== "") return (_, text) => text;
  const colours = { ok: 32, warn: 33, fail: 31 };
  return (verdict, text) => `\x1b[${colours[verdict]}m${text}\x1b[0m`;
}
