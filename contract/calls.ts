/** A call: one request of a run to OpenRouter, as the gateway saw it. */
import * as z from "zod/mini";
import { CallId, IdempotencyKey, Instant, RunId, UsdText } from "./ids.ts";
import { limits } from "./limits.ts";

/**
 * `open` (request on its way) → `streaming` (first byte of the reply seen) → `done` (reply whole), `failed` (refused, an
 * error reply, or broken off), `unknown` (spent, but nobody told what it cost: the program went away, or the stream broke).
 */
export const CallState = z.enum(["open", "streaming", "done", "failed", "unknown"]);
export type CallState = z.infer<typeof CallState>;

/** The error's code of a call that a ceiling refused or cut off. */
export const overBudgetCode = "over-budget";
/** The error's code of a call that was refused under a ceiling because nobody tells what it can cost. */
export const unknownPriceCode = "price-unknown";

export const CallError = z.object({
  /** OpenRouter's own code where it gave one, else our word for it. */
  code: z.string(),
  message: z.string(),
});

/** One place in a file of the user's own. */
export const SourcePlace = z.object({
  /** As the program names it: "main.py", "lib/ask.py" below /project; elsewhere the whole path. */
  file: z.string().check(z.maxLength(limits.sourceFileLength)),
  /** 1 for the first. */
  line: z.int().check(z.positive()),
  /** As Python qualifies it ("Chat.ask"); "<module>" outside of any. */
  function: z.string().check(z.maxLength(limits.sourceFunctionLength)),
});
export type SourcePlace = z.infer<typeof SourcePlace>;

/**
 * Whether the program's interpreter has told which line sent a call. `awaited`: not yet, and the call goes on; `untold`: it
 * ended and nobody did, since the program took the hook away or sent the request by something else than Python.
 */
export const Attribution = z.enum(["awaited", "told", "untold"]);
export type Attribution = z.infer<typeof Attribution>;

export const Call = z.object({
  id: CallId,
  runId: RunId,
  /** 1 for the first call of the run. */
  number: z.int(),
  state: CallState,
  method: z.string(),
  /** As the program sent it, with the query: "/api/v1/chat/completions". */
  path: z.string(),
  /** The model that answered, else the one asked for. */
  model: z.nullable(z.string()),
  provider: z.nullable(z.string()),
  /** HTTP status of the reply; null until there is one. */
  status: z.nullable(z.int()),
  stream: z.boolean(),
  promptTokens: z.nullable(z.int()),
  completionTokens: z.nullable(z.int()),
  /** The wire's own decimal digits of `usage.cost`; null is "not known", never zero. */
  costUsd: z.nullable(UsdText),
  /** From the request's arrival at the gateway until it was sent on, ms: time of ours, not of OpenRouter's. Null: not known, or never sent on. */
  queuedMs: z.nullable(z.number()),
  /** First byte of content after the request was sent on, ms. */
  ttftMs: z.nullable(z.number()),
  durationMs: z.nullable(z.number()),
  startedAt: Instant,
  /** Offset from the run's first call, for a waterfall, ms; of one sent again after its run, as if it followed the last. */
  startMs: z.number(),
  generationId: z.nullable(z.string()),
  finishReason: z.nullable(z.string()),
  error: z.nullable(CallError),
  requestBytes: z.number(),
  responseBytes: z.number(),
  /** `cut`: the call was larger than what is recorded; the program got all of it. */
  recording: z.enum(["whole", "cut"]),
  simulated: z.boolean(),
  /** How many earlier calls of the run had sent the very same request; from `limits.repeatsAlarm` on it is an alarm. */
  repeats: z.int(),
  /** The worst case that was set aside before it was sent on; null: no ceiling was in force, or it was not sent. */
  reservedUsd: z.nullable(UsdText),
  attribution: Attribution,
  /**
   * The stack in the user's own files when the request was sent, the innermost place (the line that sent it) first, at most
   * `limits.sourcePlaces`. Null unless it was told; empty when no line of the user's led to it.
   */
  sentFrom: z.nullable(z.array(SourcePlace)),
  /** The number of the call that a client library sent again by itself with this one: the first of its tries. */
  retryOf: z.nullable(z.int()),
  /** The number of the call that a person sent again with this one, edited or as it was. */
  resendOf: z.nullable(z.int()),
});
export type Call = z.infer<typeof Call>;

