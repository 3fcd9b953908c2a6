/** Puts off for a few ms what nobody waits for, and does it together: the work after one reply must not hold up the next request. */

export interface Quiet {
  /** Resolves a few ms later. */
  comes(): Promise<void>;
}

/** So much later the end of a call is told, ms. */
const waitMs = 5;

export function createQuiet(): Quiet {
  let next: Promise<void> | null = null;
  return {
    comes: () =>
      (next ??= new Promise((resolve) => {
        setTimeout(() => {
          next = null;
          resolve();
        }, waitMs);
      })),
  };
}
