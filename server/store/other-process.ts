/** For tests: runs a piece of code in a process of its own, as another server on the same database would be. */
import { spawn } from "node:child_process";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const node = new URL("../../node_modules/.bin/node", import.meta.url).pathname;
const here = new URL(".", import.meta.url).href;

/**
 * `code` is an ES module's body; `openStore`, `migrations`, `checkedOpen(url)` (throws a refusal's sentence) and `args` are
 * in scope. `user` is a Unix user id to become once the code is loaded, for tests that are run by root. `under` is a program with its
 * arguments that starts it: strace.
 */
export function inOtherProcess(
  code: string,
  args: readonly string[],
  user?: number,
  under: readonly string[] = [],
): Promise<Ended> {
  const prelude = `
    import { openStore } from "${here}open-store.ts";
    import { migrations } from "${here}migrations.ts";
    import { createLog } from "${new URL("../log.ts", here).href}";
    ${user === undefined ? "" : `process.setgroups([]); process.setgid(${user}); process.setuid(${user});`}
    const log = createLog("silent");
    const args = process.argv.slice(1);
    const checkedOpen = async (url, steps) => {
      const store = await openStore(url, log, steps);
      if (!store.ok) throw new Error(store.error.says);
      return store.value;
    };`;
  const [program = node, ...more] = [
    ...under,
    node,
    "--input-type=module",
    "-e",
    prelude + code,
    "--",
    ...args,
  ];
  const child = spawn(program, more, { stdio: ["ignore", "pipe", "pipe"] });
  const seen = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (seen.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (seen.stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...seen }));
  });
}
