/** What an answer costs, exactly, and the `usage` object that says so. */
import type { Entry } from "./catalogue.ts";
import { parseUsd, pricingFor, usdNumber, type PicoUsd } from "./prices.ts";

export interface Counts {
  readonly prompt: number;
  /** Reasoning included. */
  readonly completion: number;
  readonly reasoning: number;
  readonly searches: number;
}

export interface Spending extends Counts {
  readonly cached: number;
  readonly cacheWritten: number;
  readonly promptCost: PicoUsd;
  readonly completionCost: PicoUsd;
  readonly searchCost: PicoUsd;
  /** What the account is charged. */
  readonly charged: PicoUsd;
  readonly isByok: boolean;
}

/** Price of one web search, USD. */
const searchPrice = parseUsd("0.007");
/** OpenRouter's fee on requests with the account's own provider key: 5 %, one twentieth. */
const byokShare = 20n;

/** The bill for these counts at the model's catalogue prices. */
export function spend(entry: Entry, counts: Counts): Spending {
  const pricing = pricingFor(entry.wire.pricing, counts.prompt);
  const how = entry.scenario?.kind === "bill" ? entry.scenario.how : null;
  const half = Math.floor(counts.prompt / 2);
  const cached = how === "cache-read" ? half : 0;
  const cacheWritten = how === "cache-write" ? half : 0;
  const times = (price: string | undefined, tokens: number): PicoUsd =>
    parseUsd(price ?? pricing.prompt) * BigInt(tokens);
  const promptCost =
    times(pricing.prompt, counts.prompt - cached - cacheWritten) +
    times(pricing.input_cache_read, cached) +
    times(pricing.input_cache_write, cacheWritten) +
    times(pricing.request ?? "0", 1);
  const completionCost = times(pricing.completion, counts.completion);
  const searches = how === "search" ? Math.max(1, counts.searches) : counts.searches;
  const searchCost = searchPrice * BigInt(searches);
  const tokens = promptCost + completionCost;
  const isByok = how === "byok";
  return {
    ...counts,
    searches,
    cached,
    cacheWritten,
    promptCost,
    completionCost,
    searchCost,
    isByok,
    charged: (isByok ? tokens / byokShare : tokens) + searchCost,
  };
}

/** A bill of nothing, for answers from the response cache. */
export const nothingSpent: Spending = {
  prompt: 0,
  completion: 0,
  reasoning: 0,
  searches: 0,
  cached: 0,
  cacheWritten: 0,
  promptCost: 0n,
  completionCost: 0n,
  searchCost: 0n,
  charged: 0n,
  isByok: false,
};

/** `usage` of a chat completion. */
export const chatUsage = (spent: Spending): Record<string, unknown> => ({
  prompt_tokens: spent.prompt,
  completion_tokens: spent.completion,
  total_tokens: spent.prompt + spent.completion,
  cost: usdNumber(spent.charged),
  is_byok: spent.isByok,
  prompt_tokens_details: {
    cached_tokens: spent.cached,
    cache_write_tokens: spent.cacheWritten,
    audio_tokens: 0,
    video_tokens: 0,
  },
  cost_details: {
    upstream_inference_cost: usdNumber(spent.promptCost + spent.completionCost),
    upstream_inference_prompt_cost: usdNumber(spent.promptCost),
    upstream_inference_completions_cost: usdNumber(spent.completionCost),
    ...(spent.searches > 0 ? { server_tool_cost: usdNumber(spent.searchCost) } : {}),
  },
  completion_tokens_details: { reasoning_tokens: spent.reasoning, image_tokens: 0, audio_tokens: 0 },
  ...(spent.searches > 0 ? { server_tool_use_details: { web_search_requests: spent.searches } } : {}),
});

/** `usage` of the Responses shape. */
export const responsesUsage = (spent: Spending): Record<string, unknown> => ({
  input_tokens: spent.prompt,
  input_tokens_details: { cached_tokens: spent.cached, cache_write_tokens: spent.cacheWritten },
  output_tokens: spent.completion,
  output_tokens_details: { reasoning_tokens: spent.reasoning },
  total_tokens: spent.prompt + spent.completion,
  cost: usdNumber(spent.charged),
  is_byok: spent.isByok,
  cost_details: {
    upstream_inference_cost: usdNumber(spent.promptCost + spent.completionCost),
    upstream_inference_input_cost: usdNumber(spent.promptCost),
    upstream_inference_output_cost: usdNumber(spent.completionCost),
  },
});

/** `usage` of the Messages shape. */
export const messagesUsage = (spent: Spending): Record<string, unknown> => ({
  input_tokens: spent.prompt - spent.cached - spent.cacheWritten,
  output_tokens: spent.completion,
  cache_creation_input_tokens: spent.cacheWritten,
  cache_read_input_tokens: spent.cached,
  cost: usdNumber(spent.charged),
  is_byok: spent.isByok,
  cost_details: {
    upstream_inference_cost: usdNumber(spent.promptCost + spent.completionCost),
    upstream_inference_prompt_cost: usdNumber(spent.promptCost),
    upstream_inference_completions_cost: usdNumber(spent.completionCost),
  },
});
