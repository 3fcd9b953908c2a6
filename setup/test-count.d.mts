/** Types of test-count.mjs, which is plain JavaScript because it runs before our Node is there. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}
export declare function countTests(report: VitestReport | null, exitCode: number): string;
