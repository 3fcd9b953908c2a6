import fc from "fast-check";
import { expect, test } from "vitest";
import { picoUsd, usdText } from "./money.ts";

test("the wire's decimal digits become whole pico-dollars, to the last digit", () => {
  expect(picoUsd("0.0000068")).toBe(6_800_000n);
  expect(picoUsd("8e-8")).toBe(80_000n);
  expect(picoUsd("1.5E+1")).toBe(15_000_000_000_000n);
  expect(picoUsd("0")).toBe(0n);
  expect(picoUsd("-0.5")).toBe(-500_000_000_000n);
});

test("more digits than a pico-dollar has are rounded so that nothing charged goes missing", () => {
  expect(picoUsd("0.0000000000001")).toBe(1n);
  expect(picoUsd("1e-300")).toBe(1n);
});

test("what is not a finite decimal number has no amount", () => {
  for (const text of ["", "NaN", "Infinity", "1,5", "0x10", "--1", "1e9999", "1e400", "1e99", ".5", "1."])
    expect(picoUsd(text)).toBeNull();
});

test("an amount written as text reads back as itself", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      (pico) => picoUsd(usdText(pico)) === pico,
    ),
  );
});
