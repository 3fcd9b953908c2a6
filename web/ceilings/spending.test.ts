/** Amounts are read as people write them, and what is held is counted as the server counts it. */
import { describe, expect, test } from "vitest";
import { SetCeilings, noCeilings } from "../../contract/session.ts";
import { testCall } from "../margin/call-for-tests.ts";
import { amountWords, picoOf, readAmount, shareOf } from "./amounts.ts";
import { heldOf, heldOfRun, nearest } from "./spending.ts";

describe("an amount", () => {
  test.each([
    ["0.50", "0.50"],
    ["$ 2", "2"],
    [" .5 ", "0.5"],
    ["007.", "7"],
    ["0", "0"],
    ["999999.123456789012", "999999.123456789012"],
    ["", null],
    ["$", null],
  ])("%j is %j, which the contract takes", (typed, usd) => {
    expect(readAmount(typed)).toEqual({ ok: true, usd });
    expect(SetCeilings.safeParse({ ...noCeilings, runUsd: usd }).success).toBe(true);
  });

  test.each([
    ["-1", "below zero"],
    ["0,50", "behind a point"],
    ["1e3", "no amount"],
    [".", "no amount"],
    ["one", "no amount"],
    ["1 000", "no amount"],
    ["0.1234567890123", "12 digits"],
    ["1000000", "below a million"],
  ])("%j is refused in words", (typed, says) => {
    expect(readAmount(typed)).toMatchObject({ ok: false, says: expect.stringContaining(says) });
  });

  test("is written as it was set", () => {
    expect(["0.5", "2", "0.000300", "12.345"].map(amountWords)).toEqual([
      "$0.50",
      "$2.00",
      "$0.0003",
      "$12.345",
    ]);
  });

  test("is counted exactly", () => {
    expect(picoOf("0.000000000001")).toBe(1n);
    expect(picoOf("-12.5")).toBe(-12_500_000_000_000n);
    expect(shareOf("0.25", "1")).toBe(0.25);
    expect(shareOf("0", "0")).toBe(1);
  });
});

describe("what is held", () => {
  const spent = { sessionSpentUsd: "0.3", sessionSince: "2026-01-01T00:00:00.000Z", daySpentUsd: "0.4" };

  test("of a run are its prices, and what was set aside for calls without one", () => {
    const calls = [
      testCall({ costUsd: "0.1", reservedUsd: "0.5" }),
      testCall({ state: "streaming", reservedUsd: "0.02" }),
      testCall({ state: "unknown", reservedUsd: "0.003" }),
      testCall({ state: "failed", reservedUsd: "9" }),
      testCall({ state: "open" }),
    ];
    expect(heldOfRun(calls)).toBe("0.123");
    expect(heldOfRun([])).toBe("0");
  });

  test("is shown against the nearest ceiling of those that are set", () => {
    const ceilings = { ...noCeilings, ...spent, sessionUsd: "0.5", dayUsd: "0.5" };
    expect(nearest(heldOf(ceilings, null, []))).toMatchObject({ which: "day", share: 0.8 });
    expect(nearest(heldOf({ ...noCeilings, ...spent }, null, []))).toBeNull();
  });
});
