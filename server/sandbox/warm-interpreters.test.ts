/** A program finds its imports loaded when it was prepared for, and can tell by nothing but time. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Draft, Sandbox } from "./sandbox.ts";
import { isAlive, processesBelow } from "../../test/attacks/host-processes.ts";
import { makeTestSandbox, runProgram } from "./sandbox-for-tests.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

const loadedBefore = `import sys
print("decimal" in sys.modules)
`;
const program = `${loadedBefore}import decimal\n`;
const draft = (owner: string, source: string, files: readonly string[] = []): Draft => ({
  owner,
  python: null,
  fileName: "main.py",
  source,
  files,
});
const run = async (owner: string, source: string, changes = {}): Promise<string> => {
  const ran = await runProgram(sandbox, source, { owner, ...changes });
  expect(ran.stderr).toBe("");
  return ran.stdout.trim();
};
/** Runs the program until it is served warm: the preparation goes on beside it. */
const untilWarm = async (owner: string, source: string): Promise<void> => {
  await expect.poll(() => run(owner, source), { timeout: 20_000 }).toBe("True");
};

describe("a program that was prepared for", () => {
  test("has its imports loaded before its first line, in each run anew", async () => {
    sandbox.prepare(draft("ann", program));
    await untilWarm("ann", program);
    const leave = `${program}decimal.left = 1\nopen("/tmp/left", "w").close()\nopen("/project/left", "w").close()\n`;
    await run("ann", leave);
    const look = `import os\n${program}print(hasattr(decimal, "left"), os.path.exists("/tmp/left"), os.listdir("/project"))`;
    expect(await run("ann", look)).toBe("True\nFalse False ['main.py']");
  });

  test("and is changed so that it no longer imports, does not have it", async () => {
    sandbox.prepare(draft("bea", program));
    await untilWarm("bea", program);
    expect(await run("bea", loadedBefore)).toBe("False");
  });

  test("and has a file of the module's name gets its own", async () => {
    const files = new Map([["decimal.py", Buffer.from("own = True\n")]]);
    sandbox.prepare(draft("cat", program));
    await untilWarm("cat", program);
    expect(await run("cat", "import decimal\nprint(decimal.own)", { files })).toBe("True");
  });

  test("and sets a variable that cannot be told from its text is loaded when it says so", async () => {
    sandbox.prepare(draft("dan", program));
    await untilWarm("dan", program);
    expect(await run("dan", `import os\nname = "X"\nos.environ[name] = "1"\n${program}`)).toBe("False");
  });

  test("by somebody else is of no use to others", async () => {
    sandbox.prepare(draft("eve", program));
    await untilWarm("eve", program);
    expect(await run("fay", program)).toBe("False");
  });
});

test("figures are shown, whether matplotlib was loaded before the program or by it", async () => {
  const draw = `import sys
print("matplotlib.pyplot" in sys.modules)
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.show()
`;
  const shown = async (): Promise<unknown[]> => {
    const { stdout, stderr, results } = await runProgram(sandbox, draw, { owner: "gil" });
    expect([stderr, results.map(({ mediaType }) => mediaType)]).toEqual(["", ["image/png"]]);
    return [stdout, Buffer.from(results[0]?.bytes ?? []).toString("latin1", 1, 4)];
  };
  expect(await shown()).toEqual(["False\n", "PNG"]);
  sandbox.prepare(draft("gil", draw));
  await expect.poll(shown, { timeout: 20_000 }).toEqual(["True\n", "PNG"]);
});

test("where each waiting interpreter serves one run, another waits behind it, and none of one run is in the next", async () => {
  const own = await makeTestSandbox({ way: "single-use" });
  const leave = `${program}print(getattr(decimal, "left", None))\ndecimal.left = 1`;
  const ran = async (): Promise<string> => (await runProgram(own, leave, { owner: "hal" })).stdout.trim();
  expect(await ran()).toBe("False\nNone");
  for (let times = 0; times < 3; times += 1) await expect.poll(ran, { timeout: 20_000 }).toBe("True\nNone");
  await own.close();
});

describe("a module whose loading a program would notice", () => {
  const noticed = {
    "writes to its output": "print('loaded')",
    "warns its user": "import warnings; warnings.warn('old')",
    "leaves a thread":
      "import threading, time; threading.Thread(target=time.sleep, args=(100,), daemon=True).start()",
    "handles a signal": "import signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN)",
    "reads a variable that the server sets later": "import os; os.environ.get('OPENROUTER_API_KEY')",
    "sets a variable": "import os; os.environ['SET'] = '1'",
    fails: "raise RuntimeError('no')",
  };
  // Beside the program such a module is its own and never loaded early; so it stands in a directory of the interpreter's.
  test.each(Object.entries(noticed))("since it %s is left to the program", async (_, source) => {
    const place = mkdtempSync(join(tmpdir(), "warm-"));
    chmodSync(place, 0o755);
    execFileSync("/usr/bin/python3", ["-I", "-m", "venv", "--without-pip", place]);
    const packages = execFileSync(join(place, "bin/python3"), [
      "-c",
      "import site; print(site.getsitepackages()[0])",
    ]);
    writeFileSync(join(packages.toString().trim(), "noticeable.py"), source);
    const python = { path: join(place, "bin/python3"), directories: [place] };
    const text = `import sys\nprint("noticeable" in sys.modules, "decimal" in sys.modules)\nimport decimal\ntry: import noticeable\nexcept RuntimeError: pass`;
    sandbox.prepare({ ...draft(source, text), python });
    const first = async (): Promise<string> =>
      (await runProgram(sandbox, text, { owner: source, python })).stdout.split("\n")[0] ?? "";
    await expect.poll(first, { timeout: 20_000 }).toBe("False True");
    rmSync(place, { recursive: true });
  });
});

