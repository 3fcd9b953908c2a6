/** Runs programs where bubblewrap works and nothing inside it may make namespaces (nest-deeply.py), and prints what came of it as JSON. */
import { Writable } from "node:stream";
import { makeTestSandbox, runProgram } from "../../server/sandbox/sandbox-for-tests.ts";

const said: string[] = [];
const log = new Writable({ write: (line, _, done) => (said.push(String(line)), done()) });
const sandbox = await makeTestSandbox({ log, logLevel: "info", way: "auto" });
const nested = await makeTestSandbox({
  log: new Writable({ write: (_l, _e, done) => done() }),
  way: "nested",
});

const attempt = async (run: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await run();
  } catch (error) {
    return (error as Error).message;
  }
};
const program = "import os, sys\nprint(sys.argv, os.getpid(), os.getppid())";
const owner = "ann";
process.stdout.write(
  JSON.stringify({
    nesting: await sandbox.nesting(),
    weaknesses: await sandbox.selfCheck(),
    ran: [
      (await runProgram(sandbox, program, { owner })).stdout,
      (await runProgram(sandbox, program, { owner })).stdout,
    ],
    whereNestedIsAsked: await attempt(() => runProgram(nested, program)),
    said: said.join(""),
  }),
);
await Promise.all([sandbox.close(), nested.close()]);
