/** Promises of exact prices: no digit is lost in a sum, and the order is that of the amounts. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addUsd, compareUsd, noUsd, parseUsd, subtractUsd, usdText, type Usd } from "./usd.ts";

const usd = (text: string): Usd => parseUsd(text) ?? noUsd;
/** Amounts of 10^-12 USD as decimal text with as many zeros at the end as there are. */
const amount = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }).map((pico) => {
  const digits = String(pico < 0n ? -pico : pico).padStart(13, "0");
  return { pico, text: `${pico < 0n ? "-" : ""}${digits.slice(0, -12)}.${digits.slice(-12)}` };
});

test("texts are read to the last digit, and written without needless zeros", () => {
  expect(usdText(usd("0.10"))).toBe("0.1");
  expect(usdText(usd("12"))).toBe("12");
  expect(usdText(usd("-0.000000000001"))).toBe("-0.000000000001");
  expect(usdText(usd(".5"))).toBe("0.5");
  for (const text of ["", ".", "-", "1e-7", "abc", "1.2.3"]) expect(parseUsd(text)).toBeNull();
});

test("sums and order are those of the amounts", () => {
  fc.assert(
    fc.property(amount, amount, (one, other) => {
      const sum = addUsd(usd(one.text), usd(other.text));
      expect(compareUsd(sum, { units: one.pico + other.pico, places: 12 })).toBe(0);
      expect(Math.sign(compareUsd(usd(one.text), usd(other.text)))).toBe(
        one.pico < other.pico ? -1 : one.pico > other.pico ? 1 : 0,
      );
      expect(compareUsd(subtractUsd(sum, usd(other.text)), usd(one.text))).toBe(0);
    }),
  );
});
