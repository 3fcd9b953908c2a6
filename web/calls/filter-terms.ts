/** What the list of calls can be asked for: the one table for the filter's reader, its errors and its explanation. Pure. */
import { limits } from "../../contract/limits.ts";
import { overBudgetCode, unknownPriceCode, type Call } from "../../contract/calls.ts";
import { isLive, isUnpriced } from "./call-kinds.ts";
import { nameOf, statusOf } from "./call-words.ts";

export type Matches = (call: Call) => boolean;

/** From this duration on a call is slow, ms. */
export const slowMs = 10_000;

export type Term =
  /** Holds the words, upper and lower case alike. */
  | { readonly kind: "text"; readonly of: (call: Call) => string | null }
  /** One figure or, with `several`, any of a few: 12, 10-20, >1000. */
  | { readonly kind: "number"; readonly of: (call: Call) => number | null | readonly number[] }
  /** Milliseconds: 500, 500ms, 2.5s, 1min. */
  | { readonly kind: "time"; readonly of: (call: Call) => number | null }
  /** Bytes: 512, 20k, 1.5m. */
  | { readonly kind: "size"; readonly of: (call: Call) => number | null }
  /** Decimal USD, compared to the last digit. */
  | { readonly kind: "usd"; readonly of: (call: Call) => string | null }
  /** 429, 4xx or a comparison. */
  | { readonly kind: "status"; readonly of: (call: Call) => number | null }
  | { readonly kind: "word"; readonly words: Readonly<Record<string, Matches>> };

const placesOf = (call: Call) => call.sentFrom ?? [];

const isWords: Readonly<Record<string, Matches>> = {
  failed: ({ state }) => state === "failed",
  ok: ({ state }) => state === "done",
  waiting: ({ state }) => state === "open",
  streaming: ({ state }) => state === "streaming",
  live: isLive,
  unknown: isUnpriced,
  slow: ({ durationMs }) => durationMs !== null && durationMs >= slowMs,
  "over-budget": ({ error }) => error?.code === overBudgetCode,
  "no-price": ({ error }) => error?.code === unknownPriceCode,
  retry: ({ retryOf }) => retryOf !== null,
  resent: ({ resendOf }) => resendOf !== null,
  repeated: ({ repeats }) => repeats >= limits.repeatsAlarm,
  cut: ({ recording }) => recording === "cut",
  simulated: ({ simulated }) => simulated,
  stream: ({ stream }) => stream,
};

const hasWords: Readonly<Record<string, Matches>> = {
  cost: ({ costUsd }) => costUsd !== null,
  error: ({ error }) => error !== null,
  tools: ({ finishReason }) => finishReason === "tool_calls" || finishReason === "tool_use",
  line: ({ sentFrom }) => sentFrom !== null && sentFrom.length > 0,
  tokens: ({ promptTokens, completionTokens }) => promptTokens !== null || completionTokens !== null,
  generation: ({ generationId }) => generationId !== null,
};

/** By the name before the colon. */
export const terms: Readonly<Record<string, Term>> = {
  model: { kind: "text", of: ({ model }) => model },
  provider: { kind: "text", of: ({ provider }) => provider },
  path: { kind: "text", of: ({ method, path }) => `${method} ${path}` },
  status: { kind: "status", of: ({ status }) => status },
  is: { kind: "word", words: isWords },
  has: { kind: "word", words: hasWords },
  line: { kind: "number", of: (call) => placesOf(call).map(({ line }) => line) },
  file: {
    kind: "text",
    of: (call) =>
      placesOf(call)
        .map(({ file }) => file)
        .join("\n"),
  },
  function: {
    kind: "text",
    of: (call) =>
      placesOf(call)
        .map((place) => place.function)
        .join("\n"),
  },
  cost: { kind: "usd", of: ({ costUsd }) => costUsd },
  in: { kind: "number", of: ({ promptTokens }) => promptTokens },
  out: { kind: "number", of: ({ completionTokens }) => completionTokens },
  first: { kind: "time", of: ({ ttftMs }) => ttftMs },
  duration: { kind: "time", of: ({ durationMs }) => durationMs },
  start: { kind: "time", of: ({ startMs }) => startMs },
  size: { kind: "size", of: ({ responseBytes }) => responseBytes },
  call: { kind: "number", of: ({ number }) => number },
  error: { kind: "text", of: ({ error }) => (error === null ? null : `${error.code} ${error.message}`) },
  finish: { kind: "text", of: ({ finishReason }) => finishReason },
  id: { kind: "text", of: ({ generationId }) => generationId },
};

/** What a bare word is looked for in: all that a row says, and what its titles say. */
export function wordsOf(call: Call): string {
  const { provider, method, path, generationId, finishReason, error } = call;
  const places = placesOf(call).map((place) => `${place.file}:${place.line} ${place.function}`);
  const failure = error === null ? "" : `${error.code} ${error.message}`;
  const parts = [nameOf(call), provider, method, path, statusOf(call).text, call.status, generationId];
  return [...parts, finishReason, failure, ...places].join("\n").toLowerCase();
}

/** For the explanation beside the field: what can be asked, in the order in which it is wanted. */
export const explained: readonly (readonly [example: string, says: string])[] = [
  ["sonnet", "the words anywhere in the row: model, provider, path, error, file"],
  ["model:openai", "the model's name holds it; so do provider, path, file, function, error, finish, id"],
  ["status:429", "the HTTP status, also 4xx or status>=500"],
  ["is:failed", "also ok, waiting, streaming, live, unknown, over-budget, no-price, cut, simulated, stream"],
  ["is:slow", `took ${slowMs / 1000} s or more; compare with duration>2s, first>500ms, start<1min`],
  ["is:repeated", `the same request, sent ${limits.repeatsAlarm} times before; is:retry, is:resent`],
  ["cost>0.01", "the price in USD; in, out and size (20k) compare likewise: in>1000"],
  ["line:12", "sent from line 12, also line:10-20; call:3 is the third call"],
  ["has:tools", "the answer calls tools; also cost, error, line, tokens, generation"],
  ["-is:ok", "a minus turns a term round; all terms must hold"],
  ['"claude sonnet"', "quotes keep words together"],
];
