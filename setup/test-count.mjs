/** Turns Vitest's JSON report into the one line that counters of test results read. */

/**
 * A file that broke before its tests counts as one failed test, and so does a run that failed without naming any.
 * @param {Report | null} report
 * @param {number} exitCode of Vitest
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: unknown[] }[] }} Report
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
