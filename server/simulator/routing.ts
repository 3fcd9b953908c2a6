/** Chooses the model and provider that answer, or says in OpenRouter's words why none can. */
import { done, refused, type Result } from "../../contract/failures.ts";
import { questionOf, type Ask } from "./ask.ts";
import { catalogue, findModel, type Entry } from "./catalogue.ts";
import { drawBelow } from "./chance.ts";
import type { ApiError } from "./errors.ts";
import { badRequest, notFound } from "./exchange.ts";
import type { KeyRow } from "./keys.ts";
import { parseUsd, pricingFor, type PicoUsd } from "./prices.ts";
import { isMeant, type Provider } from "./providers.ts";
import { countTokens } from "./tokens.ts";

export interface Attempt {
  readonly provider: string;
  readonly model: string;
  readonly status: number;
}

export interface Route {
  readonly entry: Entry;
  readonly provider: Provider;
  /** The id as it was asked for. */
  readonly requested: string;
  readonly strategy: "direct" | "auto" | "free" | "alias" | "fallback";
  /** The router's id when one chose the model. */
  readonly router: string | null;
  readonly attempts: readonly Attempt[];
  readonly promptTokens: number;
}

/** The first of `model`, `models` that can answer; else the last refusal. An id that does not exist is refused at once. */
export function route(ask: Ask, caller: KeyRow): Result<Route, ApiError> {
  const wanted = [...new Set([...(ask.model === null ? [] : [ask.model]), ...ask.models])];
  if (wanted.length === 0) return refused(badRequest("No models provided"));
  const unknown = wanted.find((id) => findModel(id) === null);
  if (unknown !== undefined) return refused(unknownModel(unknown));
  const promptTokens = countPrompt(ask);
  const attempts: Attempt[] = [];
  let last: ApiError | null = null;
  for (const id of wanted) {
    const chosen = resolve(id, ask);
    const provider = chooseProvider(chosen.entry, ask);
    const refusal = provider.ok ? preflight(chosen.entry, ask, promptTokens, caller) : provider.error;
    if (provider.ok && refusal === null) {
      attempts.push({ provider: provider.value.name, model: chosen.entry.wire.id, status: 200 });
      const strategy = attempts.length > 1 ? "fallback" : chosen.strategy;
      return done({ ...chosen, provider: provider.value, requested: id, strategy, attempts, promptTokens });
    }
    attempts.push({
      provider: chosen.entry.providers[0]?.name ?? "OpenRouter",
      model: chosen.entry.wire.id,
      status: refusal?.status ?? 500,
    });
    last = refusal;
  }
  const routerMetadata = { requested: wanted[0], strategy: "direct", attempt: attempts.length, attempts };
  return refused({ ...(last ?? badRequest("No models provided")), routerMetadata });
}

/** Tokens of everything that is sent: words, what frames a message, tools, and 85 for each picture or file. */
export function countPrompt(ask: Ask): number {
  const turns = ask.turns.reduce((sum, turn) => sum + countTokens(turn.text) + 4 + 85 * turn.media, 0);
  const tools = ask.tools.reduce(
    (sum, tool) => sum + countTokens(`${tool.name} ${tool.description} ${JSON.stringify(tool.schema)}`) + 8,
    0,
  );
  return turns + tools + 3;
}

export const unknownModel = (id: string): ApiError => ({
  ...badRequest(`${id.slice(0, 200)} is not a valid model ID`),
  metadata: { hint: "The simulator offers the models that GET /api/v1/models lists." },
});

function resolve(id: string, ask: Ask): Pick<Route, "entry" | "strategy" | "router"> {
  const entry = findModel(id);
  if (!entry) throw new Error("route() has checked every id");
  if (entry.wire.id === "openrouter/auto") {
    const picked = /\b(code|function|python|program|bug|class|script)\b/i.test(questionOf(ask))
      ? "anthropic/claude-sonnet-4.5"
      : "openai/gpt-4o-mini";
    return { entry: findModel(picked) ?? entry, strategy: "auto", router: entry.wire.id };
  }
  if (entry.wire.id === "openrouter/free") {
    const free = catalogue.filter((candidate) => candidate.wire.id.endsWith(":free"));
    const picked = free[drawBelow(free.length, questionOf(ask))] ?? entry;
    return { entry: picked, strategy: "free", router: entry.wire.id };
  }
  return { entry, strategy: id.startsWith("~") ? "alias" : "direct", router: null };
}

