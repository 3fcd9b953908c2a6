/** What a program could use up: its own share, stated, and then no more (threat catalogue A71-A78). */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { ordinaryJob, quietSink } from "../../server/sandbox/sandbox.ts";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { prelude, type Attack } from "./prelude.ts";

const MiB = 2 ** 20;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

const refusals: readonly Attack[] = [
  {
    id: "A71",
    promise: "a fork bomb stops at its number of processes",
    program: `pids = []
try:
    while True:
        pid = os.fork()
        if pid == 0:
            import time; time.sleep(1000)
        pids.append(pid)
except OSError as error:
    print(errno.errorcode[error.errno], 100 < len(pids) < 128)`,
    stdout: "EAGAIN True\n",
  },
  {
    id: "A71",
    promise: "a thread bomb stops at the same number",
    program: `import threading, time
count = 0
try:
    while True:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        count += 1
except RuntimeError as error:
    print(error, count < 128)
sys.stdout.flush()
os._exit(0)`,
    stdout: "can't start new thread True\n",
    job: { memoryBytes: 2048 * MiB },
  },
  {
    id: "A76",
    promise: "a file grows to its file system's size, and so do all together",
    program: `def fill(place):
    block = bytes(1 << 20)
    written = 0
    try:
        for number in range(8):
            with open(f"{place}/fill{number}", "wb", buffering=0) as file:
                for _ in range(100): written += file.write(block)
    except OSError as error:
        for number in range(8):
            if os.path.exists(f"{place}/fill{number}"): os.unlink(f"{place}/fill{number}")
        return errno.errorcode[error.errno], written >> 20
print(*[fill(place) for place in ("/project", "/tmp", "/dev/shm")])`,
    stdout: "('ENOSPC', 255) ('ENOSPC', 256) ('ENOSPC', 64)\n",
  },
  {
    id: "A76",
    promise: "a sparse file can't claim more than a file may have",
    program: `def sparse():
    with open("/tmp/sparse", "wb") as file: file.truncate(2 ** 40)
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
print(answer(sparse))`,
    stdout: "EFBIG\n",
  },
  {
    id: "A77",
    promise: "descriptors, locked memory and timers have their number",
    program: `import resource
fds = []
try:
    while True: fds.append(os.open("/dev/null", os.O_RDONLY))
except OSError as error: print(errno.errorcode[error.errno], len(fds) < 1024)
for fd in fds: os.close(fd)
print(call(${process.arch === "x64" ? 149 : 228}, id(fds), 4096) in (errno.EPERM, errno.ENOMEM))
print(resource.getrlimit(resource.RLIMIT_SIGPENDING)[1], resource.getrlimit(resource.RLIMIT_MSGQUEUE)[1])`,
    stdout: "EMFILE True\nTrue\n1024 0\n",
  },
  {
    id: "A73",
    promise: "its priority can't be raised, and is below the server's",
    program: `print(answer(lambda: os.nice(-10)), os.nice(0) > 0, answer(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))))`,
    stdout: "EPERM True EPERM\n",
  },
  {
    id: "A71",
    promise: "limits can't be lifted again",
    program: `import resource
def lift(kind): return lambda: resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
def tried(kind):
    try: lift(kind)()
    except (OSError, ValueError): return "refused"
    return "done"
print({tried(getattr(resource, "RLIMIT_" + name)) for name in "AS DATA NPROC FSIZE NOFILE SIGPENDING CORE MEMLOCK MSGQUEUE".split()})`,
    stdout: "{'refused'}\n",
  },
];

test.each(refusals)("$id $promise", async ({ program, stdout, job }) => {
  const ran = await runProgram(sandbox, prelude + program, { memoryBytes: 1024 * MiB, ...job });
  expect(ran.stderr).toBe("");
  expect(ran.stdout).toBe(stdout);
});

