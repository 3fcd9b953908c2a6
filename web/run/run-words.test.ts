/** Promises about the words for a run and the name it runs under. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { StartRun, type Run } from "../../contract/runs.ts";
import { endOf, fileNameOf, lineOfReason } from "./run-words.ts";
import { anyText } from "../../test/any-text.ts";

const run = (change: Partial<Run>): Run =>
  ({
    state: "finished",
    reason: "finished",
    exitCode: 0,
    signal: null,
    wallMs: 1200,
    overBudgetAt: null,
    ...change,
  }) as Run;

test.each([
  [run({}), "finished in 1.20 s"],
  [run({ overBudgetAt: 3 }), "finished in 1.20 s · a ceiling stopped call 3"],
  [
    run({ state: "failed", reason: "over budget at call 3: failed", exitCode: 1, overBudgetAt: 3 }),
    "over budget at call 3: failed · 1.20 s · exit 1",
  ],
  [
    run({ state: "failed", reason: "failed at line 3: ValueError: no", exitCode: 1, wallMs: 400 }),
    "failed at line 3: ValueError: no · 400 ms · exit 1",
  ],
  [
    run({
      state: "timed-out",
      reason: "timed out after 30 s",
      exitCode: null,
      signal: "SIGKILL",
      wallMs: 30_012,
    }),
    "timed out after 30 s · 30.0 s · SIGKILL",
  ],
  [
    run({ state: "refused", reason: "the sandbox can't start", exitCode: null, wallMs: null }),
    "the sandbox can't start",
  ],
])("the end of %o is said as %s", (given, words) => expect(endOf(given)).toBe(words));

test("a reason that names a line leads to it", () => {
  expect(lineOfReason("failed at line 31: KeyError: 'x'")).toBe(31);
  expect(lineOfReason("timed out after 30 s")).toBeNull();
  expect(lineOfReason(null)).toBeNull();
});

test.each([
  ["stream_chat.py", "stream_chat.py"],
  ["a chat", "a chat.py"],
  ["a/b\\c", "a-b-c.py"],
  ["..", "...py"],
  ["", "main.py"],
  [".py", "main.py"],
  ["🦜".repeat(60), `${"🦜".repeat(48)}.py`],
])("%s runs as %s", (name, fileName) => expect(fileNameOf(name)).toBe(fileName));

test("any name makes a file name that the server takes", () => {
  fc.assert(
    fc.property(anyText(200), (name) => {
      const request = { code: "", fileName: fileNameOf(name), idempotencyKey: "01234567" };
      expect(StartRun.safeParse(request).success).toBe(true);
    }),
  );
});
