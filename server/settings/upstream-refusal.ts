/** A failure of the client as the page is told of it. Pure. */
import type { FailureCode, Refusal } from "../../contract/failures.ts";
import type { ClientFailure } from "../openrouter/client.ts";

const codes = {
  unreachable: "upstream-unreachable",
  "timed-out": "upstream-unreachable",
  refused: "upstream-error",
  "bad-reply": "upstream-error",
  aborted: "upstream-error",
  "no-key": "upstream-error",
} as const satisfies Record<ClientFailure["code"], FailureCode>;

/** For anything but a key that OpenRouter does not know, which only the caller can tell. */
export function upstreamRefusal(failure: ClientFailure): Refusal {
  const status = failure.code === "refused" ? `OpenRouter answered with status ${failure.status}: ` : "";
  return { code: codes[failure.code], says: status + failure.message };
}