describe("what waits", () => {
  /** Processes of ours in which a file is what the interpreter waits for. */
  const waitingFor = (fileName: string) =>
    processesBelow(process.pid).filter(({ pid, name }) => {
      const words = name === "python3" ? commandOf(pid) : "";
      return words.endsWith(`/project/${fileName}\0`);
    });
  /** Empty when it has just ended. */
  const commandOf = (pid: number): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1");
    } catch {
      return "";
    }
  };

  test("and turns out to be gone when it is wanted is replaced, and no other of its owner's is touched", async () => {
    const own = await makeTestSandbox({ spares: 0, way: "nested" });
    const ran = async (fileName: string): Promise<string> =>
      (await runProgram(own, "print('ran')", { fileName, memoryBytes: own.limits.memoryBytes })).stdout;
    await ran("one.py");
    await ran("two.py");
    for (const fileName of ["one.py", "two.py"])
      await expect.poll(() => waitingFor(fileName).length, { timeout: 20_000 }).toBe(3);
    const before = waitingFor("two.py").map(({ pid }) => pid);
    const ofOne = waitingFor("one.py");
    // The zygote, process 1 of the run to come, and its program: each is the parent of the next.
    const middle = ofOne.find(
      ({ pid, parent }) => ofOne.some((one) => one.pid === parent) && ofOne.some((one) => one.parent === pid),
    );
    process.kill(middle?.pid ?? 0, "SIGKILL");
    // One that dies in the very moment when it is given its program is told as killed, like any other.
    await expect.poll(() => isAlive(middle?.pid ?? 0), { timeout: 20_000 }).toBe(false);
    expect(await ran("one.py")).toBe("ran\n");
    expect(before.filter((pid) => !isAlive(pid))).toEqual([]);
    await own.close();
  });

  test("and is not used for long is ended, and the next run starts all the same", async () => {
    const own = await makeTestSandbox({ spares: 0, idleMs: 300 });
    const ran = async (): Promise<string> =>
      (await runProgram(own, "print('ran')", { fileName: "idle.py", owner: "ida" })).stdout;
    expect(await ran()).toBe("ran\n");
    await expect.poll(() => waitingFor("idle.py").length, { timeout: 20_000 }).toBe(0);
    expect(await ran()).toBe("ran\n");
    await own.close();
  });

  test("in an environment that was removed and made again does not serve the new one", async () => {
    const place = mkdtempSync(join(tmpdir(), "again-"));
    const environment = join(place, "environment");
    chmodSync(place, 0o755);
    const make = (answer: number): void => {
      mkdirSync(environment);
      execFileSync("/usr/bin/python3", ["-I", "-m", "venv", "--without-pip", environment]);
      const [major, minor] = execFileSync(join(environment, "bin/python3"), [
        "-c",
        "import sys; print(*sys.version_info[:2])",
      ])
        .toString()
        .trim()
        .split(" ");
      writeFileSync(
        join(environment, `lib/python${major}.${minor}/site-packages/answer.py`),
        `given = ${answer}`,
      );
    };
    const python = { path: join(environment, "bin/python3"), directories: [environment] };
    const asked = async (): Promise<string> =>
      (await runProgram(sandbox, "import answer\nprint(answer.given)", { owner: "joe", python })).stdout;
    make(1);
    expect([await asked(), await asked()]).toEqual(["1\n", "1\n"]);
    rmSync(environment, { recursive: true });
    make(2);
    expect(await asked()).toBe("2\n");
    rmSync(place, { recursive: true });
  });

  test("counts pages that it shares with others in part", () => {
    const program = `import mmap, os, sys
sys.path.insert(0, sys.argv[1])
import waiting
alone = waiting.resident()
shared = mmap.mmap(-1, 64 << 20)
shared.write(b"x" * (64 << 20))
both = waiting.resident() - alone
ready, go = os.pipe(), os.pipe()
if os.fork() == 0:
    shared[:: 4096]
    os.write(ready[1], b"1"); os.read(go[0], 1); os._exit(0)
os.read(ready[0], 1)
print(both > 60 << 20, waiting.resident() - alone < 40 << 20)
os.write(go[1], b"1")`;
    const site = join(import.meta.dirname, "../../runner/site");
    expect(execFileSync("/usr/bin/python3", ["-I", "-S", "-B", "-c", program, site]).toString()).toBe(
      "True True\n",
    );
  });
});
