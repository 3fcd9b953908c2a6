/** What models cost, for bills and ceilings: the catalogue's entry, and who else offers a model, remembered for a while. */
import { setTimeout as after } from "node:timers/promises";
import { instant, type Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { EndpointListing, OpenRouterClient, PriceList } from "../openrouter/client.ts";
import type { CatalogueCache, Listed } from "./catalogue.ts";

const freshMs = 10 * 60_000;
/** During an outage of the catalogue, the last good answer holds this long; then what a model costs is not known. */
const keptMs = 3_600_000;
/** A failure is asked again after this, so that an outage is not made worse. */
const failedMs = 10_000;
/** How long a bill waits for a list that nobody has fetched yet. */
const listWaitMs = 2_000;
/** Models remembered; the one that was asked for first goes. */
const modelsKept = 500;

interface Known {
  readonly endpoints: readonly EndpointListing[] | null;
  readonly goodAt: number;
  readonly askedAt: number;
}

/** "author/name", with or without a variant: what can be asked about. */
const isPlain = (model: string): boolean => /^[\w.-]+\/[\w.-]+(:[\w-]+)?$/.test(model);

export function createPriceList(parts: {
  readonly client: OpenRouterClient;
  readonly catalogue: CatalogueCache;
  readonly clock: Clock;
  readonly log: Log;
}): PriceList {
  const { client, catalogue, clock, log } = parts;
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<void>>();

  const ask = async (model: string): Promise<void> => {
    const answer = await client.endpoints(model);
    const now = clock.monotonic();
    const earlier = known.get(model);
    if (answer.ok) known.set(model, { endpoints: answer.value, goodAt: now, askedAt: now });
    else {
      log.warn({ model, failure: answer.error }, "who offers a model, and at what price, was not learnt");
      known.set(model, {
        endpoints: earlier?.endpoints ?? null,
        goodAt: earlier?.goodAt ?? now,
        askedAt: now,
      });
    }
    const [oldest] = known.keys();
    if (known.size > modelsKept && oldest !== undefined) known.delete(oldest);
  };

  const isDue = (entry: Known | undefined): boolean => {
    if (entry === undefined) return true;
    const now = clock.monotonic();
    if (entry.endpoints !== null && now - entry.goodAt < freshMs) return false;
    return now - entry.askedAt >= failedMs;
  };

  const endpoints = async (model: string): Promise<readonly EndpointListing[] | null> => {
    if (isDue(known.get(model))) {
      const asked = asking.get(model) ?? ask(model).finally(() => asking.delete(model));
      asking.set(model, asked);
      await asked;
    }
    const entry = known.get(model);
    return entry !== undefined && clock.monotonic() - entry.goodAt < keptMs ? entry.endpoints : null;
  };

  /** The catalogue's list is of models that write; others (embeddings) are known to those who offer them. */
  const beside = async (model: string): Promise<Listed | null> => {
    const offered = (await Promise.race([endpoints(model), after(listWaitMs, null, { ref: false })])) ?? [];
    const [first] = offered;
    const entry = known.get(model);
    if (first === undefined || entry === undefined || clock.monotonic() - entry.goodAt >= freshMs)
      return null;
    const same = offered.every(({ prices }) => JSON.stringify(prices) === JSON.stringify(first.prices));
    return same
      ? {
          listing: { id: model, canonicalSlug: null, prices: first.prices },
          fetchedAt: instant(clock.now() - (clock.monotonic() - entry.goodAt)),
        }
      : null;
  };

  return {
    endpoints,
    async listing(model) {
      const listed = await catalogue.listed(model, listWaitMs);
      if (listed !== "not-listed") return listed;
      return isPlain(model) ? beside(model) : null;
    },
  };
}
