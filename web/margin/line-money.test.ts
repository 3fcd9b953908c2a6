/** The sums in the margin: exact, per line, and never a zero that nobody told. */
import { expect, test } from "vitest";
import { testCall } from "./call-for-tests.ts";
import { isOfLine, marginWords, moneyByLine, moneyOf, spokenWords, wayTo } from "./line-money.ts";

const at = (line: number, file = "main.py", name = "<module>") => ({ file, line, function: name });
const words = (...calls: Parameters<typeof testCall>[0][]) => marginWords(moneyOf(calls.map(testCall)));

test("the innermost line of the user's carries the money; who called it is told", () => {
  const inner = testCall({ number: 1, sentFrom: [at(4, "lib/ask.py", "ask"), at(20), at(31)] });
  const outer = testCall({ number: 2, sentFrom: [at(20)] });
  const nowhere = testCall({ number: 3, attribution: "untold" });
  const files = moneyByLine([inner, outer, nowhere, inner]);
  expect(
    [...files].map(([file, lines]) => [file, [...lines].map(([line, calls]) => [line, calls.length])]),
  ).toEqual([
    ["lib/ask.py", [[4, 2]]],
    ["main.py", [[20, 1]]],
  ]);
  expect(wayTo(inner)).toBe("main.py:20 ← main.py:31");
  expect([wayTo(outer), wayTo(nowhere)]).toEqual(["", ""]);
  expect(isOfLine(inner, at(20))).toBe(false);
  expect(isOfLine(outer, at(20))).toBe(true);
});

test("sums are exact and rounded only for the eye", () => {
  const money = moneyOf(["0.1", "0.2", "0.000000000001"].map((costUsd) => testCall({ costUsd })));
  expect(money.costUsd).toBe("0.300000000001");
  expect(marginWords(money)).toEqual({ count: "3×", sum: "$0.30" });
  const odd = ["-0.5", "12", "0.1234567890123456789", "0.00"].map((costUsd) => testCall({ costUsd }));
  expect(moneyOf(odd).costUsd).toBe("11.6234567890123456789");
  expect(moneyOf(odd.slice(0, 1)).costUsd).toBe("-0.5");
});

test("what is not known is never a zero", () => {
  expect(words({ state: "unknown" })).toEqual({ count: "1×", sum: "?" });
  expect(words({ state: "open" })).toEqual({ count: "1×", sum: "…" });
  expect(words({ costUsd: "0.0042" }, { state: "unknown" }).sum).toBe("$0.0042+?");
  expect(words({ costUsd: "0.0042" }, { state: "unknown" }, { state: "streaming" }).sum).toBe("$0.0042+?+…");
  // Not charged for: a list of models, a refused request.
  expect(words({ state: "done" }, { state: "failed" }).sum).toBe("–");
  expect(words({ costUsd: "0" }).sum).toBe("$0.00");
});

test("a screen reader is told all of it", () => {
  const calls = [
    testCall({ costUsd: "0.0042", simulated: true }),
    testCall({ state: "unknown" }),
    testCall({ state: "open" }),
    testCall({ state: "failed", retryOf: 1 }),
  ];
  expect(spokenWords(moneyOf(calls))).toBe(
    "4 calls, $0.0042 simulated, 1 of unknown price, 1 under way, 1 failed, 1 retry of a library's own",
  );
  expect(spokenWords(moneyOf([testCall()]))).toBe("1 call, nothing charged");
});
