/** A bill adds up to the last digit, whatever the wire counts and the catalogue lists, and holds no number that nobody told. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Bill } from "../../contract/calls.ts";
import { picoUsd, usdText } from "../money.ts";
import type { PriceKey, UnitPrices } from "../openrouter/client.ts";
import { billOf, explainedBy, type Catalogued, type Charge } from "./bill.ts";
import { noUsage, readUsage, type UsageFacts } from "./usage-facts.ts";

const fetchedAt = "2026-11-24T12:00:00.000Z";
const catalogued = (base: UnitPrices, more: object = {}): Catalogued => ({
  listing: {
    id: "a/b",
    canonicalSlug: null,
    prices: { base, overrides: [], dynamic: false, ...more },
  },
  fetchedAt,
});
const charge = (usage: Partial<UsageFacts>, costText: string, more: Partial<Charge> = {}): Charge => ({
  usage: { ...noUsage, ...usage },
  costText,
  costPicoUsd: picoUsd(costText) ?? 0n,
  toldBy: "reply",
  serviceTier: null,
  ...more,
});
/** "item units@price=amount" for each line, and the remainder. */
const shown = (bill: Bill): string[] => [
  ...bill.lines.map(
    (line) => `${line.item} ${line.units}@${line.unitPriceUsd ?? "?"}=${line.amountUsd ?? "?"}`,
  ),
  `rest ${bill.remainderUsd}`,
];
const prices: UnitPrices = {
  prompt: "0.000003",
  completion: "0.000015",
  cacheRead: "0.0000003",
  cacheWrite: "0.00000375",
};

test("each count stands at its list price, and nothing is left", () => {
  const usage = { prompt: 100, completion: 20, cached: 60, cacheWritten: 10, reasoning: 5 };
  expect(shown(billOf(charge(usage, "0.0004455"), catalogued(prices)))).toEqual([
    "prompt 30@0.000003=0.00009",
    "cached-read 60@0.0000003=0.000018",
    "cache-write 10@0.00000375=0.0000375",
    "reasoning 5@0.000015=0.000075",
    "completion 15@0.000015=0.000225",
    "rest 0",
  ]);
});

test("without a list the units stand there without prices, and the remainder is everything", () => {
  const bill = billOf(charge({ prompt: 100, completion: 20 }, "3e-4"), null);
  expect(shown(bill)).toEqual(["prompt 100@?=?", "completion 20@?=?", "rest 0.0003"]);
  expect(bill).toMatchObject({ totalText: "3e-4", totalUsd: "0.0003", catalogue: null });
});

test("Gemini counts the same tokens as read from the cache and written into it", () => {
  const bill = billOf(charge({ prompt: 2168, cached: 2161, cacheWritten: 2161 }, "0"), catalogued(prices));
  expect(bill.lines.map(({ units }) => units)).toEqual([7, 2161, 2161]);
});

test("a list price that depends on the prompt's size is the one that holds", () => {
  const more = { overrides: [{ aboveTokens: 200, conditional: false, prices: { prompt: "0.000006" } }] };
  const at = (prompt: number): string[] => shown(billOf(charge({ prompt }, "0"), catalogued(prices, more)));
  expect(at(200)[0]).toBe("prompt 200@0.000003=0.0006");
  expect(at(201)[0]).toBe("prompt 201@0.000006=0.001206");
});

test("what the list can't explain is not explained by it: conditions, routers, tiers", () => {
  const conditional = { overrides: [{ aboveTokens: null, conditional: true, prices: { prompt: "1" } }] };
  const left = (one: Catalogued, more: Partial<Charge> = {}): string | undefined =>
    shown(billOf(charge({ prompt: 1 }, "0.5", more), one)).at(-1);
  expect(left(catalogued(prices, conditional))).toBe("rest 0.5");
  expect(left(catalogued(prices, { dynamic: true }))).toBe("rest 0.5");
  expect(left(catalogued(prices), { serviceTier: "priority" })).toBe("rest 0.5");
  expect(left(catalogued(prices), { serviceTier: "default" })).toBe("rest 0.499997");
});

