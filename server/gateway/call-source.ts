/** Who sent one call, as far as it is known by now, and whether a library sent it again by itself. */
import type { SourcePlace } from "../../contract/calls.ts";
import type { CallChange } from "../store/call-store.ts";
import type { CallLog } from "./call-log.ts";
import type { SeenConnection, Teller } from "./attribution.ts";
import { isRetried, type Retries } from "./retries.ts";
import type { Ending } from "./settle.ts";

export interface CallSource {
  /** What there is to write of it. */
  change(): Pick<CallChange, "sentFrom" | "retryOf">;
  /** Has it written when it is told, if it was not yet. */
  toldTo(row: Pick<CallLog, "change">): void;
  /** The reply's status: a library may try again before the reply has ended. */
  replied(status: number): void;
  ended(ending: Ending): void;
}

export function createCallSource(
  connection: SeenConnection,
  retries: Retries,
  /** `same`: what is equal for equal requests; null while its body is not there whole. */
  call: { readonly requestLine: string; readonly number: number; readonly same: () => string | null },
): CallSource {
  let teller: Teller | null = null;
  let sentFrom: string | null = null;
  let retryOf: number | null | undefined;
  const { requestLine, number } = call;
  let { same } = call;
  let row: Pick<CallLog, "change"> | null = null;
  const change = (): ReturnType<CallSource["change"]> => {
    const rest = retryOf === undefined && teller !== null ? same() : null;
    if (rest !== null) {
      const name = teller?.call ?? null;
      retryOf = name === null ? null : retries.begin(name, rest, number);
    }
    return { sentFrom, retryOf: retryOf ?? null };
  };
  connection.asked(requestLine, (told) => {
    teller = told;
    sentFrom = JSON.stringify(told.places satisfies readonly SourcePlace[]);
    row?.change(change());
  });
  return {
    change,
    toldTo(log) {
      if (teller === null) row = log;
    },
    replied(status) {
      if (isRetried(status)) retries.failed(number);
    },
    ended({ kind }) {
      // It may never be told: the request and its body are not kept for that.
      const rest = same();
      same = () => rest;
      // A refusal's status tells, too; what came whole is not sent again for that.
      if (kind !== "whole" && kind !== "refused") retries.failed(number);
    },
  };
}
