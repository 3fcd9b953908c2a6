/** Starts other programs during set-up; the only file of this folder that does. Runs on any Node from 18. */
import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(fileURLToPath(import.meta.url), "..", "..");
export const ownNode = path.join(root, "node_modules", ".bin", "node");

const ownBin = path.join(root, "node_modules", ".bin");

/** The environment in which the machine's own node and npm are found: npm puts ours first, and `npm ci` removes ours. */
export function machineEnvironment() {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return {
    ...process.env,
    PATH: folders.filter((folder) => path.resolve(folder) !== ownBin).join(path.delimiter),
  };
}

/** The environment in which our Node and our tools come first. */
export function ownEnvironment() {
  const environment = { ...process.env, PATH: `${ownBin}${path.delimiter}${process.env.PATH ?? ""}` };
  delete environment.NODE_OPTIONS;
  return environment;
}

/**
 * Runs a program quietly. `status` is null when it could not be started; `text` is both its streams.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeout?: number }} [options]
 */
export function quietly(command, args, options = {}) {
  const ended = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  return { status: ended.status, text: `${ended.stdout ?? ""}${ended.stderr ?? ""}` };
}

/**
 * Runs a program with our standard streams and passes signals on; resolves with its exit code (128 + n for a signal).
 * A terminal sends Ctrl+C to the program too, so there SIGINT is not sent a second time.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
export function openly(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: "inherit" });
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
    for (const signal of signals) process.on(signal, pass);
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(code ?? 128 + (signalNumbers[signal ?? ""] ?? 0));
    });
  });
}

/** @type {Record<string, number>} */
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/**
 * The last lines of what a failed program printed.
 * @param {string} text
 */
export function tail(text, lines = 15) {
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}
