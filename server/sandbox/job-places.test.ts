/** What a job may name besides its program: the interpreter that runs it, and one directory that it may write. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sandbox } from "./sandbox.ts";
import { makeTestSandbox, runProgram } from "./sandbox-for-tests.ts";

let sandbox: Sandbox;
let base: string;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
  base = mkdtempSync(join(tmpdir(), "orid-places-"));
  chmodSync(base, 0o755);
});
afterAll(async () => {
  await sandbox.close();
  rmSync(base, { recursive: true });
});

test("a directory that a job may write is written on the host, and seen by no other job", async () => {
  const directory = mkdtempSync(join(base, "own-"));
  const write = `open(${JSON.stringify(join(directory, "x"))}, "w").write("here")`;
  const ran = await runProgram(sandbox, write, { writableDirectory: directory });
  expect(ran.end.exitCode).toBe(0);
  expect(readFileSync(join(directory, "x"), "utf8")).toBe("here");
  const other = await runProgram(sandbox, `import os; print(os.path.exists(${JSON.stringify(base)}))`);
  expect(other.stdout).toBe("False\n");
});

test("a job's own interpreter runs it, read-only", async () => {
  const directory = join(base, "venv");
  execFileSync("/usr/bin/python3", ["-I", "-m", "venv", "--without-pip", directory]);
  const python = { path: join(directory, "bin/python3"), directories: [directory] };
  const ran = await runProgram(
    sandbox,
    `import sys\nprint(sys.prefix)\ntry:\n    open(sys.prefix + "/x", "w")\nexcept OSError as e:\n    print(e.strerror)`,
    { python },
  );
  expect(ran.stdout).toBe(`${directory}\nRead-only file system\n`);
});
