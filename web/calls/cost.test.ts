/** Promises of how a call's price is shown. */
import { describe, expect, test } from "vitest";
import { costOf, formatCost } from "./cost.ts";

describe("a price is shown to six digits", () => {
  test.each([
    ["0", "$0.00"],
    ["0.000000000", "$0.00"],
    ["0.0041032", "$0.004103"],
    ["0.0041035", "$0.004104"],
    ["0.9999995", "$1.000000"],
    ["12.4", "$12.400000"],
    ["00012", "$12.000000"],
    ["123456789012345678901234567890.1", "$123456789012345678901234567890.100000"],
    ["-0.25", "-$0.250000"],
  ])("%s as %s", (usd, text) => expect(formatCost(usd)).toBe(text));

  test("what is more than nothing never reads as nothing", () => {
    expect(formatCost("0.0000001")).toBe("<$0.000001");
    expect(formatCost("0.0000005")).toBe("$0.000001");
  });
});

describe("the cost column", () => {
  test("tells the wire's own digits in its title", () => {
    expect(costOf({ costUsd: "0.0000068", state: "done", simulated: false })).toEqual({
      text: "$0.000007",
      title: "$0.0000068",
      known: true,
    });
  });

  test("says of a simulated price that nothing is charged", () => {
    expect(costOf({ costUsd: "0.1", state: "done", simulated: true }).title).toMatch(/nothing is charged/);
  });

  test("says unknown, with the reason, where money may have gone and nobody told how much", () => {
    const words = costOf({ costUsd: null, state: "unknown", simulated: false });
    expect(words.text).toBe("unknown");
    expect(words.title).toMatch(/did not say/);
    const simulated = costOf({ costUsd: null, state: "unknown", simulated: true });
    expect(simulated.title).toMatch(/charges nothing/);
  });

  test("is a dash with its reason where there is nothing to tell", () => {
    for (const [state, title] of [
      ["streaming", /when the reply ends/],
      ["done", /not charged/],
      ["failed", /normally not charged/],
    ] as const) {
      const words = costOf({ costUsd: null, state, simulated: false });
      expect(words.text).toBe("–");
      expect(words.title).toMatch(title);
    }
  });
});
