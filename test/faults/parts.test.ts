/** Any process below the server is killed while a program runs: the run ends or goes on, and the next one is well (F3). */
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { isAlive, processesBelow } from "../attacks/host-processes.ts";

const quiet = () => new Writable({ write: (_line, _encoding, done) => done() });

/** More processes than one run has, in any way of making it. */
const most = 12;

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
    process.kill(victim.pid, "SIGKILL");
    await expect.poll(() => isAlive(victim.pid), { interval: 5 }).toBe(false);
    run.job.write(Buffer.from("\n"));
    run.job.closeInput();
    const { end, stdout } = await run.ran;
    ends.push(end.exitCode ?? end.signal);
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
  const run = await startProgram(sandbox, "print('ready')\ninput()", { input: true });
  await run.saw("ready");
  const all = processesBelow(process.pid);
  // The last one is the program itself or one of its own first processes.
  process.kill(all.at(-1)?.pid ?? 0, "SIGSTOP");
  expect((await runProgram(sandbox, "print('another')")).stdout).toBe("another\n");
  run.job.kill();
  expect((await run.ran).end.signal).toBe("SIGKILL");
  await sandbox.close();
  expect(processesBelow(process.pid)).toEqual([]);
});
