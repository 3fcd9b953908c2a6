/** Makes a call's bill: what was counted, at the catalogue's prices where they explain it, and what they leave unexplained. Pure. */
import type { Bill, BillItem, BillLine } from "../../contract/calls.ts";
import { picoTimes, picoUsd, usdText } from "../money.ts";
import type { ListedPrices, ModelListing, PriceKey, UnitPrices } from "../openrouter/client.ts";
import { plainDecimal } from "../wire-json.ts";
import type { UsageFacts } from "./usage-facts.ts";

export interface Charge {
  readonly usage: UsageFacts;
  /** The wire's own digits, already judged to be a price. */
  readonly costText: string;
  readonly costPicoUsd: bigint;
  readonly toldBy: Bill["toldBy"];
  readonly serviceTier: string | null;
}

export interface Catalogued {
  readonly listing: ModelListing;
  readonly fetchedAt: string;
}

/** `catalogued` is the entry of the model that answered; null: none is at hand, and the remainder is everything. */
export function billOf(charge: Charge, catalogued: Catalogued | null): Bill {
  const { usage } = charge;
  const counted = linesOf(usage);
  const prices =
    catalogued === null || !isListPrice(charge) ? null : holding(catalogued.listing.prices, usage);
  const lines = [
    ...(prices === null ? counted : [...requestLine(prices), ...counted]).map((line) => priced(line, prices)),
    ...searchAndTools(charge, prices),
  ];
  if (usage.isByok === true) lines.push(...feeLine(charge, lines));
  return {
    lines,
    totalText: charge.costText,
    totalUsd: plainDecimal(charge.costText),
    remainderUsd: usdText(charge.costPicoUsd - explainedBy(lines)),
    catalogue:
      prices === null || catalogued === null
        ? null
        : { model: catalogued.listing.id, fetchedAt: catalogued.fetchedAt },
    byok: usage.isByok === true ? { upstreamUsd: plainPrice(usage.upstreamCostText) } : null,
    toldBy: charge.toldBy,
  };
}

/** What the lines' amounts add up to, 10^-12 USD. */
export const explainedBy = (lines: readonly BillLine[]): bigint =>
  lines.reduce((sum, { amountUsd }) => sum + (amountUsd === null ? 0n : (picoUsd(amountUsd) ?? 0n)), 0n);

/** With a provider's key of one's own, and in other tiers than the default, what is charged is not the list price. */
const isListPrice = ({ usage, serviceTier }: Charge): boolean =>
  usage.isByok !== true && (serviceTier === null || serviceTier === "default" || serviceTier === "standard");

interface Counted {
  readonly item: BillItem;
  readonly units: number;
  /** The prices that it may follow; null: it follows none of the list. */
  readonly price: PriceKey | null;
}

function linesOf(usage: UsageFacts): readonly Counted[] {
  const of = (value: number | null): number => value ?? 0;
  const lines: Counted[] = [];
  const add = (item: BillItem, units: number, price: PriceKey | null): void => {
    if (units > 0) lines.push({ item, units, price });
  };
  if (usage.prompt !== null) {
    const [cached, written] = [of(usage.cached), of(usage.cacheWritten)];
    // Parts of the prompt that do not overlap, except with Gemini, which counts the same tokens as both.
    const apart = cached + written <= usage.prompt ? cached + written : Math.max(cached, written);
    const media = of(usage.promptAudio) + of(usage.promptVideo);
    lines.push({ item: "prompt", units: Math.max(0, usage.prompt - apart - media), price: "prompt" });
    add("prompt-audio", of(usage.promptAudio), null);
    add("prompt-video", of(usage.promptVideo), null);
    add("cached-read", cached, "cacheRead");
    add("cache-write", written, "cacheWrite");
  }
  if (usage.completion !== null) {
    const rest =
      usage.completion - of(usage.reasoning) - of(usage.completionImages) - of(usage.completionAudio);
    add("reasoning", of(usage.reasoning), "internalReasoning");
    lines.push({ item: "completion", units: Math.max(0, rest), price: "completion" });
    add("completion-images", of(usage.completionImages), "imageOutput");
    add("completion-audio", of(usage.completionAudio), "audioOutput");
  }
  return lines;
}