test("searches and tools: the list's price where it is the one told, else what was told", () => {
  const search = { ...prices, webSearch: "0.007" };
  const usage = { prompt: 0, searches: 2 };
  expect(shown(billOf(charge({ ...usage, toolCostText: "0.014" }, "0.014"), catalogued(search)))).toEqual([
    "prompt 0@0.000003=0",
    "search 2@0.007=0.014",
    "rest 0",
  ]);
  const told = { ...usage, toolCalls: 3, toolCostText: "0.02" };
  expect(shown(billOf(charge(told, "0.02"), catalogued(search)))).toEqual([
    "prompt 0@0.000003=0",
    "search 2@?=?",
    "tools 3@?=0.02",
    "rest 0",
  ]);
});

test("with a provider's key of one's own the total is OpenRouter's fee, and the provider's bill stands beside it", () => {
  const usage = { prompt: 100, completion: 20, isByok: true, upstreamCostText: "6e-4" };
  const bill = billOf(charge(usage, "0.00003"), catalogued(prices));
  expect(shown(bill)).toEqual(["prompt 100@?=?", "completion 20@?=?", "fee null@?=0.00003", "rest 0"]);
  expect(bill.byok).toEqual({ upstreamUsd: "0.0006" });
});

test("less than the list price leaves less than nothing", () => {
  expect(shown(billOf(charge({ prompt: 100 }, "0"), catalogued(prices))).at(-1)).toBe("rest -0.0003");
});

test("the counts of all three surfaces are the same", () => {
  const read = (usage: object): UsageFacts => readUsage(noUsage, usage as never, JSON.stringify(usage));
  const facts = { prompt: 100, completion: 20, cached: 60, cacheWritten: 10 };
  const details = { cached_tokens: 60, cache_write_tokens: 10 };
  expect(read({ prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: details })).toMatchObject(
    facts,
  );
  expect(read({ input_tokens: 100, output_tokens: 20, input_tokens_details: details })).toMatchObject(facts);
  const cache = { cache_read_input_tokens: 60, cache_creation_input_tokens: 10 };
  expect(read({ input_tokens: 30, output_tokens: 20, ...cache })).toMatchObject(facts);
});

const tokens = fc.option(fc.nat(10_000_000));
const anyUsage: fc.Arbitrary<UsageFacts> = fc.record({
  prompt: tokens,
  completion: tokens,
  cached: tokens,
  cacheWritten: tokens,
  reasoning: tokens,
  promptAudio: tokens,
  promptVideo: tokens,
  completionImages: tokens,
  completionAudio: tokens,
  searches: fc.option(fc.nat(50)),
  toolCalls: fc.option(fc.nat(50)),
  toolCostText: fc.option(fc.constantFrom("0", "0.007", "1e-9", "-1", "nonsense")),
  upstreamCostText: fc.option(fc.constantFrom("0", "0.5", "8e-8", "-3")),
  isByok: fc.option(fc.boolean()),
});
const price = fc.constantFrom("0", "0.000003", "0.00000000000000125", "0.1", "0.000000333333333333333333");
const keys: readonly PriceKey[] = [
  "prompt",
  "completion",
  "request",
  "imageOutput",
  "audioOutput",
  "cacheRead",
  "cacheWrite",
  "internalReasoning",
  "webSearch",
];
const anyPrices: fc.Arbitrary<UnitPrices> = fc.record(
  Object.fromEntries(keys.map((key) => [key, price])) as Record<PriceKey, typeof price>,
  { requiredKeys: [] },
);

test("for any counts and any list, amounts and remainder add up to the total, to the last digit", () => {
  fc.assert(
    fc.property(anyUsage, fc.option(anyPrices), fc.bigInt(0n, 10n ** 15n), (usage, list, total) => {
      const bill = billOf(charge(usage, usdText(total)), list === null ? null : catalogued(list));
      expect(Bill.parse(bill)).toEqual(bill);
      expect(explainedBy(bill.lines) + (picoUsd(bill.remainderUsd) ?? 1n)).toBe(total);
      for (const { amountUsd, source, units } of bill.lines) {
        expect(amountUsd === null).toBe(source === null);
        expect(amountUsd ?? "0").not.toMatch(/^-/);
        expect(units ?? 0).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
