/** What a program in the sandbox can rely on: it behaves as `python3 -u file.py` does, and its end is told truly. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../contract/limits.ts";
import type { Sandbox } from "./sandbox.ts";
import { makeTestSandbox, runProgram, startProgram } from "./sandbox-for-tests.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

describe("a program", () => {
  test("sees its arguments, its environment and the files beside it", async () => {
    const ran = await runProgram(
      sandbox,
      `import sys, os, beside, json
print(json.dumps([sys.argv, os.environ["OPENROUTER_MODEL"], beside.x, open("deep/er/file").read(), os.getcwd(), __file__]))`,
      {
        args: ["a b", "", "ü"],
        environment: { OPENROUTER_MODEL: "some/model" },
        files: new Map([
          ["beside.py", Buffer.from("x = 1")],
          ["deep/er/file", Buffer.from("there")],
        ]),
      },
    );
    expect(JSON.parse(ran.stdout)).toEqual([
      ["/project/main.py", "a b", "", "ü"],
      "some/model",
      1,
      "there",
      "/project",
      "/project/main.py",
    ]);
  });

  test("finds no trace of how it was started", async () => {
    const ran = await runProgram(
      sandbox,
      `import os, sys
print([name for name in os.environ if "PYTHONPATH" in name or "JOB" in name])
print([path for path in sys.path if "site" in path and "/run" in path])
print(getattr(sys.modules.get("sitecustomize"), "__file__", None))
print("resource" in sys.modules, "select" in sys.modules, "atexit" in sys.modules)
first = open("/dev/null")
print(first.fileno(), sys.flags.unbuffered if hasattr(sys.flags, "unbuffered") else 1)`,
    );
    expect(ran.stdout).toMatch(/^\[\]\n\[\]\n(None|\/usr\/lib\/.*)\nFalse False False\n3 /);
  });

  test("with any name of a file is data, never an option", async () => {
    for (const fileName of ["--bind", "-c", "a b;.py", "ü.py"]) {
      const ran = await runProgram(sandbox, "print(__file__)", { fileName });
      expect(ran.stdout).toBe(`/project/${fileName}\n`);
    }
  });

  test("that could leave its directory by name is refused before anything starts", async () => {
    for (const fileName of ["../x.py", "/etc/x", "", ".", "a\0b"]) {
      await expect(runProgram(sandbox, "", { fileName })).rejects.toThrow(/not a plain file name/);
    }
    const files = new Map([["../x", new Uint8Array()]]);
    await expect(runProgram(sandbox, "", { files })).rejects.toThrow(/not a relative path/);
  });

  test("whose files do not fit is refused with the reason", async () => {
    const files = new Map([["big", Buffer.alloc(257 * 2 ** 20)]]);
    const memoryBytes = 2 ** 30;
    await expect(runProgram(sandbox, "print(1)", { files, memoryBytes })).rejects.toThrow(
      /No space left|File too large/,
    );
  });

  test("can't resolve any other name, and openrouter.ai is itself", async () => {
    const ran = await runProgram(
      sandbox,
      `import socket
print(socket.gethostbyname("openrouter.ai"))
try: socket.gethostbyname("example.com")
except OSError as error: print(type(error).__name__)`,
    );
    expect(ran.stdout).toBe("127.0.0.1\ngaierror\n");
  });
});

describe("its end", () => {
  const ends: readonly [string, string, { exitCode: number | null; signal: string | null }][] = [
    ["of a whole program", "print(1)", { exitCode: 0, signal: null }],
    ["by sys.exit", "import sys; sys.exit(3)", { exitCode: 3, signal: null }],
    [
      "by sys.exit with a code that looks like a signal",
      "import sys; sys.exit(137)",
      { exitCode: 137, signal: null },
    ],
    ["by sys.exit(130), which is no interrupt", "import sys; sys.exit(130)", { exitCode: 130, signal: null }],
    ["by os._exit", "import os; os._exit(7)", { exitCode: 7, signal: null }],
    ["by an exception", "1/0", { exitCode: 1, signal: null }],
    ["by a syntax error", "def", { exitCode: 1, signal: null }],
    ["by abort", "import os; os.abort()", { exitCode: null, signal: "SIGABRT" }],
    ["by its own kill", "import os; os.kill(os.getpid(), 9)", { exitCode: null, signal: "SIGKILL" }],
    ["by an interrupt of its own", "raise KeyboardInterrupt", { exitCode: null, signal: "SIGINT" }],
    ["by a segfault", "import ctypes; ctypes.string_at(0)", { exitCode: null, signal: "SIGSEGV" }],
  ];
  test.each(ends)("%s", async (_, source, expected) => {
    const { end } = await runProgram(sandbox, source);
    expect(end).toMatchObject({ ...expected, outOfMemory: false });
  });

  test("tells the CPU time and the largest memory, children counted", async () => {
    const { end } = await runProgram(
      sandbox,
      `import subprocess, sys
subprocess.run([sys.executable, "-c", "import time\\nx = bytearray(100_000_000)\\nwhile time.process_time() < 0.5: pass"])`,
    );
    expect(end.cpuMs).toBeGreaterThan(500);
    expect(end.cpuMs).toBeLessThan(end.wallMs * 2 + 500);
    expect(end.peakBytes).toBeGreaterThan(100_000_000);
    expect(end.peakBytes).toBeLessThan(200_000_000);
  });

  test("of a killed program tells its CPU time too", async () => {
    const watched = await startProgram(
      sandbox,
      "import time\nwhile time.process_time() < 0.3: pass\nprint('spent', flush=True)\ntime.sleep(100)",
    );
    await watched.saw("spent");
    watched.job.kill();
    const { end } = await watched.ran;
    expect(end).toMatchObject({ exitCode: null, signal: "SIGKILL", outOfMemory: false });
    expect(end.cpuMs).toBeGreaterThan(250);
  });

  test("counts wall time from the program's first line", async () => {
    const { end } = await runProgram(sandbox, "import time; time.sleep(0.3)");
    expect(end.wallMs).toBeGreaterThan(300);
  });

  test("by an uncaught MemoryError is out of memory", async () => {
    const { end, stderr } = await runProgram(sandbox, "x = bytearray(2 ** 30)");
    expect(stderr).toContain("MemoryError");
    expect(end).toMatchObject({ exitCode: 1, outOfMemory: true });
  });

  test("of a program that survives a MemoryError is not", async () => {
    const { end } = await runProgram(sandbox, "try: x = bytearray(2 ** 30)\nexcept MemoryError: print(1)");
    expect(end).toMatchObject({ exitCode: 0, outOfMemory: false });
  });
});

describe("stopping", () => {
  test("by interrupt is a KeyboardInterrupt at the line that runs, and clean-up runs", async () => {
    const watched = await startProgram(
      sandbox,
      "import time\ntry:\n    while True: print('ready'); time.sleep(100)\nfinally:\n    print('cleaned')",
    );
    await watched.saw("ready\n");
    watched.job.interrupt();
    const ran = await watched.ran;
    expect(ran.stdout).toBe("ready\ncleaned\n");
    expect(ran.stderr).toMatch(/line 3, in <module>\n[^]*KeyboardInterrupt\n$/);
    expect(ran.end).toMatchObject({ exitCode: null, signal: "SIGINT" });
  });

  test("a program that ignores the interrupt ends by kill, with what it started", async () => {
    const watched = await startProgram(
      sandbox,
      `import os, signal, subprocess, time
signal.signal(signal.SIGINT, lambda *_: print("no"))
subprocess.Popen(["sleep", "1000"], start_new_session=True)
print("ready")
while True: time.sleep(100)`,
    );
    await watched.saw("ready\n");
    watched.job.interrupt();
    await watched.saw("no");
    watched.job.kill();
    expect((await watched.ran).end).toMatchObject({ exitCode: null, signal: "SIGKILL" });
  });

  test("twice, or after the end, does no harm", async () => {
    const watched = await startProgram(sandbox, "print(1)");
    await watched.ran;
    watched.job.interrupt();
    watched.job.kill();
    watched.job.kill();
    expect(watched.job.write(Buffer.from("x"))).toBe(true);
  });
});

describe("input", () => {
  const readers: readonly [string, string][] = [
    ["input()", "print('got', input('? '))"],
    ["sys.stdin.readline", "import sys; print('? ', end=''); print('got', sys.stdin.readline().strip())"],
    [
      "for line in sys.stdin",
      "import sys; print('? ', end='')\nfor line in sys.stdin: print('got', line.strip()); break",
    ],
    [
      "sys.stdin.buffer",
      "import sys; print('? ', end=''); print('got', sys.stdin.buffer.readline().strip().decode())",
    ],
  ];
  test.each(readers)("by %s is announced while the program waits", async (_, source) => {
    const watched = await startProgram(sandbox, source, { input: true });
    await watched.waited();
    await watched.saw("? ");
    expect(watched.job.write(Buffer.from("äbc\n"))).toBe(true);
    const ran = await watched.ran;
    expect(ran.stdout).toBe("? got äbc\n");
    expect(ran.waits).toEqual([true, false]);
  });

  test("that is already there is not waited for", async () => {
    const watched = await startProgram(sandbox, "import time; time.sleep(0.2); print(input())", {
      input: true,
    });
    watched.job.write(Buffer.from("early\n"));
    expect(await watched.ran).toMatchObject({ stdout: "early\n", waits: [] });
  });

  test("ends where it is closed, and at once for a program without input", async () => {
    const watched = await startProgram(sandbox, "import sys; print(repr(sys.stdin.read()))", { input: true });
    watched.job.write(Buffer.from("one\ntwo"));
    watched.job.closeInput();
    expect((await watched.ran).stdout).toBe("'one\\ntwo'\n");
    const without = await runProgram(sandbox, "input()");
    expect(without.stderr).toContain("EOFError: EOF when reading a line");
    expect(without.waits).toEqual([]);
  });

  test("that nobody reads is refused when too much of it waits", async () => {
    const watched = await startProgram(sandbox, "import time; time.sleep(100)", { input: true });
    const half = Buffer.alloc(limits.inputWaitingBytes / 2 + 64 * 1024);
    expect(watched.job.write(half)).toBe(true);
    expect(watched.job.write(half)).toBe(false);
    watched.job.kill();
    await watched.ran;
  });

  test("interrupted while it is waited for ends like python3's", async () => {
    const watched = await startProgram(sandbox, "input()", { input: true });
    await watched.waited();
    watched.job.interrupt();
    const ran = await watched.ran;
    expect(ran.stderr).toMatch(/File "\/project\/main.py", line 1, in <module>[^]*\nKeyboardInterrupt\n$/);
    expect(ran.stderr).not.toContain("sitecustomize");
    expect(ran.waits).toEqual([true, false]);
  });
});

describe("the interpreter", () => {
  let place: string;
  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), "interpreter-"));
    chmodSync(place, 0o755);
    execFileSync("/usr/bin/python3", ["-m", "venv", "--without-pip", join(place, "venv")]);
  });
  afterAll(() => rmSync(place, { recursive: true }));

  test("may be a virtual environment's, which stands where it stands outside", async () => {
    const own = await makeTestSandbox({ python: join(place, "venv/bin/python3") });
    expect(await own.selfCheck()).toEqual([]);
    const ran = await runProgram(own, "import sys; print(sys.prefix, sys.base_prefix, sys.executable)");
    expect(ran.stdout).toBe(`${place}/venv /usr ${place}/venv/bin/python3\n`);
    const written = await runProgram(own, `open("${place}/venv/x", "w")`);
    expect(written.stderr).toContain("Read-only file system");
    await own.close();
  });

  test("has the modules, paths and flags that it has outside", async () => {
    const facts = `import sys
print(sorted(sys.modules), sys.path[1:], sys.flags, getattr(sys.modules.get("sitecustomize"), "__file__", None))`;
    const file = join(place, "facts.py");
    writeFileSync(file, facts);
    const bare = execFileSync("/usr/bin/python3", ["-u", file], {
      env: { LANG: "C.UTF-8", HOME: "/project" },
    });
    expect((await runProgram(sandbox, facts)).stdout).toBe(bare.toString());
  });

  test("that others can't reach is refused with the reason", async () => {
    chmodSync(place, 0o700);
    const own = await makeTestSandbox({ python: join(place, "venv/bin/python3") });
    const says = process.getuid?.() === 0 ? /can't reach a directory/ : /^$/;
    const started = await own.selfCheck();
    expect(started.map((weakness) => weakness.says).join("")).toMatch(says);
    await own.close();
    chmodSync(place, 0o755);
  });
});

describe("the self-check", () => {
  test("finds nothing wrong with this host, and tells the interpreter and its packages", async () => {
    expect(await sandbox.selfCheck()).toEqual([]);
    const python = await sandbox.python();
    expect(python?.version).toMatch(/^3\.\d+\.\d+/);
    expect(python?.packages).toContain("requests");
  });

  test("says what is wrong with an interpreter that can't be used, and then nothing runs", async () => {
    const broken = await makeTestSandbox({ python: "/nonexistent/python3" });
    expect(await broken.selfCheck()).toMatchObject([
      { refuses: true, says: expect.stringContaining("/nonexistent/python3") },
    ]);
    await expect(runProgram(broken, "print(1)")).rejects.toThrow(/can't be started/);
    expect(await broken.python()).toBeNull();
    await broken.close();
  });
});