describe("A72 memory in every form counts towards one limit:", () => {
  const forms: readonly [string, string][] = [
    [
      "one process's heap, with MemoryError caught and tried again",
      `x = []
while True:
    try: x.append(bytearray(1 << 20))
    except MemoryError:
        # Where the kernel refuses the fork, too, the program stays and holds on to what it has.
        try: os.fork()
        except OSError: time.sleep(0.01)`,
    ],
    [
      "many processes' heaps",
      "while True:\n    if os.fork() == 0:\n        x = bytearray(60 << 20)\n        time.sleep(1000)",
    ],
    [
      "a process that hides its figures",
      `import ctypes
ctypes.CDLL(None).prctl(4, 0)
for _ in range(3):
    if os.fork() == 0:
        x = bytearray(60 << 20)
        break
time.sleep(1000)`,
    ],
    [
      "a shared mapping",
      "import mmap\nx = mmap.mmap(-1, 400 << 20)\nfor at in range(0, len(x), 4096): x[at] = 1\ntime.sleep(1000)",
    ],
    ["files in /tmp", "f = open('/tmp/x', 'wb')\nwhile True: f.write(bytes(1 << 20))"],
    [
      "files in /project and /dev/shm",
      "for place in ('/dev/shm', '/project'):\n    f = open(place + '/x', 'wb', buffering=0)\n    try:\n        while True: f.write(bytes(1 << 20))\n    except OSError: pass",
    ],
    [
      "files that are deleted but open",
      "f = open('/tmp/x', 'wb')\nos.unlink('/tmp/x')\nwhile True: f.write(bytes(1 << 20))",
    ],
    [
      "many empty files",
      "n = 0\nwhile True:\n    os.close(os.open(f'/tmp/{n}', os.O_CREAT | os.O_WRONLY)); n += 1",
    ],
  ];
  test.each(forms)("%s", async (_, program) => {
    const { end } = await runProgram(sandbox, `import os, time\n${program}`, { memoryBytes: 160 * MiB });
    expect(end.outOfMemory).toBe(true);
  });

  test("what several processes share counts once", async () => {
    const ran = await runProgram(
      sandbox,
      `import os, time
x = bytearray(100 << 20)
pids = []
for _ in range(8):
    pid = os.fork()
    if pid == 0:
        time.sleep(0.5)
        os._exit(0)
    pids.append(pid)
print([os.waitpid(pid, 0)[1] for pid in pids].count(0))`,
      { memoryBytes: 200 * MiB },
    );
    expect(ran).toMatchObject({ stdout: "8\n", end: { exitCode: 0, outOfMemory: false } });
  });

  test("memory that nothing counts is not to be had", async () => {
    const ran = await runProgram(sandbox, `${prelude}print(answer(lambda: os.memfd_create("x")))`);
    expect(ran.stdout).toBe("ENOSYS\n");
  });
});

describe("A74 output", () => {
  const flat = async (program: string, bytes: number): Promise<void> => {
    let got = 0;
    const before = process.memoryUsage().rss;
    let most = 0;
    const end = await runDiscarding(program, (length) => {
      got += length;
      most = Math.max(most, process.memoryUsage().rss);
    });
    expect(end.exitCode).toBe(0);
    expect(got).toBe(bytes);
    expect(most - before).toBeLessThan(150 * MiB);
  };
  async function runDiscarding(program: string, took: (length: number) => void) {
    const started = await sandbox.start(
      {
        ...ordinaryJob,
        fileName: "main.py",
        source: Buffer.from(program),
        memoryBytes: 512 * MiB,
      },
      { ...quietSink, output: (_, bytes) => took(bytes.length), listener: async () => undefined },
    );
    if (!started.ok) throw new Error(started.error.says);
    return started.value.ended;
  }

  test("of 300 MB without a line's end passes in flat memory", () =>
    flat(
      "import os\nx = bytes(1 << 20)\nfor _ in range(300):\n    n = 0\n    while n < len(x): n += os.write(1, x[n:])",
      300 * MiB,
    ));

  test("on standard error of 50 MB passes in flat memory", () =>
    flat("import sys\nx = 'e' * (1 << 20)\nfor _ in range(50): sys.stderr.write(x)", 50 * MiB));

  test("is waited for: while it is not taken the program stands still, and a kill still ends it", async () => {
    let held: (() => void) | null = null;
    let got = 0;
    const watched = await startProgram(
      sandbox,
      "while True: print('x' * 65536)",
      {},
      {
        output: (_, bytes) => {
          got += bytes.length;
          return new Promise((resolve) => {
            held = resolve;
          });
        },
      },
    );
    await watched.saw("x");
    const atFirst = got;
    await runProgram(sandbox, "print('another run goes on')");
    expect(got).toBe(atFirst);
    watched.job.kill();
    (held as (() => void) | null)?.();
    const release = setInterval(() => held?.(), 1);
    const { end } = await watched.ran;
    clearInterval(release);
    expect(end.signal).toBe("SIGKILL");
    expect(got).toBeLessThan(2 * MiB);
  });
});

test("A77 what one run uses up per user is whole for the next", async () => {
  const use = `${prelude}
fds = []
while True:
    fd = libc.inotify_init()
    if fd < 0: break
    fds.append(fd)
print(len(fds))
sys.stdout.flush()
input()`;
  const first = await startProgram(sandbox, use, { input: true });
  await first.waited();
  const second = await startProgram(sandbox, use, { input: true, owner: "another" });
  await second.waited();
  first.job.closeInput();
  second.job.closeInput();
  const both = await Promise.all([first.ran, second.ran]);
  const [one, other] = both.map(({ stdout }) => Number(stdout));
  expect(one).toBeGreaterThan(0);
  // As root each owner has a host user of its own; an ordinary user's runs share that user's number.
  expect(process.getuid?.() === 0 ? other : one).toBe(one);
});
