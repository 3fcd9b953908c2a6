/** What the kernel counts per host user or for the whole machine can't be kept from other runs for good, nor grow without end (A72, A76, A77). */
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

/** Each prints how much it got of one thing, and with what error it ended. */
const hoards: readonly (readonly [string, string, string])[] = [
  [
    "A72",
    "pipes' buffers, as large as they come",
    `import fcntl
size, kept = 0, []
def more():
    global size
    reader, writer = os.pipe()
    kept.append((reader, writer))
    size += fcntl.fcntl(writer, 1031, 1 << 20)
print(until_refused(more, 1023), size <= 256 << 20)`,
  ],
  ["A77", "inotify instances", `print(until_refused(lambda: checked(libc.inotify_init()), 1023), True)`],
  [
    "A77",
    "timers and signals that wait",
    `import signal
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
def timer():
    event, number = (ctypes.c_int * 16)(0, 0, signal.SIGRTMIN, 0), ctypes.c_int()
    checked(libc.timer_create(1, event, ctypes.byref(number)))
print(until_refused(timer, 5000), True)`,
  ],
  [
    "A77",
    "epoll sets, each in the next",
    `import select
kept = []
print(until_refused(lambda: kept.append(select.epoll()), 1023), True)`,
  ],
  [
    "A77",
    "locks on files",
    `import fcntl
file = open("/tmp/locked", "w+")
at = 0
def lock():
    global at
    fcntl.lockf(file, fcntl.LOCK_EX, 1, at)
    at += 2
print(until_refused(lock, 2000), True)`,
  ],
];

const counting = `${prelude}
def checked(result):
    if result == -1: raise OSError(ctypes.get_errno(), "refused")
    return result
def until_refused(action, most):
    for count in range(most + 1):
        try: action()
        except OSError as error: return count > 0, errno.errorcode[error.errno] in ("EMFILE", "ENFILE", "EPERM", "EAGAIN", "ENOLCK", "ENOMEM", "ENOSYS", "ENOSPC", "EACCES") or errno.errorcode[error.errno]
    return count > 0, "as many as were asked for"
`;

test.each(hoards)("%s %s come to an end, and the next owner's run has as much", async (_, __, program) => {
  const first = await startProgram(
    sandbox,
    `${counting}${program}\nprint("held", flush=True)\nos.read(0, 1)`,
    { input: true, memoryBytes: 1024 * MiB },
  );
  await first.saw("held");
  const second = await runProgram(sandbox, `${counting}${program}`, {
    memoryBytes: 1024 * MiB,
    owner: "another",
  });
  first.job.closeInput();
  const held = await first.ran;
  expect([held.stderr, held.stdout]).toEqual(["", expect.stringMatching(/^\(True, .*\) True\nheld\n$/)]);
  // As root each owner has a host user of its own; an ordinary user's runs share what is counted by user.
  const whole = process.getuid?.() === 0 ? held.stdout : `${second.stdout}held\n`;
  expect(`${second.stdout}held\n`).toBe(whole);
});

test("A77 watches on files that one run holds are there for the next", async () => {
  const watch = (most: number): string => `${prelude}
fd = libc.inotify_init()
count = 0
while count < ${most} and libc.inotify_add_watch(fd, f"/proc/self/fd/{os.open('/tmp', os.O_TMPFILE | os.O_RDWR)}".encode(), 2) >= 0:
    count += 1
print(count)`;
  const first = await startProgram(sandbox, `${watch(500)}\nos.read(0, 1)`, { input: true });
  await first.saw("\n");
  const second = await runProgram(sandbox, watch(500));
  first.job.closeInput();
  expect([(await first.ran).stdout, second.stdout]).toEqual(["500\n", "500\n"]);
});

test("A76 storms of files, names and directories end with the run, and the next starts as ever", async () => {
  const ran = await runProgram(
    sandbox,
    `${prelude}
for number in range(5000): os.close(os.open(f"/tmp/{number}", os.O_CREAT | os.O_WRONLY))
for round in range(10):
    for number in range(1000): os.rename(f"/tmp/{number}", f"/tmp/{number}-{round}")
    for number in range(1000): os.rename(f"/tmp/{number}-{round}", f"/tmp/{number}")
place = "/dev/shm"
for depth in range(500):
    place += "/d"
    if len(place) > 3900: break
    os.mkdir(place)
for number in range(1000): os.link("/tmp/1", f"/tmp/link{number}")
print("made")`,
    { memoryBytes: 1024 * MiB },
  );
  expect(ran).toMatchObject({ stdout: "made\n", stderr: "", end: { exitCode: 0 } });
  expect(
    (await runProgram(sandbox, "import os\nprint(os.listdir('/tmp'), os.listdir('/dev/shm'))")).stdout,
  ).toBe("[] []\n");
});

test("A73 while every core is kept busy by one run, another one begins, runs and ends", async () => {
  const busy = await startProgram(
    sandbox,
    `import os
print("busy", flush=True)
for _ in range(30):
    if os.fork() == 0: break
while True: pass`,
  );
  await busy.saw("busy");
  for (let round = 0; round < 5; round += 1) {
    expect((await runProgram(sandbox, `print(${round})`)).stdout).toBe(`${round}\n`);
  }
  busy.job.kill();
  expect((await busy.ran).end.signal).toBe("SIGKILL");
});
