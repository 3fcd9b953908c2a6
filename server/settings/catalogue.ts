/** Keeps one client's catalogue of models: fetched once for all who ask, renewed when old, and never lost to an outage. */
import { done, refused, type Result } from "../../contract/failures.ts";
import type { Catalogue, Model } from "../../contract/models.ts";
import { instant, type Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { ClientFailure, ListedModel, ModelListing, OpenRouterClient } from "../openrouter/client.ts";

export interface CatalogueCache {
  /** At most ten minutes old where OpenRouter answers; else the last good one, marked stale; else the failure. */
  current(): Promise<Result<Catalogue, ClientFailure>>;
  /** What is there within `waitMs`, however old; null when nothing is. The fetch goes on for those who come later. */
  within(waitMs: number): Promise<readonly Model[] | null>;
  /** One model's entry by its id or dated name, within `waitMs`; null: there is no list, or it is stale. */
  listed(model: string, waitMs: number): Promise<Listed | "not-listed" | null>;
}

export interface Listed {
  readonly listing: ModelListing;
  readonly fetchedAt: string;
}

const freshMs = 10 * 60_000;
/** A failure answers for this long: a page that asks often does not make an outage worse, nor wait for it each time. */
const failedMs = 10_000;

export function createCatalogue(parts: {
  readonly client: OpenRouterClient;
  readonly clock: Clock;
  readonly log: Log;
}): CatalogueCache {
  const { client, clock, log } = parts;
  let good: {
    readonly models: Model[];
    readonly listings: ReadonlyMap<string, ModelListing>;
    readonly fetchedAt: string;
    readonly at: number;
  } | null = null;
  let failed: { readonly failure: ClientFailure; readonly at: number } | null = null;
  let fetching: Promise<void> | null = null;

  const isWithin = (seen: { readonly at: number } | null, ms: number): boolean =>
    seen !== null && clock.monotonic() - seen.at < ms;

  const fetchOnce = async (): Promise<void> => {
    const fetched = await client.models();
    const at = clock.monotonic();
    if (fetched.ok) {
      const listings = fetched.value.flatMap(({ listing }) => listing ?? []);
      good = {
        models: fetched.value.map(modelOf),
        // A dated name may stand for several entries (variants); the plain one is listed under its own id, too.
        listings: new Map([
          ...listings.toReversed().map((listing) => [listing.canonicalSlug ?? listing.id, listing] as const),
          ...listings.map((listing) => [listing.id, listing] as const),
        ]),
        fetchedAt: instant(clock.now()),
        at,
      };
      failed = null;
    } else {
      failed = { failure: fetched.error, at };
      log.warn({ failure: fetched.error }, "catalogue not fetched");
    }
  };

  const renew = async (): Promise<void> => {
    if (isWithin(good, freshMs) || isWithin(failed, failedMs)) return;
    fetching ??= fetchOnce().finally(() => {
      fetching = null;
    });
    await fetching;
  };

  return {
    async current() {
      await renew();
      if (good !== null) {
        const { models, fetchedAt } = good;
        return done({ models, fetchedAt, stale: !isWithin(good, freshMs), simulated: client.simulated });
      }
      if (failed === null) throw new Error("A fetch ended without an outcome.");
      return refused(failed.failure);
    },

    async within(waitMs) {
      if (good === null) await Promise.race([renew(), after(waitMs)]);
      return good?.models ?? null;
    },

    async listed(model, waitMs) {
      if (!isWithin(good, freshMs)) await Promise.race([renew(), after(waitMs)]);
      if (good === null || !isWithin(good, freshMs)) return null;
      const listing = good.listings.get(model);
      return listing === undefined ? "not-listed" : { listing, fetchedAt: good.fetchedAt };
    },
  };
}

function after(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms).unref();
  return promise;
}

/** What the page gets of an entry. */
const modelOf = ({
  id,
  name,
  contextLength,
  promptUsdPerMillion,
  completionUsdPerMillion,
}: ListedModel): Model => ({
  id,
  name,
  contextLength,
  promptUsdPerMillion,
  completionUsdPerMillion,
});
