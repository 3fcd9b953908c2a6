/** Whatever lies in a directory that a program could write, it can be removed, and nothing else is touched. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeTree } from "./remove-tree.ts";

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "orid-remove-"));
});
afterAll(() => rmSync(base, { recursive: true }));

const make = (program: string): void => {
  execFileSync(
    "/usr/bin/python3",
    ["-I", "-c", `import os, socket\nos.mkdir("top")\nos.chdir("top")\n${program}`],
    {
      cwd: base,
    },
  );
};

test.each([
  ["a tree 2,000 deep", 'for _ in range(2000):\n    os.mkdir("d" * 9)\n    os.chdir("d" * 9)'],
  ["locked directories", 'os.makedirs("a/b")\nopen("a/b/x", "w")\nos.chmod("a/b", 0)\nos.chmod("a", 0)'],
  ["names that are no text", 'os.mkdir(b"\\xff\\n")\nopen(b"\\xff\\n/\\xfe", "w")\nopen("-rf", "w")'],
  ["pipes and sockets", 'os.mkfifo("p")\nsocket.socket(socket.AF_UNIX).bind("s")'],
])("%s", async (_, program) => {
  make(program);
  await removeTree(join(base, "top"), join(base, "beside"));
  expect(readdirSync(base)).toEqual([]);
});

test("links go, and what they lead to stays", async () => {
  const outside = mkdtempSync(join(tmpdir(), "orid-outside-"));
  writeFileSync(join(outside, "canary"), "");
  make(
    `os.symlink(${JSON.stringify(outside)}, "out")\nos.symlink("/", "root")\nos.mkdir("d")\nos.symlink("..", "d/up")`,
  );
  await removeTree(join(base, "top"), join(base, "beside"));
  expect(readdirSync(base)).toEqual([]);
  expect(existsSync(join(outside, "canary"))).toBe(true);
  rmSync(outside, { recursive: true });
});

test("what is not there, or is no directory, is no trouble", async () => {
  await removeTree(join(base, "nothing"), join(base, "beside"));
  writeFileSync(join(base, "file"), "");
  await removeTree(join(base, "file"), join(base, "beside"));
  expect(readdirSync(base)).toEqual([]);
});
