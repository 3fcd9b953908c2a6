/** Asks OpenRouter what the server itself wants to know: whether a key is good, which models there are, what a generation cost. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import * as z from "zod/mini";
import { done, refused, type Result } from "../../contract/failures.ts";
import { encodingOf } from "../content-coding.ts";
import { picoUsd, usdText } from "../money.ts";
import { asObject, jsonObject, numberText, plainDecimal } from "../wire-json.ts";
import type { ClientFailure, GenerationFacts, KeyFacts, ListedModel, OpenRouterClient } from "./client.ts";
import { createDialer, type Dialer, type UpstreamTarget } from "./dial.ts";
import { readEndpoints, readPrices } from "./read-prices.ts";
import { gather } from "./reply-body.ts";
import { send, type Patience } from "./send.ts";
import type { ReplyBody, UpstreamFailure } from "./upstream.ts";

const patience: Patience = { connectMs: 10_000, firstByteMs: 20_000, idleMs: 20_000 };
/** From the question to the last byte of the answer, ms. */
const deadlineMs = 60_000;
/** The whole catalogue is about 1 MB; a larger answer is none. */
const maxAnswerBytes = 32 * 1024 * 1024;

export function createClient(options: {
  readonly target: UpstreamTarget;
  readonly simulated: boolean;
}): OpenRouterClient {
  const dialer = createDialer(options.target);
  return {
    simulated: options.simulated,
    checkKey: (key) => ask(dialer, "/api/v1/key", key, readKeyFacts),
    models: () => ask(dialer, "/api/v1/models", null, readModels),
    endpoints: (id) =>
      ask(
        dialer,
        `/api/v1/models/${encodeURIComponent(id).replaceAll("%2F", "/").replaceAll("%3A", ":")}/endpoints`,
        null,
        readEndpoints,
      ),
    generation: (key, id) =>
      ask(dialer, `/api/v1/generation?id=${encodeURIComponent(id)}`, key, readGeneration),
  };
}

/** GET with a size and a time limit. `read` answers null for JSON that is not what OpenRouter documents. */
async function ask<T>(
  dialer: Dialer,
  path: string,
  key: string | null,
  read: (text: string) => T | null,
): Promise<Result<T, ClientFailure>> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const reply = await send(
    dialer,
    {
      method: "GET",
      path,
      rawHeaders: ["Accept", "application/json", "Accept-Encoding", "gzip", "User-Agent", "openrouter-ide"],
      withKey: key !== null,
      body: null,
      signal: deadline,
    },
    key,
    patience,
  );
  if (!reply.ok) return refused(deadline.aborted ? late : reply.error);
  const { status, rawHeaders, body } = reply.value;
  const text = await readText(body, encodingOf(rawHeaders));
  if (text === null) return refused(deadline.aborted ? late : strange);
  if (status !== 200) return refused({ code: "refused", status, message: messageOf(text, status) });
  const value = read(text);
  return value === null ? refused(strange) : done(value);
}

const late: UpstreamFailure = {
  code: "timed-out",
  message: `OpenRouter did not answer within ${deadlineMs / 1000} s.`,
};
const strange: UpstreamFailure = {
  code: "bad-reply",
  message: "OpenRouter answered with something that can't be read.",
};

