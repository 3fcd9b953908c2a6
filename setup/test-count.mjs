/** What is read from Vitest's JSON report: the one line that counters of test results read, and what gets a second try. */

/** More failing files than this are no accident of a busy machine. */
const mostFilesAgain = 3;

/**
 * A file that broke before its tests counts as one failed test, and so does a run that failed without naming any.
 * @param {Report | null} report
 * @param {number} exitCode of Vitest
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { name: string, status: string, assertionResults: { status: string }[] }[] }} Report
 */
export function countTests(report, exitCode) {
  const broken = report?.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  const named = (report?.numFailedTests ?? 0) + (broken?.length ?? 0);
  const failed = named === 0 && exitCode !== 0 ? 1 : named;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  const line = `${report?.numPassedTests ?? 0} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}

/**
 * The few files that failed while others ran beside them; none when too many failed, or when nobody knows which.
 * @param {Report | null} report
 * @returns {string[]}
 */
export function filesToRunAgain(report) {
  const failed =
    report?.testResults.filter((file) => file.status === "failed").map((file) => file.name) ?? [];
  return failed.length > mostFilesAgain ? [] : failed;
}

/**
 * The line when every file that failed at first has passed alone.
 * @param {Report | null} first
 * @param {Report | null} second
 */
export function countAfterSecondTry(first, second) {
  const again = new Set(filesToRunAgain(first));
  const countedTwice = (first?.testResults ?? [])
    .filter((file) => again.has(file.name))
    .flatMap((file) => file.assertionResults)
    .filter((result) => result.status === "passed").length;
  return `${(first?.numPassedTests ?? 0) - countedTwice + (second?.numPassedTests ?? 0)} passed, 0 failed`;
}
