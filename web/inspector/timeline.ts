/** A stream's events on their time axis: what each holds, the pauses that stand out, and how fast the answer came. Pure. */
import type { StreamEvent } from "../../contract/calls.ts";
import { asText, objectIn, objectsIn, parsed, textIn, type JsonObject } from "../recorded/json-values.ts";

export type EventKind = StreamEvent["kind"];

/** How many there are of each kind. */
export function kindCounts(events: readonly StreamEvent[]): Readonly<Record<EventKind, number>> {
  const counts = { data: 0, comment: 0, event: 0, end: 0 };
  for (const { kind } of events) counts[kind] += 1;
  return counts;
}

/** Milliseconds after the event before; for the first, after the request. */
export function gapBefore(events: readonly StreamEvent[], index: number): number {
  return (events[index]?.atMs ?? 0) - (events[index - 1]?.atMs ?? 0);
}

/** A pause is long from here on, ms: six times what is usual in this stream, but never less than a person would notice. */
const leastLongMs = 200;
const timesUsual = 6;

export function longGapMs(events: readonly StreamEvent[]): number {
  const gaps = events.map((_, index) => gapBefore(events, index)).slice(1);
  const usual = gaps.toSorted((one, other) => one - other)[gaps.length >> 1] ?? 0;
  return Math.max(leastLongMs, usual * timesUsual);
}

/** In a word or two what an event of any surface holds: "text", "reasoning", "tool call", "usage", its own type. */
export function holdingOf(text: string): string {
  const event = objectIn(parsed(text));
  if (event === null) return "";
  if (objectIn(event["error"]) !== null) return "error";
  const type = textIn(event["type"]);
  if (type !== null) return type.replace(/^response\./, "");
  const [choice] = objectsIn(event["choices"]);
  const delta = objectIn(choice?.["delta"]) ?? {};
  const said = [
    (textIn(delta["content"]) ?? textIn(choice?.["text"])) ? "text" : null,
    textIn(delta["reasoning"]) !== null || objectsIn(delta["reasoning_details"]).length > 0
      ? "reasoning"
      : null,
    objectsIn(delta["tool_calls"]).length > 0 ? "tool call" : null,
    objectsIn(delta["images"]).length > 0 ? "image" : null,
    textIn(delta["refusal"]) === null ? null : "refusal",
    textIn(choice?.["finish_reason"]) === null ? null : "finish",
    objectIn(event["usage"]) === null ? null : "usage",
  ];
  return said.filter((word) => word !== null).join(", ");
}

/** Characters that an event adds to what is generated: words, thoughts, arguments of tools. */
export function generatedCharacters({ kind, text }: Pick<StreamEvent, "kind" | "text">): number {
  const event = kind === "data" ? objectIn(parsed(text)) : null;
  if (event === null) return 0;
  const delta = event["delta"];
  // The responses surface names its text deltas, and its whole texts come a second time at the end.
  if (typeof delta === "string") return asText(event["type"]).endsWith(".delta") ? delta.length : 0;
  const blocks = objectIn(delta);
  if (blocks !== null) return lengthOf(blocks, ["text", "thinking", "partial_json"]);
  return objectsIn(event["choices"]).reduce((sum, choice) => sum + choiceCharacters(choice), 0);
}

function choiceCharacters(choice: JsonObject): number {
  const delta = objectIn(choice["delta"]) ?? {};
  const calls = objectsIn(delta["tool_calls"]).map(
    (call) => asText(objectIn(call["function"])?.["arguments"]).length,
  );
  return (
    lengthOf(choice, ["text"]) +
    lengthOf(delta, ["content", "reasoning", "refusal"]) +
    calls.reduce((sum, length) => sum + length, 0)
  );
}

const lengthOf = (object: JsonObject, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + (typeof object[name] === "string" ? object[name].length : 0), 0);

export interface Speed {
  readonly fromMs: number;
  readonly toMs: number;
  /** Tokens per second, or characters where nobody told the tokens, in equal parts of that time. */
  readonly rates: readonly number[];
  readonly unit: "tokens" | "characters";
  readonly average: number;
}

const mostParts = 60;
/** Shorter parts would show the network's packets, not the model. */
const leastPartMs = 50;

/**
 * How fast the answer came. Events do not tell their tokens, so the tokens of the whole answer are shared out by the length of what each
 * event added; `lengths` are those. Null when it all came at one moment, or nothing was generated.
 */
export function speedOver(
  events: readonly StreamEvent[],
  lengths: readonly number[],
  completionTokens: number | null,
): Speed | null {
  const first = lengths.findIndex((length) => length > 0);
  const last = lengths.findLastIndex((length) => length > 0);
  const fromMs = events[first]?.atMs ?? 0;
  const toMs = events[last]?.atMs ?? 0;
  const lasted = toMs - fromMs;
  if (first < 0 || lasted < 2 * leastPartMs) return null;
  const characters = lengths.reduce((sum, length) => sum + length, 0);
  const isTold = completionTokens !== null && completionTokens > 0;
  const each = isTold ? completionTokens / characters : 1;
  const count = Math.max(2, Math.min(mostParts, Math.floor(lasted / leastPartMs)));
  const partMs = lasted / count;
  const rates = Array.from({ length: count }, () => 0);
  for (const [index, length] of lengths.entries()) {
    const part = Math.min(count - 1, Math.floor(((events[index]?.atMs ?? 0) - fromMs) / partMs));
    if (length > 0) rates[part] = (rates[part] ?? 0) + (length * each * 1000) / partMs;
  }
  return {
    fromMs,
    toMs,
    rates,
    unit: isTold ? "tokens" : "characters",
    average: (characters * each * 1000) / lasted,
  };
}
