/** What a refusing reply tells besides its message: the provider's own words, reasons, and when to try again. Pure. */
import type { CallRecord } from "../../contract/calls.ts";

export interface FailureDetail {
  readonly name: string;
  readonly text: string;
}

const longest = 600;
/** A refusal is small; a larger reply is an answer. */
const readCharacters = 100_000;

/** From the recorded reply of a failed call; empty when it tells no more. */
export function failureDetails(response: CallRecord["response"]): readonly FailureDetail[] {
  const metadata = objectIn(objectIn(parsed(response.text))?.["error"])?.["metadata"];
  const told = objectIn(metadata) ?? {};
  const details: [string, string | null][] = [
    ["Provider", textIn(told["provider_name"])],
    ["It said", innermostMessage(told["raw"])],
    ["Reasons", listIn(told["reasons"])],
    ["Flagged", textIn(told["flagged_input"])],
    ["Retry after", retryAfter(response.headers)],
  ];
  return details.flatMap(([name, text]) => (text === null ? [] : [{ name, text: text.slice(0, longest) }]));
}

/** The provider's body stands in `raw` as text or JSON; what it means is mostly in `error.message`. */
function innermostMessage(raw: unknown): string | null {
  const body = typeof raw === "string" ? (parsed(raw) ?? raw) : raw;
  if (typeof body === "string") return textIn(body);
  const error = objectIn(body)?.["error"];
  const message = textIn(objectIn(error)?.["message"] ?? error ?? objectIn(body)?.["message"]);
  return message ?? (body === undefined || body === null ? null : JSON.stringify(body));
}

/** The header holds seconds or a date; a number is given its unit. */
function retryAfter(headers: CallRecord["response"]["headers"]): string | null {
  const value = headers.find(([name]) => name.toLowerCase() === "retry-after")?.[1].trim() ?? "";
  if (value === "") return null;
  return /^\d+(\.\d+)?$/.test(value) ? `${value} s` : value;
}

function parsed(text: string): unknown {
  if (text.length > readCharacters) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A page of a proxy, or a stream: it tells nothing here.
    return null;
  }
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
}

function textIn(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

function listIn(value: unknown): string | null {
  if (!Array.isArray(value)) return null;
  return textIn(value.filter((entry) => typeof entry === "string").join(", "));
}
