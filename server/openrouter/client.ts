/** Port: what the server itself asks OpenRouter. */
import type { Result } from "../../contract/failures.ts";
import type { Model } from "../../contract/models.ts";
import type { UpstreamFailure } from "./upstream.ts";

export interface KeyFacts {
  readonly label: string;
  /** USD left on the key's own cap as decimal text, null when it has none. */
  readonly limitRemaining: string | null;
  readonly isFreeTier: boolean;
}

export interface RefusedByUpstream {
  readonly code: "refused";
  readonly status: number;
  readonly message: string;
}

export interface GenerationFacts {
  /** The wire's own digits. */
  readonly costText: string;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly provider: string | null;
  readonly cachedTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly completionImages: number | null;
  readonly searches: number | null;
  readonly isByok: boolean;
  /** With a provider's key of the account's own: what the provider bills. */
  readonly upstreamCostText: string | null;
}

export type PriceKey =
  | "prompt"
  | "completion"
  | "request"
  | "image"
  | "imageToken"
  | "imageOutput"
  | "audio"
  | "audioOutput"
  | "cacheRead"
  | "cacheWrite"
  | "cacheWriteHour"
  | "internalReasoning"
  | "webSearch";
/** USD for one unit in the catalogue's own digits; what is missing is not told. */
export type UnitPrices = Readonly<Partial<Record<PriceKey, string>>>;

export interface PriceOverride {
  /** It holds for prompts of more tokens; null: for all. */
  readonly aboveTokens: number | null;
  /** It has conditions besides (hours, days), which are not judged here. */
  readonly conditional: boolean;
  readonly prices: UnitPrices;
}

export interface ListedPrices {
  readonly base: UnitPrices;
  /** The last one that holds wins. */
  readonly overrides: readonly PriceOverride[];
  /** A price is told as -1: it depends on what a router chooses. */
  readonly dynamic: boolean;
}

export interface ModelListing {
  readonly id: string;
  /** The dated name under which it may answer. */
  readonly canonicalSlug: string | null;
  readonly prices: ListedPrices;
}

/** A model as one provider offers it. */
export interface EndpointListing {
  readonly prices: ListedPrices;
  readonly contextLength: number | null;
  readonly maxCompletionTokens: number | null;
}

export type ListedModel = Model & { readonly listing?: ModelListing };

/** What is known of prices now. */
export interface PriceList {
  /** The catalogue's entry for a model's id or dated name, out of a list that is not stale; null: there is none. */
  listing(model: string): Promise<{ readonly listing: ModelListing; readonly fetchedAt: string } | null>;
  /** Everybody who offers that model; null when that can't be learnt. */
  endpoints(model: string): Promise<readonly EndpointListing[] | null>;
}

export type ClientFailure = UpstreamFailure | RefusedByUpstream;

export interface OpenRouterClient {
  readonly simulated: boolean;
  /** GET /key with that key. */
  checkKey(key: string): Promise<Result<KeyFacts, ClientFailure>>;
  /** GET /models; needs no key. */
  models(): Promise<Result<readonly ListedModel[], ClientFailure>>;
  /** GET /models/{id}/endpoints; needs no key. `id` is "author/name" or "author/name:variant". */
  endpoints(id: string): Promise<Result<readonly EndpointListing[], ClientFailure>>;
  /** GET /generation; a 404 in the first seconds is normal and comes back as `refused`. */
  generation(key: string | null, id: string): Promise<Result<GenerationFacts, ClientFailure>>;
}
