/** Decides how a call ended and what it cost, from how the exchange ended and what the reply told. Pure. */
import { overBudgetCode, type CallState } from "../../contract/calls.ts";
import { priceOf as priceIn } from "./bill.ts";
import type { UpstreamFailure } from "../openrouter/upstream.ts";
import type { Meaning, ReplyError } from "./reply-meaning.ts";

export type Ending =
  /** The reply came to its end (an answer of the gateway's own counts too, with `refused`). */
  | { readonly kind: "whole" }
  /** The gateway's policy or a ceiling refused it; nothing was sent on. */
  | { readonly kind: "refused"; readonly message: string; readonly code?: string }
  /** What was set aside for it is used up: it was cut off upstream. */
  | { readonly kind: "cut"; readonly message: string }
  /** There was no reply. */
  | { readonly kind: "no-reply"; readonly failure: UpstreamFailure }
  /** The reply broke off. */
  | { readonly kind: "broken"; readonly message: string }
  /** The program went away, or its run ended. */
  | { readonly kind: "left"; readonly message: string };

export interface Outcome {
  readonly state: Extract<CallState, "done" | "failed" | "unknown">;
  readonly costText: string | null;
  readonly costPicoUsd: bigint | null;
  readonly error: ReplyError | null;
}

export interface Exchange {
  readonly ending: Ending;
  /** HTTP status that the program got, null when it got none. */
  readonly status: number | null;
  readonly meaning: Meaning;
  /** True for a request that is charged for. */
  readonly costs: boolean;
  /** True when the stream's own end marker was seen, so nothing more could have been told. */
  readonly ended: boolean;
}

export function settle(exchange: Exchange): Outcome {
  const { ending, meaning } = exchange;
  const price = priceOf(exchange);
  const known = price.costText !== null;
  /** Money may have gone where nobody told how much of it. */
  const untold = exchange.costs && !known;
  const outcome = (state: Outcome["state"], error: ReplyError | null): Outcome => ({
    state,
    costText: price.costText,
    costPicoUsd: price.costPicoUsd,
    error,
  });
  switch (ending.kind) {
    case "refused":
      return outcome("failed", { code: ending.code ?? "refused", message: ending.message });
    case "cut":
      return outcome(untold ? "unknown" : "failed", { code: overBudgetCode, message: ending.message });
    case "no-reply": {
      const nothingSent = ending.failure.code === "no-key" || ending.failure.code === "unreachable";
      return outcome(exchange.costs && !nothingSent ? "unknown" : "failed", ending.failure);
    }
    case "broken":
      return outcome(untold ? "unknown" : "failed", { code: "broken-off", message: ending.message });
    case "left":
      if (meaning.error !== null) return outcome("failed", meaning.error);
      // A program may leave as soon as it has read what it wanted; then all that matters has been told.
      if (known || (exchange.ended && !exchange.costs)) return outcome("done", null);
      return outcome(untold ? "unknown" : "failed", { code: "program-left", message: ending.message });
    case "whole":
      if (meaning.error !== null) return outcome("failed", meaning.error);
      if (isErrorStatus(exchange.status)) return outcome("failed", statusError(exchange.status));
      return untold
        ? outcome("unknown", {
            code: "unpriced",
            message: price.doubt ?? "The reply ended without telling what it cost.",
          })
        : outcome("done", null);
    default:
      return ending satisfies never;
  }
}

const isErrorStatus = (status: number | null): status is number => status !== null && status >= 400;

const statusError = (status: number): ReplyError => ({
  code: String(status),
  message: `OpenRouter answered with status ${status}.`,
});

interface Price {
  readonly costText: string | null;
  readonly costPicoUsd: bigint | null;
  readonly doubt: string | null;
}

/** Only requests that are charged for are priced: asking twice for a finished job must not count its price twice. */
function priceOf({ costs, meaning }: Exchange): Price {
  const { costText } = meaning;
  if (!costs || costText === null) return { costText: null, costPicoUsd: null, doubt: null };
  const costPicoUsd = priceIn(costText);
  if (costPicoUsd === null)
    return {
      costText: null,
      costPicoUsd: null,
      doubt: `The reply told a cost that can't be one: ${costText.slice(0, 64)}.`,
    };
  return { costText, costPicoUsd, doubt: null };
}
