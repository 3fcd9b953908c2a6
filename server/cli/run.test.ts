/** The command line's promises, with the real launcher, sandbox, gateway and simulator. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { whereKept } from "../environments/where-kept.ts";
import { exitCodeOf } from "./run.ts";

const launcher = fileURLToPath(new URL("../../bin/openrouter-ide", import.meta.url));
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "run-command-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function begin(program: string, args: readonly string[] = [], name = "main.py") {
  writeFileSync(path.join(folder, name), program);
  const child = spawn(launcher, ["run", name, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, TMPDIR: folder, NODE_OPTIONS: "--not-an-option" },
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, ended };
}

async function run(program: string, args: readonly string[] = [], input: string | null = null) {
  const { child, ended } = begin(program, args);
  child.stdin.end(input ?? "");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, stdout, stderr };
}

const report = (name: string) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as unknown;

test("a directory for results that holds something is refused before anything runs", async () => {
  const { code, stderr } = await run("print(1)", ["--results", "."]);
  expect(code).toBe(2);
  expect(stderr).toBe("openrouter-ide: --results . is not empty. Name a new or an empty directory.\n");
});

describe("a program that runs", () => {
  test("gives its output, both streams apart, and its exit code", async () => {
    const program = "import sys; print('out', sys.argv[1:]); print('err', file=sys.stderr); sys.exit(7)";
    expect(await run(program, ["--", "--help", "a b"])).toEqual({
      code: 7,
      stdout: "out ['--help', 'a b']\n",
      stderr: "err\n",
    });
  });

  test("gives bytes as they are", async () => {
    const { child, ended } = begin("import sys; sys.stdout.buffer.write(bytes(range(256)) * 3)");
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    expect(await ended).toBe(0);
    expect(Buffer.concat(chunks)).toEqual(
      Buffer.from(Array.from({ length: 768 }, (_, index) => index % 256)),
    );
  });

  test("calls the simulator, and the report tells what came of it", async () => {
    const program = `
import json, os, urllib.request
request = urllib.request.Request("https://openrouter.ai/api/v1/chat/completions", headers={
    "Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"},
    data=json.dumps({"model": os.environ["OPENROUTER_MODEL"], "messages": [{"role": "user", "content": "hi"}]}).encode())
print(json.load(urllib.request.urlopen(request))["id"])`;
    const { code, stdout } = await run(program, [
      "--simulator",
      "--report",
      "ok.json",
      "--model",
      "openai/gpt-4o-mini",
    ]);
    expect(code).toBe(0);
    expect(report("ok.json")).toEqual({
      run: {
        state: "finished",
        reason: "finished",
        exitCode: 0,
        signal: null,
        wallMs: expect.any(Number),
        cpuMs: expect.any(Number),
        peakBytes: expect.any(Number),
      },
      calls: [
        {
          model: "openai/gpt-4o-mini",
          path: "/api/v1/chat/completions",
          status: 200,
          stream: false,
          promptTokens: expect.any(Number),
          completionTokens: expect.any(Number),
          costUsd: expect.stringMatching(/^\d+\.\d+$/),
          ttftMs: expect.any(Number),
          durationMs: expect.any(Number),
          generationId: stdout.trim(),
          error: null,
        },
      ],
    });
  });

  test("reads our standard input only when asked to", async () => {
    const program = "import sys; print(len(sys.stdin.read()))";
    expect((await run(program, [], "hello")).stdout).toBe("0\n");
    expect((await run(program, ["--stdin"], "x".repeat(3_000_000))).stdout).toBe("3000000\n");
  });

  test("sees files beside it only when they are named", async () => {
    writeFileSync(path.join(folder, "notes.txt"), "here");
    const program = "import os; print(sorted(os.listdir('/project')))";
    expect((await run(program)).stdout).toBe("['main.py']\n");
    expect((await run(program, ["--with", "notes.txt"])).stdout).toBe("['main.py', 'notes.txt']\n");
  });
});

describe("a program that is ended", () => {
  test("by its time limit gives 124, and its report is there", async () => {
    const { code, stderr } = await run("while True: pass", ["--timeout", "1", "--report", "late.json"]);
    expect(code).toBe(124);
    expect(stderr).toContain("timed out after 1 s");
    expect(report("late.json")).toMatchObject({ run: { state: "timed-out" }, calls: [] });
  });

  test.each([
    ["stops at the first interrupt", "import time\nprint('up', flush=True)\ntime.sleep(60)", 1],
    [
      "is killed at the second",
      "import signal\nsignal.signal(2, lambda *_: print('again', flush=True))\nprint('up', flush=True)\nwhile True: signal.pause()",
      2,
    ],
  ])("by Ctrl+C %s and gives 130", async (_, program, interrupts) => {
    const { child, ended } = begin(program);
    let seen = 0;
    // Each line says that the program is ready for the next one.
    child.stdout.on("data", () => {
      if (seen++ < interrupts) child.kill("SIGINT");
    });
    expect(await ended).toBe(130);
  });

  test("because nobody reads its output any more", async () => {
    const { child, ended } = begin("while True: print('y' * 1000)");
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await ended).toBe(141);
  });
});

describe("what can't be run", () => {
  test.each([
    [["run", "gone.py"], "gone.py does not exist"],
    [["run", "."], "is not a file"],
    [["run", "main.py", "--report", "no/such/dir.json"], "can't be written"],
    [["run", "main.py", "--timeout", "never"], "--timeout"],
  ])("%j gives 2 and a sentence", async (args, says) => {
    writeFileSync(path.join(folder, "main.py"), "");
    const child = spawn(launcher, args, {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", HOME: folder },
    });
    const [stderr, code] = await Promise.all([
      text(child.stderr),
      new Promise((resolve) => child.once("close", resolve)),
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  test("gives 125 and advice where there is no interpreter", async () => {
    const { code, stderr } = await run("print(1)", [
      "--python",
      "/nowhere/python3",
      "--report",
      "refused.json",
    ]);
    expect(code).toBe(125);
    expect(stderr).toContain("/nowhere/python3");
    expect(report("refused.json")).toMatchObject({ run: { state: "refused" } });
  });
});

test("no run leaves a file behind", () => {
  const left = readdirSync(folder, { recursive: true }).map(String);
  expect(left.filter((name) => /run\.db|simulator\.sock|^\.\w+\.json\./.test(name))).toEqual([]);
});

test.each([
  [{ state: "finished", exitCode: 0 }, null, 0],
  [{ state: "failed", exitCode: 9 }, null, 9],
  [{ state: "failed", exitCode: null, signal: "SIGSEGV" }, null, 139],
  [{ state: "out-of-memory", exitCode: null, signal: "SIGKILL" }, null, 137],
  [{ state: "stopped", exitCode: 0 }, "SIGINT", 130],
  [{ state: "stopped", exitCode: 0 }, "SIGTERM", 143],
  [{ state: "timed-out", exitCode: 0 }, null, 124],
] as const)("%j, interrupted by %s, gives %d", (end, signal, code) => {
  expect(exitCodeOf({ reason: "", ...end }, signal)).toBe(code);
});

describe("a program with a header of PEP 723", () => {
  /** The environments of this test's data directory, which a root keeps elsewhere. */
  const kept = (): string =>
    whereKept(path.join(folder, ".local/share/openrouter-ide"), process.getuid?.() === 0);
  afterAll(() => rmSync(kept(), { recursive: true, force: true }));

  test("runs in the environment that the header asks for", async () => {
    const header = '# /// script\n# requires-python = ">=3.10"\n# dependencies = []\n# ///\n';
    const program = `${header}import sys, importlib.util as u\nprint(u.find_spec("requests"), sys.prefix != sys.base_prefix)`;
    const { code, stdout, stderr } = await run(program, ["--no-package-index"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "None True\n" });
    expect(stderr).toMatch(/Making an empty environment for Python 3[^]*The environment is ready after/);
  });

  test("that can't be had is not run, and says why", async () => {
    const { code, stdout, stderr } = await run(
      '# /// script\n# dependencies = ["numpy"]\n# ///\nprint("ran")',
      ["--no-package-index"],
    );
    expect({ code, stdout }).toEqual({ code: 125, stdout: "" });
    expect(stderr).toContain("not started: This server installs nothing");
  });
});

