/** Reads from OpenRouter's replies what a call's row needs, on every surface: chat, completions, responses, messages, embeddings. */
import { limits } from "../../contract/limits.ts";
import { asObject, jsonObject, numberText, type JsonObject } from "../wire-json.ts";
import { count, noUsage, readUsage, type UsageFacts } from "./usage-facts.ts";

export interface ReplyError {
  readonly code: string;
  readonly message: string;
}

/** What has been read so far; everything is null until the wire tells it. */
export interface Meaning {
  generationId: string | null;
  model: string | null;
  provider: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
  /** `usage.cost` in the wire's own digits; the last one told wins. */
  costText: string | null;
  usage: UsageFacts;
  /** The tier that it was answered in, where told: its prices are not the list's unless it is the default one. */
  serviceTier: string | null;
  /** Characters that were generated, as far as they were seen in a stream. */
  generatedLength: number;
  finishReason: string | null;
  error: ReplyError | null;
  /** True when something that was generated has been seen: text, reasoning, a tool call. */
  generated: boolean;
}

export const nothingYet = (): Meaning => ({
  generationId: null,
  model: null,
  provider: null,
  promptTokens: null,
  completionTokens: null,
  costText: null,
  usage: noUsage,
  serviceTier: null,
  generatedLength: 0,
  finishReason: null,
  error: null,
  generated: false,
});

/** Adds what one JSON text tells: a whole plain reply, or one event of a stream. Text that is no JSON object tells nothing. */
export function readReply(meaning: Meaning, text: string): void {
  const top = jsonObject(text);
  if (top === null) return;
  // The responses surface wraps its object in events, the messages surface its first one.
  const inner = asObject(top["response"]) ?? asObject(top["message"]);
  for (const object of inner === null ? [top] : [inner, top]) readObject(meaning, object, text);
  // `{type:"error", code, message}` is an event of the responses surface with nothing inside.
  if (top["type"] === "error" && meaning.error === null) meaning.error = errorOf(top);
  meaning.generated ||= isGenerated(top);
  meaning.generatedLength += generatedLengthOf(top);
}

/**
 * False for an event that adds nothing but text to an answer that has begun (its `generatedLength` aside): most of a stream's events
 * are such, and need not be parsed. Members that mean more are looked for by name, wherever they stand; escapes could hide a name.
 */
export const mayTellMore = (meaning: Meaning, text: string): boolean =>
  !meaning.generated || meaning.generationId === null || meaning.model === null || more.test(text);

const more =
  /"(?:usage|error|code|stop_reason|status|service_tier|response|message|search_units)"|"finish_reason" *: *"|\\u00[2-7]/;

function readObject(meaning: Meaning, object: JsonObject, text: string): void {
  meaning.generationId ??= generationOf(object);
  meaning.model = word(object["model"], limits.modelIdLength) ?? meaning.model;
  meaning.provider = word(object["provider"], 200) ?? meaning.provider;
  const usage = asObject(object["usage"]);
  if (usage !== null) {
    meaning.promptTokens = readTokens(usage) ?? meaning.promptTokens;
    meaning.completionTokens =
      count(usage["completion_tokens"] ?? usage["output_tokens"]) ?? meaning.completionTokens;
    meaning.costText = numberText(text, "cost", usage["cost"]) ?? meaning.costText;
    meaning.usage = readUsage(meaning.usage, usage, text);
  }
  meaning.serviceTier = word(object["service_tier"], 40) ?? meaning.serviceTier;
  meaning.finishReason = finishOf(object) ?? meaning.finishReason;
  meaning.error ??= errorOf(object["error"]) ?? errorOf(firstChoice(object)?.["error"]);
}

/** Rerank tells one sum, of what was read. */
function readTokens(usage: JsonObject): number | null {
  const isRerank = usage["search_units"] !== undefined;
  return count(
    usage["prompt_tokens"] ?? usage["input_tokens"] ?? (isRerank ? usage["total_tokens"] : undefined),
  );
}

/** A job (a film, a batch) has an id of its own and may name its generation beside it. */
function generationOf(object: JsonObject): string | null {
  const isJob = typeof object["polling_url"] === "string" || object["object"] === "batch";
  return word(object["generation_id"], 200) ?? (isJob ? null : word(object["id"], 200));
}

/** `choices` of chat and completions, `stop_reason` of messages, `status` of responses. */
function finishOf(object: JsonObject): string | null {
  const chat = word(firstChoice(object)?.["finish_reason"], 100);
  const messages = word(object["stop_reason"], 100) ?? word(asObject(object["delta"])?.["stop_reason"], 100);
  if (object["object"] !== "response") return chat ?? messages;
  const status = word(object["status"], 100);
  if (status === "incomplete") return word(asObject(object["incomplete_details"])?.["reason"], 100) ?? status;
  return status === "in_progress" || status === "queued" ? null : status;
}

/** OpenRouter's code is a number or a word; where it gives none, its type stands in. */
function errorOf(value: unknown): ReplyError | null {
  if (typeof value === "string" && value !== "") return { code: "error", message: clean(value, 2_000) };
  const error = asObject(value);
  if (error === null || Object.keys(error).length === 0) return null;
  const code = error["code"] ?? error["error_type"] ?? error["type"];
  const message = typeof error["message"] === "string" ? error["message"] : JSON.stringify(error);
  return {
    code: typeof code === "number" ? String(code) : (word(code, 100) ?? "error"),
    message: clean(message, 2_000),
  };
}

export function firstChoice(object: JsonObject): JsonObject | null {
  const choices = object["choices"];
  return Array.isArray(choices) ? asObject(choices[0]) : null;
}

/** Deltas of responses and messages say in their type that they carry something; a chat delta has it in its members. */
function isGenerated(event: JsonObject): boolean {
  const type = event["type"];
  if (typeof type === "string" && /\.delta$|^content_block_delta$|^image_generation\./.test(type))
    return true;
  const choice = firstChoice(event);
  if (choice === null) return false;
  const delta = asObject(choice["delta"]) ?? asObject(choice["message"]) ?? {};
  const carriers = ["content", "reasoning", "refusal", "tool_calls", "images", "audio", "reasoning_details"];
  return isFull(choice["text"]) || carriers.some((name) => isFull(delta[name]));
}

/** Text and reasoning of one event: what is sure to have been written by the model. */
function generatedLengthOf(event: JsonObject): number {
  const delta = asObject(event["delta"]) ?? asObject(firstChoice(event)?.["delta"]) ?? {};
  const parts = [event["delta"], delta["content"], delta["reasoning"], delta["text"], delta["thinking"]];
  return parts.reduce<number>((sum, part) => sum + (typeof part === "string" ? part.length : 0), 0);
}

const isFull = (value: unknown): boolean =>
  typeof value === "string" || Array.isArray(value) ? value.length > 0 : asObject(value) !== null;

/** A text that is shown and stored as it is: no control characters, no broken surrogates, not too long. */
export const clean = (text: string, maxLength: number): string =>
  text
    .slice(0, maxLength)
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "\ufffd");

const word = (value: unknown, maxLength: number): string | null =>
  typeof value === "string" && value !== "" ? clean(value, maxLength) : null;
