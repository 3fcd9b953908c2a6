/** Takes what a program shows and makes into a directory, within the bounds of any run, and says what is left out. */
import type { JobSink } from "../sandbox/sandbox.ts";
import { defaultResultLimits, RunResults } from "../runs/run-results.ts";
import type { ResultsDirectory } from "./results-directory.ts";

/** `say` gets one sentence for each result that is not kept. */
export function resultsTo(directory: ResultsDirectory, say: (sentence: string) => void): JobSink["result"] {
  let number = 0;
  const results = new RunResults({
    limits: defaultResultLimits,
    shelf: async (row, bytes) => {
      if (bytes !== null) directory.write(row, bytes);
      else say(`result ${row.number} is not written: ${row.note ?? "the sandbox did not take it."}`);
    },
    now: () => 0,
    nextNumber: () => ++number,
    grew: () => undefined,
    full: () => say(`more than ${defaultResultLimits.count} results: the others are not written.`),
    failed: (error) =>
      say(`a result could not be written: ${error instanceof Error ? error.message : String(error)}`),
  });
  return (result) => results.take(result);
}
