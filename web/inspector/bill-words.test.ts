/** Promises of a bill's words: every figure as it was told, and nothing explained that is not. */
import { expect, test } from "vitest";
import type { Bill, BillLine } from "../../contract/calls.ts";
import { originWords, perMillion, remainderWords, unitsWords } from "./bill-words.ts";

const line = (more: Partial<BillLine>): BillLine => ({
  item: "prompt",
  units: 1234,
  unitPriceUsd: "0.0000004",
  amountUsd: "0.0004936",
  source: "catalogue",
  ...more,
});
const bill = (more: Partial<Bill>): Bill => ({
  lines: [],
  totalText: "8e-8",
  totalUsd: "0.00000008",
  remainderUsd: "0",
  catalogue: { model: "a/b", fetchedAt: "2026-11-24T14:00:00.000Z" },
  byok: null,
  toldBy: "reply",
  ...more,
});

test("a line tells its units and the price of one in the catalogue's own digits", () => {
  expect(unitsWords(line({}))).toBe("1234 tokens × $0.0000004");
  expect(unitsWords(line({ item: "search", units: 1, unitPriceUsd: "0.007" }))).toBe("1 search × $0.007");
  expect(unitsWords(line({ item: "fee", units: null, unitPriceUsd: null }))).toBe("");
  expect(unitsWords(line({ units: 12_000, unitPriceUsd: null }))).toBe("12,000 tokens");
});

test("a token's price is told per million too", () => {
  expect(perMillion(line({}))).toBe("$0.40 per million");
  expect(perMillion(line({ unitPriceUsd: "0.00003" }))).toBe("$30.00 per million");
  expect(perMillion(line({ unitPriceUsd: "0.000000075" }))).toBe("$0.075 per million");
  expect(perMillion(line({ unitPriceUsd: "0" }))).toBe("$0.00 per million");
  expect(perMillion(line({ item: "request" }))).toBeNull();
});

test("what no line explains is told, and in which direction", () => {
  expect(remainderWords(bill({}))).toBeNull();
  expect(remainderWords(bill({ remainderUsd: "0.000" }))).toBeNull();
  expect(remainderWords(bill({ remainderUsd: "0.01" }))).toBe("Not explained by the list price");
  expect(remainderWords(bill({ remainderUsd: "-0.01" }))).toBe("Charged less than the list price");
  expect(remainderWords(bill({ remainderUsd: "0.01", catalogue: null }))).toMatch(/no list price/);
});

test("who told it, and how old the list is", () => {
  const now = Date.parse("2026-11-24T14:12:00.000Z");
  expect(originWords(bill({}), false, now).join(" ")).toMatch(/reply itself.*a\/b.*12 min ago/);
  expect(originWords(bill({ toldBy: "generation", catalogue: null }), false, now).join(" ")).toMatch(
    /afterwards/,
  );
  expect(originWords(bill({}), true, now).join(" ")).toMatch(/a\/b in the simulator's list/);
});
