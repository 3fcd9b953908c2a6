/** What models cost, for bills and ceilings: the catalogue's entry, and who else offers a model, remembered for a while. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { EndpointListing, OpenRouterClient, PriceList } from "../openrouter/client.ts";
import type { CatalogueCache } from "./catalogue.ts";

const freshMs = 10 * 60_000;
/** During an outage of the catalogue, the last good answer holds this long; then what a model costs is not known. */
const keptMs = 3_600_000;
/** A failure is asked again after this, so that an outage is not made worse. */
const failedMs = 10_000;
/** How long a bill waits for a catalogue that nobody has fetched yet. */
const catalogueWaitMs = 2_000;
/** Models remembered; the one that was asked for first goes. */
const modelsKept = 500;

interface Known {
  readonly endpoints: readonly EndpointListing[] | null;
  readonly goodAt: number;
  readonly askedAt: number;
}

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

  return {
    listing: (model) => catalogue.listed(model, catalogueWaitMs),

    async endpoints(model) {
      if (isDue(known.get(model))) {
        const asked = asking.get(model) ?? ask(model).finally(() => asking.delete(model));
        asking.set(model, asked);
        await asked;
      }
      const entry = known.get(model);
      return entry !== undefined && clock.monotonic() - entry.goodAt < keptMs ? entry.endpoints : null;
    },
  };
}
