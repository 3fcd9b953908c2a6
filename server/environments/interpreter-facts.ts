/** Asks an interpreter of this machine what it is. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface InterpreterFacts {
  /** Of the executable as it names itself: a virtual environment's own, a shim's real one. */
  readonly path: string;
  readonly prefix: string;
  /** Another directory than `prefix` in a virtual environment. */
  readonly basePrefix: string;
  /** "3.11.2". */
  readonly version: string;
}

const run = promisify(execFile);
const asks =
  'import sys; sys.stdout.write("\\0".join([sys.executable, sys.prefix, sys.base_prefix, "%d.%d.%d" % sys.version_info[:3]]))';

/**
 * Null when it can't be run: absent, no Python 3, or not for this user. It is the operator's own interpreter, isolated,
 * on this one line: nothing that a session installed is ever run outside a sandbox.
 */
export async function askInterpreter(candidate: string): Promise<InterpreterFacts | null> {
  try {
    const { stdout } = await run(candidate, ["-I", "-c", asks], { timeout: 10_000, env: {} });
    const [path = "", prefix = "", basePrefix = "", version = ""] = stdout.split("\0");
    return path.startsWith("/") && /^\d+\.\d+\.\d+$/.test(version)
      ? { path, prefix, basePrefix, version }
      : null;
  } catch {
    // A candidate is only a guess: one that does not run is none.
    return null;
  }
}
