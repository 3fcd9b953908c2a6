/** What was measured: one number of one target in one round, the only shape that tables, goals and raw files are made from. */

export interface Sample {
  readonly target: string;
  /** What was measured, with its unit: "hello, exit ms". */
  readonly measure: string;
  /** Counts from 1; numbers of one round belong together and are compared with each other. */
  readonly round: number;
  readonly value: number;
}

/** A target's values of one measure, by round. */
export function valuesOf(
  samples: readonly Sample[],
  target: string,
  measure: string,
): ReadonlyMap<number, number> {
  return new Map(
    samples
      .filter((sample) => sample.target === target && sample.measure === measure)
      .map(({ round, value }) => [round, value]),
  );
}

/** Names in the order in which they first appear. */
export const targetsIn = (samples: readonly Sample[]): readonly string[] => [
  ...new Set(samples.map(({ target }) => target)),
];

export const measuresIn = (samples: readonly Sample[]): readonly string[] => [
  ...new Set(samples.map(({ measure }) => measure)),
];
