/** Types of test-count.mjs, which is plain JavaScript because it runs before our Node is there. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}
export declare function countTests(report: VitestReport | null, exitCode: number): string;
export declare function filesToRunAgain(report: VitestReport | null): string[];
export declare function countAfterSecondTry(first: VitestReport | null, second: VitestReport | null): string;
