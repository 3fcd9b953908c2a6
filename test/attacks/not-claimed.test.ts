/** What docs/security.md says is not claimed is as it says: no more of it, and no less, so that its words stay true (A41, A61). */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestSandbox, runProgram, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

/** One of the system's files, the same for all. */
const shared = "/usr/lib/os-release";

test("A61 a lock on one of the system's read-only files is seen by another session's run", async () => {
  const lock = `import fcntl\nfile = open(${JSON.stringify(shared)})\nfcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n`;
  const holds = await startProgram(sandbox, `${lock}print('held')\ninput()`, { owner: "ann", input: true });
  await holds.saw("held");
  const other = await runProgram(sandbox, lock, { owner: "bob" });
  expect(other.stderr).toContain("BlockingIOError");
  holds.job.closeInput();
  await holds.ran;
  expect((await runProgram(sandbox, `${lock}print('free')`, { owner: "bob" })).stdout).toBe("free\n");
});

test("A61 that such a file is opened is seen by another session's run, but not who it is", async () => {
  const watch = `
import ctypes, os, struct
libc = ctypes.CDLL(None)
fd = libc.inotify_init1(0)
assert libc.inotify_add_watch(fd, ${JSON.stringify(shared)}.encode(), 0x20) > 0
print("watches", flush=True)
_, mask, _, length = struct.unpack("iIII", os.read(fd, 4096)[:16])
print(mask, length)`;
  const watches = await startProgram(sandbox, watch, { owner: "ann" });
  await watches.saw("watches");
  await runProgram(sandbox, `open(${JSON.stringify(shared)})`, { owner: "bob" });
  // IN_OPEN, and no name: an event has nothing else to tell.
  expect((await watches.ran).stdout).toBe("watches\n32 0\n");
});

test("A41 the kernel's command line and version can be read", async () => {
  const { stdout } = await runProgram(
    sandbox,
    "print(open('/proc/cmdline').read(), open('/proc/version').read(), sep='')",
  );
  expect(stdout).toBe(`${readFileSync("/proc/cmdline", "utf8")}${readFileSync("/proc/version", "utf8")}\n`);
});
