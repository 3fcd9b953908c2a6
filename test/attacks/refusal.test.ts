/** Where no sandbox can be made, nothing runs, and the reason is said (A68, F38). */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestSandbox, runProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import { ordinaryJob, quietSink } from "../../server/sandbox/sandbox.ts";

let place: string;
const path = process.env.PATH;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "refusal-"));
  chmodSync(place, 0o755);
});
afterAll(() => {
  process.env.PATH = path;
  rmSync(place, { recursive: true });
});

test("A68 a host without user namespaces refuses every run in words, and the program leaves no sign", () => {
  const script = join(import.meta.dirname, "host-without-namespaces.ts");
  const tried = spawnSync(process.execPath, [script], { encoding: "utf8" });
  expect(JSON.parse(tried.stdout)).toEqual({
    checked: [
      expect.objectContaining({
        refuses: true,
        says: "The number of user namespaces is limited to none or is used up.",
      }),
    ],
    started: {
      ok: false,
      error: expect.objectContaining({ hint: expect.stringContaining("user.max_user_namespaces") }),
    },
    output: "",
  });
});

test("A68 a host where nothing inside bubblewrap may make namespaces runs programs in single-use sandboxes, and says so", () => {
  const script = (name: string): string => join(import.meta.dirname, name);
  const tried = spawnSync(
    "/usr/bin/python3",
    ["-I", script("nest-deeply.py"), process.execPath, script("host-without-nesting.ts")],
    { encoding: "utf8", timeout: 50_000 },
  );
  expect(tried.stderr).toBe("");
  const program = "['/project/main.py'] 10 1\n";
  expect(JSON.parse(tried.stdout)).toEqual({
    nesting: {
      way: "single-use",
      says: expect.stringMatching(/nothing inside may make any .*No space left/),
    },
    weaknesses: [],
    ran: [program, program],
    whereNestedIsAsked: expect.stringContaining("The number of user namespaces is limited"),
    said: expect.stringContaining('"nesting":"single-use"'),
  });
});

test("A68 a bubblewrap that fails is never replaced by a run without it", async () => {
  writeFileSync(
    join(place, "bwrap"),
    "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n",
  );
  chmodSync(join(place, "bwrap"), 0o755);
  process.env.PATH = place;
  const sandbox = await makeTestSandbox({ log: new Writable({ write: (_line, _encoding, done) => done() }) });
  process.env.PATH = path;
  await expect(runProgram(sandbox, "print('ran')")).rejects.toThrow(
    /does not let ordinary users make namespaces/,
  );
  expect(await sandbox.selfCheck()).toMatchObject([{ refuses: true, name: "sandbox" }]);
  expect(await sandbox.python()).toBeNull();
  await sandbox.close();
});

test("A68 a gateway that can't be attached means that nothing ran", async () => {
  const sandbox = await makeTestSandbox({ log: new Writable({ write: (_line, _encoding, done) => done() }) });
  let output = 0;
  const started = await sandbox.start(
    {
      ...ordinaryJob,
      fileName: "main.py",
      source: Buffer.from("print('ran')"),
      memoryBytes: 2 ** 29,
    },
    {
      ...quietSink,
      output: () => void (output += 1),
      listener: () => Promise.reject(new Error("no certificate")),
    },
  );
  expect(started).toMatchObject({ ok: false, error: { says: expect.stringContaining("no certificate") } });
  expect(output).toBe(0);
  await sandbox.close();
});

test("F37 where descriptors run out runs are refused in words, the others are unharmed, and later ones start", () => {
  const script = join(import.meta.dirname, "../faults/host-without-enough.ts");
  const tried = spawnSync("prlimit", ["--nofile=1024:1024", process.execPath, script, "300"], {
    encoding: "utf8",
    timeout: 50_000,
  });
  const { ran, refusals, later } = JSON.parse(tried.stdout) as {
    ran: number;
    refusals: string[];
    later: string;
  };
  expect(ran).toBeGreaterThan(20);
  expect(refusals.length).toBeGreaterThan(0);
  const known = /no more descriptors|ended before the program began|as this server has users for/;
  expect(refusals.filter((says) => !known.test(says))).toEqual([]);
  expect(later).toBe("later\n");
});
