/** What surfaces share that answer once, without writing piece by piece: finding the model, and charging for the answer. */
import { done, refused, type Result } from "../../contract/failures.ts";
import { findModel, type Entry } from "./catalogue.ts";
import type { ApiError } from "./errors.ts";
import { notFound, type Exchange, type World } from "./exchange.ts";
import type { Generation } from "./generations.ts";
import { callerOf, generationOf } from "./inference.ts";
import { usdNumber } from "./prices.ts";
import type { Provider } from "./providers.ts";
import { unknownModel } from "./routing.ts";
import { spend } from "./usage.ts";

export interface Chosen {
  readonly entry: Entry;
  readonly provider: Provider;
}

/** `output` is what the model must be able to make. */
export function choose(model: string, output: string): Result<Chosen, ApiError> {
  const entry = findModel(model);
  if (!entry) return refused(unknownModel(model));
  if (entry.scenario?.kind === "refuse") return refused(entry.scenario);
  const provider = entry.providers[0];
  return provider && entry.wire.architecture.output_modalities.includes(output)
    ? done({ entry, provider })
    : refused(notFound(`No endpoints found that support ${output} for ${model.slice(0, 200)}.`));
}

/** Charges and records the request; gives its price in USD. `times`: as many pictures and the like as were made. */
export function settle(
  world: World,
  exchange: Exchange,
  chosen: Chosen,
  made: { readonly tokens: number; readonly apiType: Generation["apiType"]; readonly times?: number },
): number {
  const { tokens, apiType, times = 1 } = made;
  const spent = spend(chosen.entry, { prompt: tokens, completion: 0, reasoning: 0, searches: 0 });
  const charged = spent.charged * BigInt(times);
  const attempts = [{ provider: chosen.provider.name, model: chosen.entry.wire.id, status: 200 }];
  world.keys.charge(callerOf(exchange), charged);
  world.generations.add({
    ...generationOf(exchange, { ...chosen, attempts }),
    apiType,
    router: null,
    createdAt: world.clock.now(),
    visibleAt: world.clock.now() + world.pace.generationDelayMs,
    streamed: false,
    cancelled: false,
    cost: charged,
    upstreamCost: charged,
    isByok: false,
    promptTokens: tokens,
    completionTokens: 0,
    reasoningTokens: 0,
    cachedTokens: 0,
    searches: 0,
    latencyMs: 0,
    generationMs: 0,
    finishReason: null,
    nativeFinishReason: null,
    sessionId: null,
    cacheSourceId: null,
  });
  return usdNumber(charged);
}
