/** For tests: a run's money as the server gives it, over prices that the test sets or that an upstream lists. */
import type { OwnerId } from "../../contract/ids.ts";
import { systemClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { newId } from "../new-id.ts";
import type { EndpointListing, PriceList } from "../openrouter/client.ts";
import { createClient } from "../openrouter/http-client.ts";
import { createCatalogue } from "../settings/catalogue.ts";
import { createPriceList } from "../settings/price-list.ts";
import type { CallRow } from "../store/call-store.ts";
import type { Ceilings, Reservation, RunMoney } from "./gateway.ts";
import { createLedger } from "./ledger.ts";

export interface TestMoney extends RunMoney {
  /** Calls that ended without a price. */
  readonly unknown: { readonly call: CallRow; readonly reservation: Reservation | null }[];
  /** How often the run was to be stopped. */
  stopped(): number;
  /** What counts in all, 10^-12 USD. */
  held(): Promise<bigint>;
}

export async function createMoney(options: {
  readonly runPicoUsd?: bigint | null;
  readonly ceilings?: Partial<Ceilings>;
  readonly prices: PriceList;
  readonly repeats?: number | null;
}): Promise<TestMoney> {
  const owner = newId<OwnerId>(1);
  const ledger = createLedger({
    calls: { heldSince: () => Promise.resolve(0n) },
    ceilingsOf: () =>
      Promise.resolve({
        sessionPicoUsd: null,
        dayPicoUsd: null,
        allowUnknownPrices: false,
        sessionSince: 0,
        ...options.ceilings,
      }),
    clock: systemClock,
  });
  let stops = 0;
  const unknown: { readonly call: CallRow; readonly reservation: Reservation | null }[] = [];
  return {
    prices: options.prices,
    account: await ledger.open(owner, options.runPicoUsd ?? null, false),
    lookUp: (call, reservation) => void unknown.push({ call, reservation }),
    repeats: options.repeats ?? null,
    stop: () => void stops++,
    unknown,
    stopped: () => stops,
    held: async () => (await ledger.held(owner, 0)).sessionPicoUsd,
  };
}

/** One model, at these prices a token, that writes no more than a thousand. */
export function onePrice(prompt: string, completion: string): PriceList {
  const prices = { base: { prompt, completion }, overrides: [], dynamic: false };
  const endpoint: EndpointListing = { prices, contextLength: 100_000, maxCompletionTokens: 1_000 };
  return {
    endpoints: (model) => Promise.resolve(model === "a/b" ? [endpoint] : null),
    listing: (model) =>
      Promise.resolve(
        model === "a/b"
          ? { listing: { id: "a/b", canonicalSlug: null, prices }, fetchedAt: "2026-11-24T12:00:00.000Z" }
          : null,
      ),
  };
}

/** What that upstream lists. */
export function pricesAt(origin: URL): PriceList {
  const client = createClient({ target: { origin }, simulated: false });
  const parts = { client, clock: systemClock, log: createLog("silent") };
  return createPriceList({ ...parts, catalogue: createCatalogue(parts) });
}
