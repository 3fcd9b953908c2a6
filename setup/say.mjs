/** How set-up speaks: one plain line each on standard error, so that what a program prints stays clean. */

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** A set-up that can't go on: what is missing, and the exact way to mend it. Ends the process with code 1 where caught. */
export class CannotSetUp extends Error {}

/**
 * Runs one step of set-up and turns a `CannotSetUp` into its sentence and exit code 1; anything else is a bug and is thrown on.
 * @param {() => Promise<void>} step
 */
export async function orExplain(step) {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof CannotSetUp)) throw error;
    say(error.message);
    process.exit(1);
  }
}