/** The prices that hold for a prompt of that size; null when a condition that is not judged here could change them. */
function holding(prices: ListedPrices, usage: UsageFacts): UnitPrices | null {
  if (prices.dynamic || prices.overrides.some(({ conditional }) => conditional)) return null;
  let units = prices.base;
  for (const { aboveTokens, prices: other } of prices.overrides) {
    if (aboveTokens !== null && usage.prompt === null) return null;
    if (aboveTokens === null || (usage.prompt ?? 0) > aboveTokens) units = { ...units, ...other };
  }
  return units;
}

const requestLine = (prices: UnitPrices): readonly Counted[] =>
  prices.request === undefined || picoUsd(prices.request) === 0n
    ? []
    : [{ item: "request", units: 1, price: "request" }];

function priced({ item, units, price }: Counted, prices: UnitPrices | null): BillLine {
  const unitPrice = prices === null || price === null ? null : unitPriceOf(price, prices);
  const amount = unitPrice === null ? null : picoTimes(unitPrice, BigInt(units));
  return unitPrice === null || amount === null
    ? { item, units, unitPriceUsd: null, amountUsd: null, source: null }
    : { item, units, unitPriceUsd: unitPrice, amountUsd: usdText(amount), source: "catalogue" };
}

/**
 * Reasoning is billed as output unless the list has another price for it: then nobody tells which of the two it was. Images
 * and sound that were made are output tokens, too, unless the list has a price for them, whose unit is not told.
 */
function unitPriceOf(key: PriceKey, prices: UnitPrices): string | null {
  if (key === "internalReasoning" || key === "imageOutput" || key === "audioOutput") {
    const own = prices[key];
    const isOutput = own === undefined || picoUsd(own) === 0n || own === prices.completion;
    return isOutput ? (prices.completion ?? null) : null;
  }
  return prices[key] ?? null;
}

/** Searches at the list's price where nobody tells what tools cost, or where it is the same. */
function searchAndTools({ usage }: Charge, prices: UnitPrices | null): readonly BillLine[] {
  const searches = usage.searches ?? 0;
  const told = usage.toolCostText === null ? null : priceOf(usage.toolCostText);
  const search = priced({ item: "search", units: searches, price: "webSearch" }, prices);
  const listed = search.amountUsd === null ? null : picoUsd(search.amountUsd);
  if (told === null) return searches > 0 ? [search] : [];
  if (searches > 0 && listed === told) return [search];
  const tools: BillLine = {
    item: "tools",
    units: usage.toolCalls,
    unitPriceUsd: null,
    amountUsd: usdText(told),
    source: "wire",
  };
  const unpriced = { ...search, unitPriceUsd: null, amountUsd: null, source: null };
  return searches > 0 ? [unpriced, tools] : told > 0n ? [tools] : [];
}

/** All that is charged beside tools is OpenRouter's fee then. */
function feeLine({ costPicoUsd }: Charge, lines: readonly BillLine[]): readonly BillLine[] {
  const fee = costPicoUsd - explainedBy(lines);
  if (fee < 0n) return [];
  return [{ item: "fee", units: null, unitPriceUsd: null, amountUsd: usdText(fee), source: "wire" }];
}

/** Digits beyond any that an amount of money has. */
const maxPriceLength = 64;

/** Null for what can't be a price. */
export function priceOf(text: string): bigint | null {
  const pico = text.length > maxPriceLength ? null : picoUsd(text);
  return pico === null || pico < 0n ? null : pico;
}

const plainPrice = (text: string | null): string | null =>
  text === null || priceOf(text) === null ? null : plainDecimal(text);
