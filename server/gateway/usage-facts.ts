/** What a reply's `usage` counts, on every surface, in one shape; what it does not tell is null. Pure. */
import type { GenerationFacts } from "../openrouter/client.ts";
import { asObject, numberText, type JsonObject } from "../wire-json.ts";

export interface UsageFacts {
  /** All that was read: fresh, from the cache and into it, audio and video. */
  readonly prompt: number | null;
  /** All that was written: reasoning, text, images, audio. */
  readonly completion: number | null;
  readonly cached: number | null;
  readonly cacheWritten: number | null;
  readonly reasoning: number | null;
  readonly promptAudio: number | null;
  readonly promptVideo: number | null;
  readonly completionImages: number | null;
  readonly completionAudio: number | null;
  readonly searches: number | null;
  readonly toolCalls: number | null;
  /** The wire's own digits. */
  readonly toolCostText: string | null;
  readonly upstreamCostText: string | null;
  readonly isByok: boolean | null;
}

export const noUsage: UsageFacts = {
  prompt: null,
  completion: null,
  cached: null,
  cacheWritten: null,
  reasoning: null,
  promptAudio: null,
  promptVideo: null,
  completionImages: null,
  completionAudio: null,
  searches: null,
  toolCalls: null,
  toolCostText: null,
  upstreamCostText: null,
  isByok: null,
};

/** Adds what one `usage` object tells: a stream of the messages surface tells it in parts. `text` is the JSON around it. */
export function readUsage(known: UsageFacts, usage: JsonObject, text: string): UsageFacts {
  const read = asObject(usage["prompt_tokens_details"]) ?? asObject(usage["input_tokens_details"]) ?? {};
  const written =
    asObject(usage["completion_tokens_details"]) ?? asObject(usage["output_tokens_details"]) ?? {};
  const costs = asObject(usage["cost_details"]) ?? {};
  const used = asObject(usage["server_tool_use_details"]) ?? asObject(usage["server_tool_use"]) ?? {};
  const cached = count(read["cached_tokens"]) ?? count(usage["cache_read_input_tokens"]);
  const cacheWritten = count(read["cache_write_tokens"]) ?? count(usage["cache_creation_input_tokens"]);
  return {
    prompt: promptOf(usage) ?? known.prompt,
    completion: count(usage["completion_tokens"] ?? usage["output_tokens"]) ?? known.completion,
    cached: cached ?? known.cached,
    cacheWritten: cacheWritten ?? known.cacheWritten,
    reasoning: count(written["reasoning_tokens"]) ?? known.reasoning,
    promptAudio: count(read["audio_tokens"]) ?? known.promptAudio,
    promptVideo: count(read["video_tokens"]) ?? known.promptVideo,
    completionImages: count(written["image_tokens"]) ?? known.completionImages,
    completionAudio: count(written["audio_tokens"]) ?? known.completionAudio,
    searches: count(used["web_search_requests"]) ?? known.searches,
    toolCalls: count(used["tool_calls_executed"]) ?? known.toolCalls,
    toolCostText: numberText(text, "server_tool_cost", costs["server_tool_cost"]) ?? known.toolCostText,
    upstreamCostText:
      numberText(text, "upstream_inference_cost", costs["upstream_inference_cost"]) ?? known.upstreamCostText,
    isByok: typeof usage["is_byok"] === "boolean" ? usage["is_byok"] : known.isByok,
  };
}

/** The messages surface counts what came from the cache or went into it beside `input_tokens`, the others within. */
function promptOf(usage: JsonObject): number | null {
  const all = count(usage["prompt_tokens"]);
  if (all !== null) return all;
  const fresh = count(usage["input_tokens"]);
  if (fresh === null) return null;
  return (
    fresh +
    (count(usage["cache_read_input_tokens"]) ?? 0) +
    (count(usage["cache_creation_input_tokens"]) ?? 0)
  );
}

/** What OpenRouter tells afterwards. */
export const usageOfGeneration = (facts: GenerationFacts): UsageFacts => ({
  ...noUsage,
  prompt: facts.promptTokens,
  completion: facts.completionTokens,
  cached: facts.cachedTokens,
  reasoning: facts.reasoningTokens,
  completionImages: facts.completionImages,
  searches: facts.searches,
  upstreamCostText: facts.upstreamCostText,
  isByok: facts.isByok,
});

/** Token counts fit the column; anything else is not a count. */
export const count = (value: unknown): number | null =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31 ? Number(value) : null;