/** What a line of a bill counts; `fee` is OpenRouter's own share where the provider bills you by a key of yours (BYOK). */
export const BillItem = z.enum([
  "request",
  "prompt",
  "prompt-audio",
  "prompt-video",
  "cached-read",
  "cache-write",
  "reasoning",
  "completion",
  "completion-images",
  "completion-audio",
  "search",
  "tools",
  "fee",
]);
export type BillItem = z.infer<typeof BillItem>;

export const BillLine = z.object({
  item: BillItem,
  /** Tokens, searches, calls of tools or requests; null where only an amount is told. */
  units: z.nullable(z.int()),
  /** The catalogue's own digits for one unit; null: nobody tells this call's. */
  unitPriceUsd: z.nullable(UsdText),
  /** Null: it is part of the remainder. */
  amountUsd: z.nullable(UsdText),
  /** `catalogue`: units times its price; `wire`: the reply told the amount. Null without an amount. */
  source: z.nullable(z.enum(["catalogue", "wire"])),
});
export type BillLine = z.infer<typeof BillLine>;

/** What a call was charged for. The lines' amounts and the remainder add up to the total, to the last digit. */
export const Bill = z.object({
  lines: z.array(BillLine),
  /** The wire's own text: "8e-8". */
  totalText: z.string(),
  totalUsd: UsdText,
  /** What no line explains: all of it without prices; below zero where less was charged than the list price. */
  remainderUsd: UsdText,
  /** Whose list price the amounts follow, and when that list was fetched; null: none was at hand, or none holds. */
  catalogue: z.nullable(z.object({ model: z.string(), fetchedAt: Instant })),
  /** With a provider's key of your own: what the provider bills you, which is not in the total. */
  byok: z.nullable(z.object({ upstreamUsd: z.nullable(UsdText) })),
  /** Who told: the reply itself, or OpenRouter afterwards. */
  toldBy: z.enum(["reply", "generation"]),
});
export type Bill = z.infer<typeof Bill>;

const Header = z.tuple([z.string(), z.string()]);

const Message = z.object({
  headers: z.array(Header),
  text: z.string(),
  /** False: `text` is a sentence in brackets, in place of bytes that are no text. */
  isText: z.boolean(),
  cut: z.boolean(),
});

export const StreamEvent = z.object({
  /** Milliseconds after the request was sent on. */
  atMs: z.number(),
  kind: z.enum(["data", "comment", "event", "end"]),
  text: z.string(),
});
export type StreamEvent = z.infer<typeof StreamEvent>;

/** One call with what was recorded of it. Headers never hold the real key: it is added after recording. */
export const CallRecord = z.object({
  call: Call,
  request: Message,
  response: Message,
  /** The reply as server-sent events with arrival times; empty for plain replies. */
  events: z.array(StreamEvent),
  /** The answer's text put together from the reply, when there is one. */
  answer: z.nullable(z.string()),
  /** Null while the price is not known, and for what costs nothing by its kind. */
  bill: z.nullable(Bill),
});
export type CallRecord = z.infer<typeof CallRecord>;

/** A recorded call, sent once more as a new one. */
export const ResendCall = z.strictObject({
  /** In place of the recorded body; null: the very same bytes again. */
  text: z.nullable(z.string().check(z.maxLength(limits.recordedRequestBytes))),
  idempotencyKey: IdempotencyKey,
});
export type ResendCall = z.infer<typeof ResendCall>;
