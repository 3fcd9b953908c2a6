/** Time as the rooms get it: handed in, so that tests hold it still. */
export interface Clock {
  /** Unix time in ms: for rows and the screen, never for durations. */
  now(): number;
  /** Monotonic ms from an arbitrary start: for durations. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** Unix ms as the contract's Instant text. */
export const instant = (unixMs: number): string => new Date(unixMs).toISOString();