describe("a ceiling", () => {
  const asking = (times: number): string => `
import json, os, urllib.request
for n in range(${times}):
    request = urllib.request.Request("https://openrouter.ai/api/v1/chat/completions", headers={
        "Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"},
        data=json.dumps({"model": "openai/gpt-4o-mini", "max_tokens": 50, "seed": n, "messages": [{"role": "user", "content": "hi"}]}).encode())
    try: print(json.load(urllib.request.urlopen(request))["usage"]["cost"] > 0)
    except urllib.error.HTTPError as error:
        print(error.code)
        if n: raise`;

  test("that has room is not noticed", async () => {
    const { code, stdout, stderr } = await run(asking(2), ["--simulator", "--ceiling", "1"]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "True\nTrue\n", stderr: "" });
  });

  test("that is reached refuses the call, and says so with an exit code of its own and in the report", async () => {
    const ran = await run(asking(2), ["--simulator", "--ceiling", "0.000000001", "--report", "over.json"]);
    expect(ran.code).toBe(123);
    expect(ran.stdout).toBe("402\n402\n");
    expect(ran.stderr).toContain("openrouter-ide: over budget at call 1: failed at line");
    expect(report("over.json")).toMatchObject({
      run: {
        state: "failed",
        reason: expect.stringMatching(/^over budget at call 1: failed/) as string,
        exitCode: 1,
      },
      calls: [{ status: 402, error: { code: "over-budget" } }, { status: 402 }],
    });
  });

  test("that is reached leaves a program that copes its own exit code", async () => {
    const { code, stderr } = await run(asking(1), ["--simulator", "--ceiling", "0"]);
    expect(code).toBe(0);
    expect(stderr).toBe("openrouter-ide: over budget at call 1: finished\n");
  });

  test("is no amount: refused before anything runs", async () => {
    const { code, stdout, stderr } = await run("print(1)", ["--ceiling", "cheap"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      'openrouter-ide: --ceiling "cheap" is not an amount. Give USD, as 0.50, below a million.\n',
    );
  });
});

test("a host is opened by its name, and what is none is refused", async () => {
  const program = "import socket; print(socket.gethostbyname('api.example.com'))";
  expect(await run(program, ["--simulator", "--allow-host", "api.example.com"])).toMatchObject({
    code: 0,
    stdout: "127.1.0.1\n",
  });
  expect(await run(program, ["--allow-host", "127.0.0.1"])).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "openrouter-ide: --allow-host 127.0.0.1 is not the name of a host. Give one as api.example.com.\n",
  });
});