function chooseProvider(entry: Entry, ask: Ask): Result<Provider, ApiError> {
  const { order, only, ignore, allowFallbacks, maxPromptPrice, maxCompletionPrice } = ask.routing;
  const allowed = entry.providers.filter(
    (provider) =>
      (only.length === 0 || only.some((slug) => isMeant(slug, provider))) &&
      !ignore.some((slug) => isMeant(slug, provider)),
  );
  const ordered = order.flatMap((slug) => allowed.filter((provider) => isMeant(slug, provider)));
  const chosen = ordered[0] ?? (order.length > 0 && !allowFallbacks ? undefined : allowed[0]);
  if (!chosen) {
    return refused({
      ...notFound("No allowed providers are available for the selected model."),
      metadata: {
        available_providers: entry.providers.map((provider) => provider.slug),
        requested_providers: [...only, ...order],
      },
    });
  }
  const pricing = entry.wire.pricing;
  if (isDearer(pricing.prompt, maxPromptPrice) || isDearer(pricing.completion, maxCompletionPrice))
    return refused(notFound(`No endpoints found for ${entry.wire.id} within the given max_price.`));
  return done(chosen);
}

const isDearer = (perToken: string, perMillion: number | null): boolean =>
  perMillion !== null && Number(parseUsd(perToken)) > perMillion * 1e6;

/** What is checked before a provider is asked: abilities, context length, money, and a scenario's own refusal. */
function preflight(entry: Entry, ask: Ask, promptTokens: number, caller: KeyRow): ApiError | null {
  const { wire, scenario } = entry;
  if (!wire.architecture.output_modalities.includes("text"))
    return notFound(`No endpoints found that support chat for ${wire.id}.`);
  if (ask.tools.length > 0 && !wire.supported_parameters.includes("tools")) {
    return notFound(
      `No endpoints found that support tool use. Try disabling "${ask.tools[0]?.name}". To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing`,
    );
  }
  const unsupported = ask.modalities.filter(
    (modality) => !wire.architecture.output_modalities.includes(modality),
  );
  if (unsupported.length > 0)
    return notFound(
      `No endpoints found that support the requested output modalities: ${unsupported.join(", ")}`,
    );
  if (ask.turns.some((turn) => turn.media > 0) && wire.architecture.input_modalities.length === 1)
    return notFound("No endpoints found that support image input");
  if (
    ask.routing.requireParameters &&
    ask.format.kind === "schema" &&
    !wire.supported_parameters.includes("structured_outputs")
  )
    return notFound("No endpoints found that can handle the requested parameters.");
  if (scenario?.kind === "refuse") return scenario;
  return contextRefusal(entry, ask, promptTokens) ?? affordability(entry, ask, promptTokens, caller);
}

function contextRefusal(entry: Entry, ask: Ask, promptTokens: number): ApiError | null {
  const output = ask.maxTokens ?? 0;
  const window = entry.wire.context_length;
  if (promptTokens + output <= window) return null;
  const tools = ask.tools.length === 0 ? 0 : promptTokens - countPrompt({ ...ask, tools: [] });
  return {
    status: 400,
    message: `This endpoint's maximum context length is ${window} tokens. However, you requested about ${promptTokens + output} tokens (${promptTokens - tools} of text input, ${tools} of tool input, ${output} in the output). Please reduce the length of either one, or use the context-compression plugin to compress your prompt automatically.`,
    errorType: "context_length_exceeded",
    metadata: { provider_name: null },
  };
}

function affordability(entry: Entry, ask: Ask, promptTokens: number, caller: KeyRow): ApiError | null {
  if (caller.balance === null) return null;
  const pricing = pricingFor(entry.wire.pricing, promptTokens);
  const output = ask.maxTokens ?? entry.wire.top_provider.max_completion_tokens ?? 4096;
  const promptCost = parseUsd(pricing.prompt) * BigInt(promptTokens);
  const perToken = parseUsd(pricing.completion);
  const left: PicoUsd = caller.balance - promptCost;
  if (left >= perToken * BigInt(output)) return null;
  const affordable = left > 0n && perToken > 0n ? left / perToken : 0n;
  return {
    status: 402,
    message: `This request requires more credits, or fewer max_tokens. You requested up to ${output} tokens, but can only afford ${affordable}. To increase, visit https://openrouter.ai/settings/credits and upgrade to a paid account`,
    errorType: "payment_required",
    metadata: { limit_source: "openrouter_credits" },
  };
}
