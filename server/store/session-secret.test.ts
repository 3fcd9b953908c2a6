/** The session secret is the operator's, or made once, private, the same for all who start. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { done } from "../../contract/failures.ts";
import { inOtherProcess } from "./other-process.ts";
import { sessionSecrets } from "./session-secret.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orid-secret-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test("the operator's secrets are taken as given, and no file is made", () => {
  const given = `${"a".repeat(32)},${"b".repeat(32)}`;
  expect(sessionSecrets(given, directory)).toEqual(done(["a".repeat(32), "b".repeat(32)]));
  expect(readdirSync(directory)).toEqual([]);
});

test("one that is too short is refused with the variable's name", () => {
  expect(sessionSecrets("short", directory)).toMatchObject({
    error: expect.stringMatching(/SESSION_SECRET.*32/),
  });
});

test("without one, a secret is made once in a private file, and found again", () => {
  const inside = join(directory, "new", "data");
  const made = sessionSecrets(null, inside);
  expect(made.ok && made.value[0]!.length).toBe(64);
  expect(sessionSecrets(null, inside)).toEqual(made);
  expect(readdirSync(inside)).toEqual(["session-secret"]);
  expect(mode(join(inside, "session-secret"))).toBe("600");
  expect(mode(inside)).toBe("700");
});

test("a file that others may read is made private again", () => {
  const made = sessionSecrets(null, directory);
  chmodSync(join(directory, "session-secret"), 0o644);
  expect(sessionSecrets(null, directory)).toEqual(made);
  expect(mode(join(directory, "session-secret"))).toBe("600");
});

test.each(["", "cut-off"])("a file that holds %j is refused, never replaced", (content) => {
  writeFileSync(join(directory, "session-secret"), content);
  expect(sessionSecrets(null, directory).ok).toBe(false);
  expect(statSync(join(directory, "session-secret")).size).toBe(content.length);
});

test("a directory that can't be made is told, not thrown", () => {
  writeFileSync(join(directory, "file"), "");
  expect(sessionSecrets(null, join(directory, "file", "below"))).toMatchObject({
    error: expect.stringContaining("session secret"),
  });
});

test("processes that start at once all get the same secret", async () => {
  const from = new URL("session-secret.ts", import.meta.url).href;
  const code = `
    const { sessionSecrets } = await import("${from}");
    process.stdout.write(sessionSecrets(null, args[0]).value[0]);`;
  const ended = await Promise.all(Array.from({ length: 4 }, () => inOtherProcess(code, [directory])));
  expect(new Set(ended.map(({ stdout }) => stdout)).size).toBe(1);
  expect(ended[0]!.stdout).toHaveLength(64);
});
