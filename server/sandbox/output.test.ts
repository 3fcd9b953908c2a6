/** What a program writes comes out as it was written: every byte, both streams, in true order. */
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sandbox } from "./sandbox.ts";
import { makeTestSandbox, runProgram } from "./sandbox-for-tests.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

test("a thousand lines on both streams by turns keep their order", async () => {
  const ran = await runProgram(
    sandbox,
    `import sys
for number in range(1000):
    print(number, file=sys.stderr if number % 2 else sys.stdout)`,
  );
  expect(ran.order.map(({ stream, text }) => [stream, text.trim()])).toEqual(
    Array.from({ length: 1000 }, (_, number) => [number % 2 ? "stderr" : "stdout", String(number)]),
  );
});

test("large pieces on both streams keep their order", async () => {
  const ran = await runProgram(
    sandbox,
    `import sys
for number in range(10):
    for stream in (sys.stdout, sys.stderr): stream.write(str(number) * 300_000)`,
  );
  expect(ran.order.map(({ stream, text }) => [stream, text[0], text.length])).toEqual(
    Array.from({ length: 20 }, (_, turn) => [turn % 2 ? "stderr" : "stdout", String(turn >> 1), 300_000]),
  );
});

test("a traceback stands after what was printed before it, and logging in its place", async () => {
  const ran = await runProgram(
    sandbox,
    "import logging\nprint('before')\nlogging.warning('between')\nprint('after')\n1/0",
  );
  expect(ran.order.map(({ stream, text }) => `${stream}: ${text}`)).toEqual([
    "stdout: before\n",
    "stderr: WARNING:root:between\n",
    "stdout: after\n",
    expect.stringMatching(/^stderr: Traceback [^]*ZeroDivisionError: division by zero\n$/),
  ]);
});

test("threads and forked children lose nothing, and no mark shows", async () => {
  const ran = await runProgram(
    sandbox,
    `import os, sys, threading
def work(name):
    for number in range(300):
        sys.stdout.write(f"out {name} {number}\\n")
        sys.stderr.write(f"err {name} {number}\\n")
threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
pids = []
for name in "efgh":
    pid = os.fork()
    if pid == 0:
        work(name)
        os._exit(0)
    pids.append(pid)
for thread in threads: thread.start()
for thread in threads: thread.join()
for pid in pids: os.waitpid(pid, 0)`,
  );
  for (const [stream, word] of [
    ["stdout", "out"],
    ["stderr", "err"],
  ] as const) {
    const lines = ran[stream].trim().split("\n");
    expect(lines.toSorted()).toEqual(
      "abcdefgh"
        .split("")
        .flatMap((name) => Array.from({ length: 300 }, (_, number) => `${word} ${name} ${number}`))
        .toSorted(),
    );
    for (const name of "abcdefgh") {
      const own = lines
        .filter((line) => line.includes(` ${name} `))
        .map((line) => Number(line.split(" ")[2]));
      expect(own).toEqual(Array.from({ length: 300 }, (_, number) => number));
    }
  }
});

describe("marks stay out of", () => {
  test("what a child writes and a parent captures", async () => {
    const ran = await runProgram(
      sandbox,
      `import subprocess, sys
code = "import sys; print('o'); print('e', file=sys.stderr)"
done = subprocess.run([sys.executable, "-c", code], capture_output=True)
print(done.stdout, done.stderr)
subprocess.run([sys.executable, "-c", code])
done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
print(sorted(done.stdout.split()))`,
    );
    expect(ran.stdout).toBe("b'o\\n' b'e\\n'\no\n[b'e', b'o']\n");
    expect(ran.stderr).toBe("e\n");
  });

  test("files and pipes that the program puts in place of its streams", async () => {
    const ran = await runProgram(
      sandbox,
      `import os, sys
saved = os.dup(2)
file = os.open("/tmp/log", os.O_RDWR | os.O_CREAT)
os.dup2(file, 2)
print("to the file", file=sys.stderr)
os.dup2(saved, 2)
print("to the stream", file=sys.stderr)
saved = os.dup(1)
os.dup2(file, 1)
print("out to the file")
print("beside it", file=sys.stderr)
os.dup2(saved, 1)
print(open("/tmp/log").read())
os.dup2(1, 2)
print("both are stdout", file=sys.stderr)`,
    );
    expect(ran.stdout).toBe("to the file\nout to the file\n\nboth are stdout\n");
    expect(ran.stderr).toBe("to the stream\nbeside it\n");
  });

  test("everything when the program closes descriptors that it does not know", async () => {
    const ran = await runProgram(
      sandbox,
      `import os, sys
os.closerange(3, 2000)
files = [open(f"/tmp/{n}", "w+b", buffering=0) for n in range(1018)]
print("err", file=sys.stderr)
print("out", len(files))
print({file.seek(0, 2) for file in files})`,
    );
    expect(ran).toMatchObject({ stdout: expect.stringMatching(/^out 1018\n\{0\}\n$/), stderr: "err\n" });
  });
});

test("the three streams are those of `python3 -u` on pipes, in every attribute that programs look at", async () => {
  const program = `import sys
print("ü \\udcff", file=sys.stderr)
sys.stderr.buffer.write(b"raw \\xff\\0\\n")
for name in ("stdin", "stdout", "stderr"):
    s = getattr(sys, name)
    print(s.encoding, s.errors, s.line_buffering, s.write_through, s.name, s.mode, s.newlines, s.fileno(), s.isatty(), s.closed)
    print(s is getattr(sys, "__" + name + "__"), s.buffer.mode, s.readable(), s.writable(), s.seekable(), repr(s), repr(s.buffer))`;
  const bare = spawnSync("/usr/bin/python3", ["-u", "-c", program], { env: { LANG: "C.UTF-8" }, input: "" });
  const ran = await runProgram(sandbox, program);
  expect([ran.stdout, ran.stderr]).toEqual([bare.stdout.toString(), bare.stderr.toString()]);
});

test("NULs, invalid UTF-8 and terminal sequences pass as they are", async () => {
  const ran = await runProgram(
    sandbox,
    `import sys
print("a\\0b \\x1b[31mred\\x1b[0m")
sys.stdout.buffer.write(bytes(range(256)))`,
  );
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString();
  expect(ran.stdout).toBe(`a\0b \u001b[31mred\u001b[0m\n${all}`);
});

test("a million lines arrive whole", async () => {
  const ran = await runProgram(
    sandbox,
    "import sys\nsys.stdout.write('\\n'.join(map(str, range(1_000_000))))",
  );
  expect(ran.stdout.length).toBe(6_888_889);
  expect(ran.stdout.endsWith("999998\n999999")).toBe(true);
});

test("what C code and crashing interpreters write to standard error is not lost", async () => {
  const ran = await runProgram(
    sandbox,
    "import faulthandler, ctypes, sys\nfaulthandler.enable()\nprint('x', file=sys.stderr)\nctypes.string_at(0)",
  );
  expect(ran.stderr).toMatch(/^x\nFatal Python error: Segmentation fault/);
});

test("unfinished lines are seen though the program is killed", async () => {
  const ran = await runProgram(sandbox, "import os\nprint('half', end='')\nos.kill(os.getpid(), 9)");
  expect(ran.stdout).toBe("half");
});

test("/dev/stdout and /dev/stderr can be opened, by children too", async () => {
  const ran = await runProgram(
    sandbox,
    `import subprocess
open("/dev/stdout", "w").write("one\\n")
subprocess.run("echo two > /dev/stderr", shell=True)`,
  );
  expect(ran).toMatchObject({ stdout: "one\n", stderr: "two\n" });
});
