/** A server reduced to its sandbox, which sees no process of others: runs a program until a line comes in, then another, and prints what came of both. */
import { once } from "node:events";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";

const sandbox = await makeTestSandbox();
const run = await startProgram(sandbox, "print('begun')\ninput()\nprint('ended')", { input: true });
await run.saw("begun");
process.stdout.write("runs\n");
await once(process.stdin, "data");
run.job.write(Buffer.from("\n"));
const { end, stdout } = await run.ran;
const again = (await runProgram(sandbox, "print('again')", { owner: "bob" })).stdout;
process.stdout.write(`${JSON.stringify({ exitCode: end.exitCode, stdout, again })}\n`);
await sandbox.close();
process.exit(0);
