/** A call: one request of a run to OpenRouter, as the gateway saw it. */
import * as z from "zod/mini";
import { CallId, Instant, RunId, UsdText } from "./ids.ts";

/**
 * `open` (request on its way) → `streaming` (first byte of the reply seen) → `done` (reply whole), `failed` (refused, an
 * error reply, or broken off), `unknown` (spent, but nobody told what it cost: the program went away, or the stream broke).
 */
export const CallState = z.enum(["open", "streaming", "done", "failed", "unknown"]);
export type CallState = z.infer<typeof CallState>;

export const CallError = z.object({
  /** OpenRouter's own code where it gave one, else our word for it. */
  code: z.string(),
  message: z.string(),
});

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
  /** First byte of content after the request was sent on, ms. */
  ttftMs: z.nullable(z.number()),
  durationMs: z.nullable(z.number()),
  startedAt: Instant,
  /** Offset from the run's first call, for a waterfall, ms. */
  startMs: z.number(),
  generationId: z.nullable(z.string()),
  finishReason: z.nullable(z.string()),
  error: z.nullable(CallError),
  requestBytes: z.number(),
  responseBytes: z.number(),
  /** `cut`: the call was larger than what is recorded; the program got all of it. */
  recording: z.enum(["whole", "cut"]),
  simulated: z.boolean(),
});
export type Call = z.infer<typeof Call>;

const Header = z.tuple([z.string(), z.string()]);

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
  request: z.object({ headers: z.array(Header), text: z.string(), cut: z.boolean() }),
  response: z.object({ headers: z.array(Header), text: z.string(), cut: z.boolean() }),
  /** The reply as server-sent events with arrival times; empty for plain replies. */
  events: z.array(StreamEvent),
  /** The answer's text put together from the reply, when there is one. */
  answer: z.nullable(z.string()),
});
export type CallRecord = z.infer<typeof CallRecord>;
