/** Numbers a run's calls in the order in which they come, whoever sends them, and tells where its time begins. */

export interface CallOrder {
  next(): {
    /** 1 for the run's first call. */
    readonly number: number;
    /** Monotonic time of the run's first call, ms. */
    readonly firstAt: number;
  };
}

/** `calls` are those that were before; `firstAt` is null while there is none. */
export function createCallOrder(now: () => number, calls = 0, firstAt: number | null = null): CallOrder {
  let [number, first] = [calls, firstAt];
  return {
    next() {
      first ??= now();
      return { number: ++number, firstAt: first };
    },
  };
}
