/** A whole planned answer: what is said, by whom, for how much. Each API shape renders it in its own way. */
import type { Ask } from "./ask.ts";
import { compose, completionTokens, type Composition } from "./composer.ts";
import type { Route } from "./routing.ts";
import { nothingSpent, spend, type Spending } from "./usage.ts";

export interface Completion {
  readonly ask: Ask;
  readonly route: Route;
  readonly said: Composition;
  readonly spent: Spending;
  /** The provider's own word for how it ended. */
  readonly nativeFinish: string;
  /** The request's id and Unix seconds, the same in every part of the reply. */
  readonly id: string;
  readonly created: number;
  /** From the response cache: charged nothing. */
  readonly cached: boolean;
  /** Sent along when the request asked for it. */
  readonly routerMetadata: unknown;
}

export function complete(options: {
  ask: Ask;
  route: Route;
  id: string;
  now: number;
  cached: boolean;
  wantsMetadata: boolean;
}): Completion {
  const { ask, route, id, cached } = options;
  const said = compose(ask, route);
  const bill = spend(route.entry, {
    prompt: route.promptTokens,
    completion: completionTokens(said),
    reasoning: said.reasoning.length,
    searches: ask.searches ? 1 : 0,
  });
  // Documented: nothing is charged for an answer that ended in an error.
  const spent = cached ? nothingSpent : said.finish === "error" ? { ...bill, charged: 0n } : bill;
  return {
    ask,
    route,
    said,
    spent,
    nativeFinish: nativeFinish(route.provider.slug, said.finish),
    id,
    created: Math.floor(options.now / 1000),
    cached,
    routerMetadata: options.wantsMetadata && !cached ? routerMetadata(route, ask) : undefined,
  };
}

/** The bill of a stream that was left after `tokens` completion tokens. */
export function spentUntil(completion: Completion, tokens: number): Spending {
  if (completion.cached) return nothingSpent;
  const completed = completion.route.provider.cancels
    ? Math.min(tokens, completion.spent.completion)
    : completion.spent.completion;
  return spend(completion.route.entry, {
    prompt: completion.spent.prompt,
    completion: completed,
    reasoning: Math.min(completed, completion.spent.reasoning),
    searches: completion.spent.searches,
  });
}

/** `openrouter_metadata`, as the header `X-OpenRouter-Metadata: enabled` asks for it. */
export function routerMetadata(route: Route, ask: Ask): Record<string, unknown> {
  const { entry, provider, attempts } = route;
  return {
    requested: ask.model ?? route.requested,
    strategy: route.strategy,
    region: "simulated",
    summary: `available=${entry.providers.length}, selected=${provider.name}`,
    attempt: attempts.length,
    is_byok: entry.scenario?.kind === "bill" && entry.scenario.how === "byok",
    endpoints: {
      total: entry.providers.length,
      available: entry.providers.map((candidate) => ({
        provider: candidate.name,
        model: entry.wire.id,
        selected: candidate === provider,
      })),
    },
    attempts,
    ...(ask.searches
      ? { pipeline: [{ type: "plugin", name: "web-search", summary: "1 result", data: {}, cost_usd: 0.007 }] }
      : {}),
  };
}

function nativeFinish(provider: string, finish: Composition["finish"]): string {
  const words: Record<string, Partial<Record<Composition["finish"], string>>> = {
    openai: { stop: "completed", length: "max_output_tokens", tool_calls: "completed" },
    azure: { stop: "completed", length: "max_output_tokens", tool_calls: "completed" },
    anthropic: { stop: "end_turn", length: "max_tokens", tool_calls: "tool_use" },
    "amazon-bedrock": { stop: "end_turn", length: "max_tokens", tool_calls: "tool_use" },
    "google-vertex": { stop: "STOP", length: "MAX_TOKENS", tool_calls: "STOP" },
    "google-ai-studio": { stop: "STOP", length: "MAX_TOKENS", tool_calls: "STOP" },
  };
  return words[provider]?.[finish] ?? finish;
}
