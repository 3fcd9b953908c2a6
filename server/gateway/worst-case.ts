/** The most that a request can cost, from what it asks for and what everybody who offers its models charges. Pure but for the list. */
import { picoUsd } from "../money.ts";
import type { EndpointListing, ListedPrices, PriceKey, PriceList } from "../openrouter/client.ts";
import type { Ask, Unknowable } from "./ask.ts";

/**
 * A token is at least one byte of what was sent: JSON only makes text longer. What providers put around messages and tools
 * is less than this.
 */
const frameTokens = 1_024;
/** USD: Exa's dearest search with ten results; each further one; a page (reference/openrouter-api.md, 2.4). */
const flat = { search: "0.015", result: "0.001", page: "0.001" } as const;

export interface Worst {
  /** 10^-12 USD. */
  readonly picoUsd: bigint;
  /** What one written token costs at least. */
  readonly leastPerToken: bigint;
}

/** Asks the list about each model that may answer. */
export async function worstCase(ask: Ask, prices: PriceList): Promise<Worst | Unknowable> {
  let worst = 0n;
  let least: bigint | null = null;
  for (const model of ask.models) {
    const endpoints = isPlain(model) ? await prices.endpoints(listedAs(model)) : null;
    // A router has no endpoints of its own; one that chooses among free models is listed as free.
    if (endpoints?.length === 0 && isFree((await prices.listing(model))?.listing.prices)) continue;
    if (endpoints === null || endpoints.length === 0)
      return { unknown: `nobody tells beforehand what ${model} costs` };
    for (const endpoint of endpoints) {
      const cost = worstAt(endpoint, ask);
      if (cost === null) return { unknown: `the list does not tell all that ${model} may cost` };
      worst = max(cost, worst);
      const perToken = cheapest(endpoint.prices);
      least = least === null || perToken < least ? perToken : least;
    }
  }
  return { picoUsd: worst, leastPerToken: least ?? 0n };
}

/** "author/name" with or without a variant; presets, aliases and the like stand for what is not known here. */
const isPlain = (model: string): boolean => /^[\w.-]+\/[\w.-]+(:[\w-]+)?$/.test(model);
/** These choose among a model's endpoints; they are no listing of their own. */
const listedAs = (model: string): string => model.replace(/:(?:nitro|floor|exacto|online)$/, "");

/** Null when something that it needs is not told. Free is free, whatever is asked for. */
export function worstAt(endpoint: EndpointListing, ask: Ask): bigint | null {
  const { prices } = endpoint;
  const of = (key: PriceKey): bigint => dearest(prices, key) ?? 0n;
  if (prices.dynamic || dearest(prices, "prompt") === null) return null;
  if (ask.writes && dearest(prices, "completion") === null) return null;
  const perRead = max(
    of("prompt"),
    of("cacheWrite"),
    of("cacheWriteHour"),
    // The same tokens can be read from the cache and written into it.
    of("cacheRead") + of("cacheWrite"),
    ...(ask.media > 0 ? [of("imageToken"), of("audio")] : []),
  );
  const perWritten = max(of("completion"), of("internalReasoning"), of("audioOutput"));
  const media = of("image") * BigInt(ask.media);
  if (ask.makesImages && of("imageOutput") > 0n) return null;

  const read = perRead === 0n ? 0n : promptTokens(endpoint, ask);
  const written = perWritten === 0n || !ask.writes ? 0n : completionTokens(endpoint, ask);
  const search = searchCost(endpoint, ask);
  if (read === null || written === null || search === null) return null;
  const round = of("request") + media + perRead * read + perWritten * written;
  return round * BigInt(ask.rounds) * BigInt(ask.choices) + search;
}

function promptTokens({ contextLength }: EndpointListing, ask: Ask): bigint | null {
  const sent = ask.bytes + frameTokens;
  if (ask.media > 0 || ask.grows || ask.rounds > 1)
    return contextLength === null ? null : BigInt(contextLength);
  return BigInt(contextLength === null ? sent : Math.min(sent, contextLength));
}

function completionTokens({ maxCompletionTokens, contextLength }: EndpointListing, ask: Ask): bigint | null {
  const most = ask.maxTokens ?? maxCompletionTokens ?? contextLength;
  return most === null ? null : BigInt(Math.ceil(most));
}

function searchCost({ prices }: EndpointListing, ask: Ask): bigint | null {
  const pages = BigInt(ask.fetches) * price(flat.page);
  if (ask.searches === null) return pages;
  const { count, extraResults, engine } = ask.searches;
  const native = dearest(prices, "webSearch");
  if (engine === "native" && native === null) return null;
  const extra = BigInt(Math.ceil(Math.max(0, extraResults))) * price(flat.result);
  return pages + BigInt(Math.ceil(count)) * max(price(flat.search) + extra, native ?? 0n);
}

/** Of the list price and all that may replace it, whatever their conditions; null when none is told. */
function dearest({ base, overrides }: ListedPrices, key: PriceKey): bigint | null {
  const told = [base, ...overrides.map(({ prices }) => prices)].flatMap((units) => units[key] ?? []);
  return told.length === 0 ? null : max(...told.map(price));
}

/** Of a written token, whatever holds; rounded up prices below 10^-12 USD are none here. */
function cheapest({ base, overrides }: ListedPrices): bigint {
  const told = [base, ...overrides.map(({ prices }) => prices)].flatMap(({ completion }) => completion ?? []);
  return told.map(price).reduce((a, b) => (b < a ? b : a), told.length === 0 ? 0n : price(told[0] ?? "0"));
}

const isFree = (prices: ListedPrices | undefined): boolean =>
  prices !== undefined &&
  !prices.dynamic &&
  prices.base.prompt !== undefined &&
  [prices.base, ...prices.overrides.map((override) => override.prices)].every((units) =>
    Object.values(units).every((text) => price(text) === 0n),
  );

/** Rounded up; texts here have been judged to be prices. */
const price = (text: string): bigint => picoUsd(text) ?? 0n;

const max = (...amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => (b > a ? b : a), 0n);
