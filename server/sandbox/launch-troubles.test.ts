/** Each known way in which a host refuses sandboxes is told with its cause and its mend (reference/sandbox.md, 8.2). */
import { expect, test } from "vitest";
import { explainLaunch } from "./launch-troubles.ts";
import { launchTexts } from "./launch-texts-for-tests.ts";

test.each(launchTexts)("%s", (text, cause, advice) => {
  const explained = explainLaunch(`something before\n${text}\n`);
  expect(explained.cause).toMatch(cause);
  expect(explained.advice).toMatch(advice);
  expect(explained.error).toBe(text);
});

test("what is not known is quoted, and silence is said to be silence", () => {
  expect(explainLaunch("bwrap: something new\n").cause).toContain("bwrap: something new");
  expect(explainLaunch("").cause).toBe("The sandbox ended before the program began.");
  expect(explainLaunch("x".repeat(100_000)).cause.length).toBeLessThan(400);
});
