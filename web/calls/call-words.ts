/** What the list and the inspector call a call, and what they say of its state. Pure. */
import { overBudgetCode, unknownPriceCode, type Call } from "../../contract/calls.ts";

export interface StatusWords {
  readonly kind: "ok" | "warn" | "bad" | "live" | "plain";
  readonly text: string;
  readonly title: string;
}

/** The status pill: the HTTP status where it tells the truth, a word where it does not. */
export function statusOf(call: Pick<Call, "state" | "status" | "error">): StatusWords {
  const http = call.status === null ? "" : `HTTP ${call.status}`;
  const stopped = stoppedWords[call.error?.code ?? ""];
  if (stopped !== undefined) return { kind: "bad", text: stopped, title: `${http}${because(call)}` };
  switch (call.state) {
    case "open":
      return { kind: "live", text: "waiting", title: "The request is on its way; no reply yet" };
    case "streaming":
      return { kind: "live", text: "streaming", title: `${http}, the reply is arriving` };
    case "done":
      return { kind: "ok", text: String(call.status ?? "done"), title: `${http}, the reply is whole` };
    case "unknown":
      return unknownWords(call, http);
    case "failed":
      return failedWords(call, http);
  }
  // The switch is exhaustive; a state of a newer server reads as what it is called.
  return { kind: "plain", text: call.state, title: http };
}

/** Calls that this server's own rules about money stopped, by the error's code. */
const stoppedWords: Readonly<Record<string, string>> = {
  [overBudgetCode]: "over budget",
  [unknownPriceCode]: "no price",
  repeats: "repeated",
};

function unknownWords({ status, error }: Pick<Call, "status" | "error">, http: string): StatusWords {
  if (error?.code === "unpriced" && status !== null) {
    return { kind: "warn", text: String(status), title: `${http}, but the reply did not tell what it cost` };
  }
  return { kind: "warn", text: "broken off", title: "The reply ended before its price was told" };
}

function failedWords(call: Pick<Call, "status" | "error">, http: string): StatusWords {
  if (call.status !== null && call.status >= 400) {
    return { kind: "bad", text: String(call.status), title: `${http}${because(call)}` };
  }
  const begun = call.status === null ? "No reply came" : `${http}, then it failed`;
  return { kind: "bad", text: "failed", title: `${begun}${because(call)}` };
}

function because({ error }: Pick<Call, "error">): string {
  return error === null || error.message === "" ? "" : `: ${error.message}`;
}

/** The model, or for a request that has none, what was asked for: "GET /api/v1/models". */
export function nameOf(call: Pick<Call, "model" | "method" | "path">): string {
  return call.model ?? `${call.method} ${call.path.split("?")[0]}`;
}

/** Tokens per second while the answer streamed; null when that can't be told. */
export function speedOf(call: Pick<Call, "completionTokens" | "ttftMs" | "durationMs">): number | null {
  const { completionTokens, ttftMs, durationMs } = call;
  if (completionTokens === null || ttftMs === null || durationMs === null) return null;
  const ms = durationMs - ttftMs;
  return ms > 0 && completionTokens > 0 ? (completionTokens / ms) * 1000 : null;
}
