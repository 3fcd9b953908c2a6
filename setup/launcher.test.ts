/** The launcher finds our Node from wherever it is called, and nothing of the caller's Node gets in. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const launcher = path.join(root, "bin", "openrouter-ide");
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "launcher-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const versionBy = (command: string, env: Record<string, string> = {}) =>
  execFileSync(command, ["--version"], {
    cwd: folder,
    env: { PATH: "/usr/bin:/bin", ...env },
    encoding: "utf8",
  }).trim();

test("called through a chain of links, from elsewhere", () => {
  mkdirSync(path.join(folder, "a dir"));
  symlinkSync(launcher, path.join(folder, "first"));
  symlinkSync("../first", path.join(folder, "a dir", "second"));
  expect(versionBy(path.join(folder, "a dir", "second"))).toBe(version);
});

test("NODE_OPTIONS meant for another Node does not reach ours", () => {
  expect(versionBy(launcher, { NODE_OPTIONS: "--no-such-option" })).toBe(version);
});

/** A copy of the launcher in a package of its own, whose command line tells which Node runs it. */
function installed(place: string): string {
  const copy = path.join(folder, place, "bin", "openrouter-ide");
  mkdirSync(path.dirname(copy), { recursive: true });
  mkdirSync(path.join(folder, place, "server"));
  writeFileSync(path.join(folder, place, "server", "main.ts"), "console.log(process.execPath);");
  writeFileSync(path.join(folder, place, "package.json"), '{ "type": "module" }');
  cpSync(launcher, copy);
  return copy;
}

test("npm hoisted our Node to a folder above", () => {
  const copy = installed("tree/packages/openrouter-ide");
  const node = path.join(folder, "tree", "node_modules", "node", "bin", "node");
  mkdirSync(path.dirname(node), { recursive: true });
  symlinkSync(process.execPath, node);
  expect(execFileSync(copy, { encoding: "utf8", env: { PATH: "/usr/bin:/bin" } }).trim()).toBe(
    process.execPath,
  );
});

test("without our Node it says what to do, and takes no other", () => {
  const { status, stderr } = spawnSync(installed("bare"), {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "" },
  });
  expect(status).toBe(1);
  expect(stderr).toContain("npm ci");
});