const unzip = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** Null when the answer broke off, is too large or not what its header says. */
async function readText(body: ReplyBody, encoding: string): Promise<string | null> {
  const bytes = await gather(body, maxAnswerBytes);
  if (bytes === null || encoding === "" || encoding === "identity") return bytes?.toString("utf8") ?? null;
  if (encoding !== "gzip") return null;
  try {
    return (await unzip(bytes, { maxOutputLength: maxAnswerBytes })).toString("utf8");
  } catch (error) {
    // zlib tells broken and too large input by an Error with a code; anything else is ours.
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

function messageOf(text: string, status: number): string {
  const error = jsonObject(text)?.["error"];
  const message = typeof error === "string" ? error : asObject(error)?.["message"];
  return typeof message === "string" && message !== ""
    ? message.slice(0, 500)
    : `OpenRouter answered with status ${status}.`;
}

const KeyReply = z.object({
  data: z.object({
    label: z.string(),
    limit_remaining: z.nullish(z.number()),
    is_free_tier: z.optional(z.boolean()),
  }),
});

function readKeyFacts(text: string): KeyFacts | null {
  const read = KeyReply.safeParse(jsonObject(text));
  if (!read.success) return null;
  const { label, limit_remaining: remaining, is_free_tier: isFreeTier } = read.data.data;
  return {
    label,
    limitRemaining: decimal(text, "limit_remaining", remaining),
    isFreeTier: isFreeTier ?? false,
  };
}

const ModelReply = z.object({
  id: z.string().check(z.minLength(1)),
  name: z.optional(z.string()),
  canonical_slug: z.nullish(z.string()),
  context_length: z.nullish(z.int()),
  pricing: z.optional(z.looseObject({ prompt: z.optional(z.string()), completion: z.optional(z.string()) })),
});

/** A model that is not as documented is left out; the others are still worth choosing from. */
function readModels(text: string): readonly ListedModel[] | null {
  const list = jsonObject(text)?.["data"];
  if (!Array.isArray(list)) return null;
  return list.flatMap((item): ListedModel[] => {
    const read = ModelReply.safeParse(item);
    if (!read.success) return [];
    const { id, name, context_length: contextLength, pricing, canonical_slug: slug } = read.data;
    const prices = readPrices(pricing);
    return [
      {
        id,
        name: name ?? id,
        contextLength: contextLength ?? null,
        promptUsdPerMillion: perMillion(pricing?.prompt),
        completionUsdPerMillion: perMillion(pricing?.completion),
        ...(prices === null ? {} : { listing: { id, canonicalSlug: slug ?? null, prices } }),
      },
    ];
  });
}

/** "0.0000004" USD a token is "0.4" a million; "-1" (a router's) and anything that is no price is "not told". */
function perMillion(perToken: string | undefined): string | null {
  const pico = perToken === undefined ? null : picoUsd(perToken);
  return pico === null || pico < 0n ? null : usdText(pico * 1_000_000n);
}

const GenerationReply = z.object({
  data: z.object({
    total_cost: z.number(),
    native_tokens_prompt: z.nullish(z.int()),
    native_tokens_completion: z.nullish(z.int()),
    tokens_prompt: z.nullish(z.int()),
    tokens_completion: z.nullish(z.int()),
    provider_name: z.nullish(z.string()),
    native_tokens_cached: z.nullish(z.int()),
    native_tokens_reasoning: z.nullish(z.int()),
    native_tokens_completion_images: z.nullish(z.int()),
    num_search_results: z.nullish(z.int()),
    is_byok: z.nullish(z.boolean()),
    upstream_inference_cost: z.nullish(z.number()),
  }),
});

function readGeneration(text: string): GenerationFacts | null {
  const read = GenerationReply.safeParse(jsonObject(text));
  if (!read.success) return null;
  const { data } = read.data;
  const costText = numberText(text, "total_cost", data.total_cost);
  if (costText === null || costText.startsWith("-")) return null;
  return {
    costText,
    promptTokens: data.native_tokens_prompt ?? data.tokens_prompt ?? null,
    completionTokens: data.native_tokens_completion ?? data.tokens_completion ?? null,
    provider: data.provider_name ?? null,
    cachedTokens: data.native_tokens_cached ?? null,
    reasoningTokens: data.native_tokens_reasoning ?? null,
    completionImages: data.native_tokens_completion_images ?? null,
    searches: data.num_search_results ?? null,
    isByok: data.is_byok ?? false,
    upstreamCostText: decimal(text, "upstream_inference_cost", data.upstream_inference_cost),
  };
}

/** The number's own digits without an exponent; null when there is no number. */
function decimal(text: string, name: string, value: unknown): string | null {
  const digits = numberText(text, name, value);
  return digits === null ? null : plainDecimal(digits);
}
