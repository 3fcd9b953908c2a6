/** What becomes of an error that nobody caught: it is told in one line, what is under way is ended, and the process goes. */
import type { Log } from "../log.ts";

/** As sysexits.h has it: an error of the program itself. */
export const brokenExitCode = 70;

/** Ending gently takes two seconds where a program is deaf; whatever has not ended by then is ended with the process, ms. */
const longestEndMs = 10_000;

/**
 * From now on such an error ends this process with `brokenExitCode`, after `close` or at the latest after `longestMs`: what is left of
 * it could be wrong in any way, and is not to go on. A promise that was rejected and that nobody awaits is one, too.
 */
export function endWhenBroken(log: Log, close: () => Promise<void>, longestMs = longestEndMs): void {
  let isEnding = false;
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "an error that nobody caught: the server ends");
    if (isEnding) return; // of the same cause, or of the ending: that goes on
    isEnding = true;
    setTimeout(end, longestMs);
    void endAfter(close);
  });
}

const end = (): never => process.exit(brokenExitCode);

async function endAfter(close: () => Promise<void>): Promise<void> {
  try {
    await close();
  } finally {
    end();
  }
}
