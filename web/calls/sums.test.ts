/** Promises of the list's footer. */
import { expect, test } from "vitest";
import type { Call } from "../../contract/calls.ts";
import { shortCount, sumsOf } from "./sums.ts";

const call = (part: Partial<Call>): Call => ({ state: "done", costUsd: "0", ...part }) as Call;

test("prices are added to the last digit, and those that nobody told are counted, not zeroed", () => {
  const sums = sumsOf([
    call({ costUsd: "0.1", promptTokens: 10, completionTokens: 1 }),
    call({ costUsd: "0.2", promptTokens: 5, completionTokens: null }),
    call({ costUsd: null, state: "unknown", promptTokens: null, completionTokens: null }),
    call({ costUsd: null, state: "streaming", promptTokens: null, completionTokens: null }),
  ]);
  expect(sums).toEqual({
    count: 4,
    promptTokens: 15,
    completionTokens: 1,
    costUsd: "0.3",
    unknown: 1,
    live: 1,
  });
});

test("tokens and prices that nobody told are no zero", () => {
  expect(
    sumsOf([call({ promptTokens: null, completionTokens: null, costUsd: null, state: "streaming" })]),
  ).toMatchObject({ promptTokens: null, costUsd: null });
});

test.each([
  [null, "–"],
  [1056, "1056"],
  [99_999, "99,999"],
  [501_550, "502K"],
  [999_499, "999K"],
  [999_500, "1.00M"],
  [1_253_000, "1.25M"],
])("a sum of %s tokens fits its column as %s", (count, text) => expect(shortCount(count)).toBe(text));
