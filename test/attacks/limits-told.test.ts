/** Limits that a run reaches are told with its end, and count everything the kernel holds for it (A61, A71, A72, A76, A77). */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { prelude } from "./prelude.ts";

const MiB = 2 ** 20;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

test("A71 a fork bomb's end says that it had as many processes as it may", async () => {
  const { end } = await runProgram(
    sandbox,
    "import os, time\nwhile True:\n    if os.fork() == 0: time.sleep(1000)",
  );
  expect(end).toMatchObject({ exitCode: 1, outOfProcesses: true, outOfMemory: false });
});

test("A71 and says so however the last words of its many processes run together", async () => {
  const { end } = await runProgram(sandbox, "import os\nwhile True: os.fork()");
  expect(end).toMatchObject({ exitCode: 1, outOfProcesses: true, outOfMemory: false });
});

test.each(["/project", "/tmp", "/dev/shm"])("A76 an end with %s full names it", async (place) => {
  const { end } = await runProgram(
    sandbox,
    `f = open("${place}/full", "wb", buffering=0)\ng = open("${place}/full2", "wb", buffering=0)\nfor file in (f, g):\n    for _ in range(200): file.write(bytes(1 << 20))\nf.write(bytes(1 << 20))`,
    { memoryBytes: 1024 * MiB },
  );
  expect(end).toMatchObject({ exitCode: 1, fullDisk: place });
});

test("A72 full socket buffers count towards the memory of a run", async () => {
  const { end } = await runProgram(
    sandbox,
    `import socket, time
kept = []
for _ in range(500):
    ours, theirs = socket.socketpair()
    kept.append((ours, theirs))
    ours.setblocking(False)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
    try:
        while True: ours.send(bytes(65536))
    except BlockingIOError: pass
time.sleep(100000)`,
    { memoryBytes: 160 * MiB },
  );
  expect(end.outOfMemory).toBe(true);
});

const openTerminals = `import os, sys
fds = []
def fill():
    try:
        while True: fds.append(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))
    except OSError: pass
fill()
for _ in range(8):
    if os.fork() == 0:
        for fd in fds: os.close(fd)
        fds.clear()
        fill()
        os.write(1, b"x")
        import time; time.sleep(100000)
os.read(0, 1)
`;
test("A77 one run can't take the machine's pseudo-terminals from another", async () => {
  const taker = await startProgram(sandbox, openTerminals, { input: true });
  await taker.saw("xxxxxxxx");
  const { stdout } = await runProgram(sandbox, "import pty\nprint(len(pty.openpty()))");
  taker.job.kill();
  await taker.ran;
  expect(stdout).toBe("2\n");
});

test("A63 the memory of process 1 can't be written", async () => {
  const ran = await runProgram(
    sandbox,
    `${prelude}\nprint(answer(lambda: open("/proc/1/mem", "r+b").close()), answer(lambda: open("/proc/1/mem", "rb").close()))`,
  );
  expect(ran.stdout).toMatch(/^(EACCES|EPERM) (EACCES|EPERM)\n$/);
});

test("matplotlib, where it is installed, draws", async () => {
  const ran = await runProgram(
    sandbox,
    `import importlib.util
if importlib.util.find_spec("matplotlib"):
    import matplotlib
    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    plt.plot([1, 2]); plt.savefig("/tmp/x.png")
print("drawn")`,
    { memoryBytes: 1024 * MiB },
  );
  expect([ran.stdout, ran.stderr]).toEqual(["drawn\n", ""]);
});
