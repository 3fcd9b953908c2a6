/** Promises of the simulator: exact money. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { catalogue } from "./catalogue.ts";
import { parseUsd, pricingFor, usdNumber, usdText } from "./prices.ts";
import { spend } from "./usage.ts";

test("a price is read and written back digit for digit", () => {
  for (const text of ["0", "0.00000015", "0.000014", "12.5", "-1", "0.000000000001"])
    expect(usdText(parseUsd(text))).toBe(text);
});

test("what is no price is refused", () => {
  for (const text of ["", "1e-7", "0.0000000000001", "1.", " 1", "NaN"])
    expect(() => parseUsd(text)).toThrow(RangeError);
});

test("the number on the wire has the very digits of the amount", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), (pico) => {
      const wire = usdNumber(pico);
      expect(parseUsd(wire.toFixed(12))).toBe(pico);
    }),
  );
});

test("every catalogue price can be read", () => {
  for (const { wire } of catalogue)
    for (const value of Object.values(wire.pricing)) if (typeof value === "string") parseUsd(value);
});

test("a bill is prompt plus completion, to the last digit, for every model and any number of tokens", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(
        ...catalogue.filter(({ wire }) => wire.pricing.prompt !== "-1" && wire.id !== "simulator/bill-byok"),
      ),
      fc.nat(400_000),
      fc.nat(100_000),
      (entry, prompt, completion) => {
        const bill = spend(entry, { prompt, completion, reasoning: 0, searches: 0 });
        expect(bill.charged).toBe(bill.promptCost + bill.completionCost + bill.searchCost);
        expect(bill.cached + bill.cacheWritten).toBeLessThanOrEqual(prompt);
        expect(bill.completionCost).toBe(
          parseUsd(pricingFor(entry.wire.pricing, prompt).completion) * BigInt(completion),
        );
      },
    ),
  );
});

test("with an own provider key a twentieth is charged, exactly", () => {
  const entry = catalogue.find(({ wire }) => wire.id === "simulator/bill-byok");
  if (!entry) throw new Error("missing");
  const bill = spend(entry, { prompt: 3, completion: 7, reasoning: 0, searches: 0 });
  expect(bill.charged * 20n).toBe(bill.promptCost + bill.completionCost);
});

test("a prompt longer than the override's threshold has the long-context price", () => {
  const pricing = catalogue.find(({ wire }) => wire.id === "anthropic/claude-sonnet-4.5")?.wire.pricing;
  if (!pricing) throw new Error("missing");
  expect(pricingFor(pricing, 200_000).prompt).toBe("0.000003");
  expect(pricingFor(pricing, 200_001).prompt).toBe("0.000006");
});
