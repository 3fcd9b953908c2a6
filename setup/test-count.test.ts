/** What is read from the tests' report: the counts, and which files get a second try. */
import { expect, test } from "vitest";
import { countAfterSecondTry, countTests, filesToRunAgain } from "./test-count.mjs";

interface File {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}
const file = (name: string, ...results: readonly string[]): File => ({
  name,
  status: results.length > 0 && results.every((status) => status === "passed") ? "passed" : "failed",
  assertionResults: results.map((status) => ({ status })),
});
const report = (counts: object, files: readonly File[] = []) => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: files,
  ...counts,
});

test.each([
  [report({}), 0, "3 passed, 0 failed"],
  [report({ numFailedTests: 2 }), 1, "3 passed, 2 failed"],
  [report({ numPendingTests: 1, numTodoTests: 1 }), 0, "3 passed, 0 failed, 2 skipped"],
  [report({}, [file("broken")]), 1, "3 passed, 1 failed"],
  [report({}), 1, "3 passed, 1 failed"],
  [null, 1, "0 passed, 1 failed"],
])("the last line of npm test counts: %j with exit code %d", (given, code, line) => {
  expect(countTests(given, code)).toBe(line);
});

test("a few files that failed are run once more, alone", () => {
  const files = [file("a", "passed"), file("b", "passed", "failed"), file("c")];
  expect(filesToRunAgain(report({}, files))).toEqual(["b", "c"]);
  expect(filesToRunAgain(report({}, [file("a", "passed")]))).toEqual([]);
});

test("nothing is run again when too much failed, or nobody knows what", () => {
  expect(
    filesToRunAgain(
      report(
        {},
        ["a", "b", "c", "d"].map((name) => file(name, "failed")),
      ),
    ),
  ).toEqual([]);
  expect(filesToRunAgain(null)).toEqual([]);
});

test("after a second try each test is counted once", () => {
  const first = report({ numPassedTests: 2, numFailedTests: 1 }, [
    file("a", "passed"),
    file("b", "passed", "failed"),
    file("c"),
  ]);
  const second = report({ numPassedTests: 4 }, [
    file("b", "passed", "passed"),
    file("c", "passed", "passed"),
  ]);
  expect(countAfterSecondTry(first, second)).toBe("5 passed, 0 failed");
});
