/** Any process below the server is killed while a program runs: the run ends or goes on, and the next one is well (F3). */
import { readlinkSync } from "node:fs";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { isAlive, processesBelow } from "../attacks/host-processes.ts";

const quiet = () => new Writable({ write: (_line, _encoding, done) => done() });

/** More processes than one run and a rehearsal have, in any way of making them. */
const most = 16;

/** False when it had just ended by itself, as the parts of a rehearsal do (runner/site/rehearsal.py). */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** The numbers of those in this process namespace: a run's own, which its program tells. */
const inNamespace = (namespace: string): number[] =>
  processesBelow(process.pid)
    .map(({ pid }) => pid)
    .filter((pid) => namespaceOf(pid) === namespace);

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null; // it has just ended
    throw error;
  }
}

test("F3 kill -9 of each part in turn: the run ends as killed or is unharmed, and another starts", async () => {
  const sandbox = await makeTestSandbox({ log: quiet() });
  const ends: (number | string | null)[] = [];
  for (let which = 0; which < most; which += 1) {
    const run = await startProgram(sandbox, "print('ready')\ninput()\nprint('unharmed')", { input: true });
    await run.saw("ready");
    const victim = processesBelow(process.pid)[which];
    if (victim === undefined) {
      run.job.kill();
      await run.ran;
      break;
    }
    const isKilled = kill(victim.pid);
    await expect.poll(() => isAlive(victim.pid), { interval: 5 }).toBe(false);
    run.job.write(Buffer.from("\n"));
    run.job.closeInput();
    const { end, stdout } = await run.ran;
    if (isKilled) ends.push(end.exitCode ?? end.signal);
    expect([victim.name, end.exitCode === 0 ? stdout : "ready\nunharmed\n"]).toEqual([
      victim.name,
      "ready\nunharmed\n",
    ]);
    expect((await runProgram(sandbox, `print(${which})`)).stdout).toBe(`${which}\n`);
  }
  expect(new Set(ends)).toEqual(new Set(ends.includes(0) ? [0, "SIGKILL"] : ["SIGKILL"]));
  expect(ends.filter((end) => end === "SIGKILL").length).toBeGreaterThanOrEqual(3);
  await sandbox.close();
  expect(processesBelow(process.pid)).toEqual([]);
});

test("F3 a stopped part holds up its own run, which can be killed, and no other", async () => {
  const sandbox = await makeTestSandbox({ log: quiet() });
  const asking = "import os\nprint(os.readlink('/proc/self/ns/pid'))\ninput()";
  let told = "";
  const output = (_stream: string, bytes: Uint8Array): void => void (told += Buffer.from(bytes).toString());
  const run = await startProgram(sandbox, asking, { input: true }, { output });
  await run.saw("]\n");
  const own = inNamespace(told.trim());
  // The last one is the program itself, the first its process 1.
  expect(own.length).toBeGreaterThanOrEqual(2);
  process.kill(own.at(-1) ?? 0, "SIGSTOP");
  expect((await runProgram(sandbox, "print('another')")).stdout).toBe("another\n");
  run.job.kill();
  expect((await run.ran).end.signal).toBe("SIGKILL");
  await sandbox.close();
  expect(processesBelow(process.pid)).toEqual([]);
});
