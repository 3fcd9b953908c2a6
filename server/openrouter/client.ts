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
  readonly costText: string;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly provider: string | null;
}

export type ClientFailure = UpstreamFailure | RefusedByUpstream;

export interface OpenRouterClient {
  readonly simulated: boolean;
  /** GET /key with that key. */
  checkKey(key: string): Promise<Result<KeyFacts, ClientFailure>>;
  /** GET /models; needs no key. */
  models(): Promise<Result<readonly Model[], ClientFailure>>;
  /** GET /generation; a 404 in the first seconds is normal and comes back as `refused`. */
  generation(key: string | null, id: string): Promise<Result<GenerationFacts, ClientFailure>>;
}
