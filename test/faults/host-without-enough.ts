/** Starts as many programs at once as its argument says, more than it has room for, and prints what came of them as JSON. */
import { Writable } from "node:stream";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";

const sandbox = await makeTestSandbox({ log: new Writable({ write: (_line, _encoding, done) => done() }) });
const tries = await Promise.allSettled(
  Array.from({ length: Number(process.argv[2]) }, () =>
    startProgram(sandbox, "print('ready', input())", { input: true }),
  ),
);
const refusals: string[] = [];
let ran = 0;
for (const tried of tries) {
  if (tried.status === "rejected") refusals.push((tried.reason as Error).message);
  else {
    tried.value.job.write(Buffer.from("and done\n"));
    if ((await tried.value.ran).stdout === "ready and done\n") ran += 1;
  }
}
const later = (await runProgram(sandbox, "print('later')")).stdout;
process.stdout.write(JSON.stringify({ ran, refusals: [...new Set(refusals)], later }));
await sandbox.close();
