/** Which Python runs programs, and what of the host it needs to see. */
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { promisify } from "node:util";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { SandboxFailure } from "./sandbox.ts";

export interface Interpreter {
  /** Absolute path of the real binary: not a shell script that looks for one. */
  readonly path: string;
  /** Directories outside /usr to bind where they are: a virtual environment and its base, or another installation. */
  readonly directories: readonly string[];
}

const run = promisify(execFile);

/** The operator's choice, else Debian's, else the first on PATH. */
export async function findInterpreter(chosen: string | null): Promise<Result<Interpreter, SandboxFailure>> {
  const candidate = chosen ?? ((await isExecutable("/usr/bin/python3")) ? "/usr/bin/python3" : "python3");
  const asks =
    'import sys; print(sys.executable, sys.prefix, sys.base_prefix, "%d.%d" % sys.version_info[:2], sep="\\n")';
  try {
    // The only Python outside a sandbox: the operator's own interpreter, isolated, on this one line.
    const { stdout } = await run(candidate, ["-I", "-c", asks], { timeout: 20_000 });
    const [path = "", prefix = "", base = "", version = ""] = stdout.split("\n");
    if (Number(version.split(".")[1]) < 10) {
      return refused({
        says: `${path} is Python ${version}; programs need 3.10 or newer.`,
        hint: "Install a newer python3, or name one with --python.",
      });
    }
    const directories = [...new Set([prefix, base])].filter((directory) => !isBelowUsr(directory));
    return done({ path, directories });
  } catch (error) {
    return refused({
      says: `Python can't be started (${candidate}).`,
      hint: `${reasonOf(error)} Install python3 (apt-get install python3), or name another interpreter with --python.`,
    });
  }
}

/** The system's word for it as a sentence: "There is no such file." */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "There is no such file.";
  if (code === "EACCES") return "This user may not run it.";
  return `${message.split("\n")[0] ?? ""}.`;
}

const isBelowUsr = (path: string): boolean => path === "/usr" || path.startsWith("/usr/");

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
