/** Real programs lack nothing under the filter: each prints in a real sandbox what it prints under bare python3. */
import { Buffer } from "node:buffer";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sandbox } from "./sandbox.ts";
import { encode, give, loadCall, verdicts } from "./seccomp-instructions.ts";
import { seccompProgram } from "./seccomp-program.ts";
import type { Machine } from "./seccomp-rules.ts";
import { makeTestSandbox, runProgram } from "./sandbox-for-tests.ts";
import { everydayPrograms } from "./seccomp-programs-for-tests.ts";

let sandbox: Sandbox;
const place = mkdtempSync(join(tmpdir(), "everyday-"));
const filterFile = join(place, "filter");
beforeAll(async () => {
  sandbox = await makeTestSandbox();
  writeFileSync(filterFile, mercilessFilter());
});
afterAll(async () => {
  await sandbox.close();
  rmSync(place, { recursive: true });
});

/** The same program outside; its /tmp is the test's own. Rejects when it does not end with 0. */
async function bare(source: string, before: readonly string[] = []): Promise<string> {
  const own = mkdtempSync(join(place, "run-"));
  const file = join(own, "main.py");
  writeFileSync(file, source.replaceAll("/tmp", own));
  const { stdout } = await promisify(execFile)("/usr/bin/python3", [...before, "-u", file], {
    cwd: own,
    env: { PATH: "/usr/bin:/bin", HOME: own, LANG: "C.UTF-8", USER: "user" },
  });
  return stdout;
}

/** The filter, but what it would answer with an error it kills for; only clone3, which every thread begins with, is forgiven. */
function mercilessFilter(): Buffer {
  const program = Buffer.from(seccompProgram(process.arch as Machine));
  for (let at = 0; at < program.length; at += 8) {
    const isError = program.readUInt16LE(at) === 0x06 && program.readUInt32LE(at + 4) >>> 16 === 0x0005;
    if (isError) program.writeUInt32LE(verdicts.kill, at + 4);
  }
  return Buffer.concat([encode([loadCall, [0x15, 0, 1, 435], ...give("absent")]), program]);
}

/** Installs the filter of the file that is named, then becomes the interpreter again. */
const underFilter = `import ctypes, os, sys
held = ctypes.create_string_buffer(open(sys.argv[1], "rb").read())
class Program(ctypes.Structure): _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
program = Program((len(held) - 1) // 8, ctypes.addressof(held))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0): sys.exit(os.strerror(ctypes.get_errno()))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])`;
const merciless = ["-c", underFilter, filterFile];

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}

describe.each(everydayPrograms)("$name", ({ source }) => {
  const outside = once(() => bare(source));

  test("prints in the sandbox what it prints outside", async () => {
    const inside = await runProgram(sandbox, source, { memoryBytes: 1024 * 2 ** 20 });
    expect(inside.stderr).not.toMatch(/Error|not permitted|not implemented|Bad system call/);
    expect(inside.stdout).toBe(await outside());
    expect(inside.end).toMatchObject({ exitCode: 0, signal: null });
  });

  test("makes no call that the filter refuses, unnoticed or not", async () => {
    expect(await bare(source, merciless)).toBe(await outside());
  });
});

test("a program that makes such a call does not live to tell", async () => {
  const source = "import os\ntry: os.memfd_create('m')\nexcept OSError: print('refused')";
  expect(await bare(source)).toBe("");
  await expect(bare(source, merciless)).rejects.toMatchObject({ signal: "SIGSYS" });
});

test("a program may put a filter of its own on top", async () => {
  const source = `import ctypes, errno, os, struct
libc = ctypes.CDLL(None, use_errno=True)
# Loads the call's number, answers EPERM to getppid's, allows the rest.
getppid = {"x86_64": 110, "aarch64": 173}[os.uname().machine]
code = b"".join(struct.pack("HBBI", *i) for i in [(0x20, 0, 0, 0), (0x15, 0, 1, getppid), (6, 0, 0, 0x50001), (6, 0, 0, 0x7FFF0000)])
held = ctypes.create_string_buffer(code)
program = struct.pack("HxxxxxxP", 4, ctypes.addressof(held))
print(libc.prctl(38, 1, 0, 0, 0), libc.prctl(22, 2, program, 0, 0))
print(libc.syscall(getppid), errno.errorcode[ctypes.get_errno()], os.getpid() > 0)`;
  expect((await runProgram(sandbox, source)).stdout).toBe("0 0\n-1 EPERM True\n");
});

test("where the kernel has less to offer than without the filter, libraries are told so, and take another way", async () => {
  const source = `import ctypes, errno, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def tell(action):
    try: return action() or "done"
    except OSError as error: return errno.errorcode[error.errno]
print(tell(lambda: os.memfd_create("m")))
print(tell(lambda: socket.socketpair(socket.AF_INET)), tell(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)))
print(tell(lambda: socket.create_server(("127.0.0.1", 0)).setsockopt(socket.IPPROTO_TCP, 31, b"tls")))
import fcntl; print(tell(lambda: fcntl.ioctl(0, 0xAE01)))
print(os.sync())`;
  expect((await runProgram(sandbox, source)).stdout).toBe(
    "ENOSYS\nEAFNOSUPPORT EPROTONOSUPPORT\nENOPROTOOPT\nENOTTY\nNone\n",
  );
});
