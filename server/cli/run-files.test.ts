import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { besideLimits, readRunFiles } from "./run-files.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "run-files-"));
  mkdirSync(join(folder, "lib", "deep"), { recursive: true });
  mkdirSync(join(folder, "lib", "__pycache__"));
  for (const name of [
    "main.py",
    "data.txt",
    ".env",
    "lib/a.py",
    "lib/deep/b.py",
    "lib/.secret",
    "lib/__pycache__/a.pyc",
  ])
    writeFileSync(join(folder, name), name);
  symlinkSync("/etc/passwd", join(folder, "lib", "link"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (file: string, ...withPaths: string[]) => {
  const result = readRunFiles(
    join(folder, file),
    withPaths.map((path) => join(folder, path)),
  );
  return result.ok ? [...result.value.beside.keys()].sort() : result.error;
};

test("without --with nothing is brought along", () => {
  expect(read("main.py")).toEqual([]);
});

test("a file comes by its name, a folder with what is in it: no links, nothing hidden", () => {
  expect(read("main.py", "data.txt", "lib")).toEqual(["a.py", "data.txt", "deep/b.py"]);
  expect(read("main.py", ".")).toEqual(["data.txt", "lib/a.py", "lib/deep/b.py"]);
});

test("a hidden file comes when it is named itself", () => {
  expect(read("main.py", ".env")).toEqual([".env"]);
});

test.each([
  ["gone.py", [], "does not exist"],
  ["lib", [], "is not a file"],
  ["main.py/x", [], "does not exist"],
  ["main.py", ["gone"], "does not exist"],
  ["main.py", ["data.txt", "data.txt"], "two files named data.txt"],
])("%s with %j is refused: %s", (file, withPaths, says) => {
  expect(read(file, ...withPaths)).toContain(says);
});

test("a program that is too large is refused, and so is too much beside it", () => {
  writeFileSync(join(folder, "large"), "");
  truncateSync(join(folder, "large"), besideLimits.bytes + 1);
  expect(read("large")).toContain("too large");
  expect(read("main.py", "large")).toContain("more than --with takes");
  rmSync(join(folder, "large"));
});
