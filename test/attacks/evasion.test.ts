/** Programs that don't want to end, or want to seem to have ended: every one ends, wholly, and the next run is well (A63, A78). */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { isAlive, processesBelow } from "./host-processes.ts";
import { prelude } from "./prelude.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
  await runProgram(sandbox, "");
});
afterAll(() => sandbox.close());

const stubborn: readonly (readonly [string, string])[] = [
  ["stops itself", `print("ready"); sys.stdout.flush(); os.kill(os.getpid(), signal.SIGSTOP)`],
  [
    "stops everything that it can",
    `for _ in range(5):
    if os.fork() == 0: time.sleep(100000)
print("ready"); os.kill(-1, signal.SIGSTOP); os.kill(os.getpid(), signal.SIGSTOP)`,
  ],
  [
    "blocks and ignores every signal, in every thread",
    `import threading
for number in signal.valid_signals():
    try: signal.signal(number, signal.SIG_IGN)
    except OSError: pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
for _ in range(10): threading.Thread(target=time.sleep, args=(100000,)).start()
print("ready"); time.sleep(100000)`,
  ],
  [
    "forks as fast as it can while it is killed",
    `print("ready")
while True:
    try:
        if os.fork() == 0: os.setsid()
    except OSError: pass`,
  ],
  [
    "makes a chain of daemons, each the child of a process that has gone",
    `for _ in range(30):
    if os.fork() > 0:
        if os.getpid() != first: os._exit(0)
        break
    os.setsid()
print("ready") if os.getpid() == first else None
time.sleep(100000)`,
  ],
  [
    "takes orphans to itself and leaves them unburied",
    `libc.prctl(36, 1, 0, 0, 0)
for _ in range(60):
    if os.fork() == 0:
        if os.fork() == 0: os._exit(0)
        os._exit(0)
print("ready"); time.sleep(100000)`,
  ],
  [
    "becomes another program that ignores the terminal's signals",
    `os.execvp("nohup", ["nohup", "sh", "-c", "trap '' INT TERM HUP QUIT; echo ready; while :; do sleep 100000; done"])`,
  ],
  [
    "hides its memory and its name",
    `libc.prctl(4, 0, 0, 0, 0); libc.prctl(15, b"bwrap) S 1 1", 0, 0, 0); print("ready"); time.sleep(100000)`,
  ],
  [
    "waits in a call that only a kill can end: a fork that shares its memory",
    `print("ready"); sys.stdout.flush()
subprocess.Popen(["sleep", "100000"], close_fds=False).wait()`,
  ],
];

test.each(stubborn)("A78 a program that %s is gone when it is killed", async (_, program) => {
  const before = processesBelow(process.pid).map(({ pid }) => pid);
  const watched = await startProgram(
    sandbox,
    `${prelude}\nimport signal, subprocess, time\nfirst = os.getpid()\n${program}`,
  );
  await watched.saw("ready");
  watched.job.interrupt();
  watched.job.kill();
  // One that does not hold out against the first signal may be gone before the second.
  const { end } = await watched.ran;
  expect([end.exitCode, ["SIGKILL", "SIGINT"].includes(end.signal ?? "")]).toEqual([null, true]);
  const own = processesBelow(process.pid).filter(({ pid }) => !before.includes(pid));
  // A warm interpreter may have come instead of the one that was used up; none of it is the program's.
  expect(own.filter(({ name }) => /sleep|nohup|^sh$|S 1 1/.test(name))).toEqual([]);
  expect((await runProgram(sandbox, "print('well')")).stdout).toBe("well\n");
});

test("A63 signals to process 1 end the run or do nothing; the server and the next run are unmoved", async () => {
  const ran = await runProgram(
    sandbox,
    `${prelude}
import signal
for number in sorted(signal.valid_signals()):
    answer(lambda: os.kill(1, number))
    answer(lambda: signal.pidfd_send_signal(os.pidfd_open(1), number))
print("done")`,
  );
  expect(["done\n", ""]).toContain(ran.stdout);
  expect((await runProgram(sandbox, "print('well')")).stdout).toBe("well\n");
});

test("A78 the run ends with its program, whatever of it would have gone on holding its streams", async () => {
  const ran = await runProgram(
    sandbox,
    `import os, subprocess, sys, time
children = [subprocess.Popen(["sleep", "100000"], start_new_session=True) for _ in range(5)]
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: time.sleep(100000)
    os._exit(0)
print("end")
sys.exit(3)`,
  );
  expect(ran).toMatchObject({ stdout: "end\n", stderr: "", end: { exitCode: 3, signal: null } });
  expect(processesBelow(process.pid).filter(({ name }) => name === "sleep")).toEqual([]);
});

test("A78 closing every descriptor is no end: the run goes on till the program ends, and can be killed", async () => {
  const ending = await runProgram(
    sandbox,
    "import os\nprint('before')\nos.closerange(0, 65536)\nx = sum(range(1000000))\nos._exit(5)",
  );
  expect(ending).toMatchObject({ stdout: "before\n", end: { exitCode: 5 } });
  const endless = await startProgram(
    sandbox,
    "import os, time\nprint('ready')\nos.closerange(0, 65536)\ntime.sleep(100000)",
  );
  await endless.saw("ready");
  const pids = processesBelow(process.pid).map(({ pid }) => pid);
  expect(pids.length).toBeGreaterThan(0);
  endless.job.kill();
  expect((await endless.ran).end.signal).toBe("SIGKILL");
});

test("A78 a program that spins in its exit handlers, its destructors or its threads is killed all the same", async () => {
  const endings = [
    "import atexit\nprint('ready')\natexit.register(lambda: [None for _ in iter(int, 1)])",
    "class Endless:\n    def __del__(self):\n        while True: pass\nkept = Endless()\nprint('ready')",
    "import threading, time\nthreading.Thread(target=time.sleep, args=(100000,)).start()\nprint('ready')",
    "import signal, time\nsignal.signal(signal.SIGINT, lambda *_: time.sleep(100000))\nprint('ready')\ntime.sleep(100000)",
  ];
  const watched = await Promise.all(endings.map((program) => startProgram(sandbox, program)));
  await Promise.all(watched.map((each) => each.saw("ready")));
  for (const each of watched) each.job.kill();
  for (const each of watched) expect((await each.ran).end.signal).toBe("SIGKILL");
});

test("A78 a kill before the first line, and one after the end, do no harm", async () => {
  for (let round = 0; round < 10; round += 1) {
    const watched = await startProgram(sandbox, "import time\ntime.sleep(100000)");
    watched.job.kill();
    watched.job.kill();
    expect((await watched.ran).end.signal).toBe("SIGKILL");
  }
  const over = await startProgram(sandbox, "print('over')");
  expect((await over.ran).stdout).toBe("over\n");
  over.job.kill();
  over.job.interrupt();
  over.job.closeInput();
  expect(over.job.write(Buffer.from("late"))).toBe(true);
  expect(isAlive(process.pid)).toBe(true);
});
