/** What a refusing reply tells besides its message, on every surface: the provider's own words, reasons, and when to try again. Pure. */
import type { CallRecord } from "../../contract/calls.ts";
import { asText, listIn, objectIn, objectsIn, parsed, type JsonObject } from "../recorded/json-values.ts";

export interface FailureDetail {
  readonly name: string;
  readonly text: string;
}

const longest = 600;
/** A refusal is small; a larger reply is an answer. */
const readCharacters = 100_000;

/** From the recorded reply of a failed call, a stream's error event included; empty when it tells no more. */
export function failureDetails(
  response: CallRecord["response"],
  events: CallRecord["events"] = [],
): readonly FailureDetail[] {
  const body = failedBody(response.text, events);
  const error = objectIn(body?.["error"]) ?? objectIn(objectIn(body?.["response"])?.["error"]);
  const told = objectIn(error?.["metadata"]) ?? {};
  const availability = objectIn(error?.["availability"]) ?? {};
  const details: [string, string | null][] = [
    ["Kind", wordIn(told["error_type"] ?? error?.["error_type"] ?? body?.["error_type"])],
    ["Provider", wordIn(told["provider_name"])],
    ["It said", innermostMessage(told["raw"])],
    ["Failed before", joined(objectsIn(told["previous_errors"]).map(previousError))],
    ["Reasons", joined(listIn(told["reasons"]))],
    ["Flagged", wordIn(told["flagged_input"])],
    ["Guardrail matched", joined(listIn(told["patterns"]))],
    ["Limit of", wordIn(told["limit_source"])],
    ["Excluded by", joined(listIn(availability["excluded_by"]))],
    ["Models to try", joined(listIn(availability["fallback_models"]))],
    ["Worth trying again", retryable(availability["retryable"])],
    ["Retry after", retryAfter(response.headers) ?? seconds(availability["retry_after"])],
    ["Limit resets", resetMoment(response.headers, objectIn(told["headers"]))],
    ["Request", wordIn(body?.["request_id"])],
  ];
  return details.flatMap(([name, text]) => (text === null ? [] : [{ name, text: text.slice(0, longest) }]));
}

/** The reply as a whole, or the last event that holds an error. */
function failedBody(text: string, events: CallRecord["events"]): JsonObject | null {
  if (events.length === 0) return text.length > readCharacters ? null : objectIn(parsed(text));
  const last = events.findLast(({ kind, text }) => kind === "data" && text.includes('"error"'));
  return last === undefined || last.text.length > readCharacters ? null : objectIn(parsed(last.text));
}

/** The provider's body stands in `raw` as text or JSON; what it means is mostly in `error.message`. */
function innermostMessage(raw: unknown): string | null {
  const body: unknown = typeof raw === "string" && raw.length <= readCharacters ? (parsed(raw) ?? raw) : raw;
  if (typeof body === "string") return wordIn(body);
  const error = objectIn(body)?.["error"];
  const message = wordIn(objectIn(error)?.["message"] ?? error ?? objectIn(body)?.["message"]);
  return message ?? (body === undefined || body === null ? null : JSON.stringify(body));
}

function previousError(entry: JsonObject): string {
  return [entry["provider"], entry["status"] ?? entry["code"]]
    .map(asText)
    .filter((word) => word !== "")
    .join(" ");
}

function retryable(value: unknown): string | null {
  return typeof value === "boolean" ? (value ? "yes" : "no, not without a change") : null;
}

/** The header holds seconds or a date; a number is given its unit. */
function retryAfter(headers: CallRecord["response"]["headers"]): string | null {
  return seconds(headers.find(([name]) => name.toLowerCase() === "retry-after")?.[1]);
}

function seconds(value: unknown): string | null {
  const text = typeof value === "number" ? String(value) : wordIn(value);
  return text !== null && /^\d+(\.\d+)?$/.test(text) ? `${text} s` : text;
}

/** OpenRouter's own limits tell their reset as Unix milliseconds, in a header or within the error. */
function resetMoment(headers: CallRecord["response"]["headers"], inside: JsonObject | null): string | null {
  const name = "x-ratelimit-reset";
  const told =
    headers.find(([key]) => key.toLowerCase() === name)?.[1] ??
    Object.entries(inside ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  const at = Number(told);
  return /^\d{12,14}$/.test(asText(told))
    ? new Date(at).toISOString().replace("T", " ").replace(/\..*/, " UTC")
    : null;
}

function wordIn(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

function joined(list: readonly unknown[]): string | null {
  return wordIn(list.filter((entry) => typeof entry === "string").join(", "));
}
