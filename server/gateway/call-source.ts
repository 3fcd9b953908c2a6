/** Who sent one call, as far as it is known by now, and whether a library sent it again by itself. */
import type { SourcePlace } from "../../contract/calls.ts";
import type { CallChange } from "../store/call-store.ts";
import type { SeenConnection, Teller } from "./attribution.ts";
import { isRetried, type Retries } from "./retries.ts";
import type { Ending } from "./settle.ts";

export interface CallSource {
  /** What there is to write of it. */
  change(): Pick<CallChange, "sentFrom" | "retryOf">;
  /** Calls back when it is told, if it was not yet. */
  whenTold(changed: () => void): void;
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
  let changed = (): void => {};
  connection.asked(call.requestLine, (told) => {
    teller = told;
    sentFrom = JSON.stringify(told.places satisfies readonly SourcePlace[]);
    changed();
  });
  return {
    change() {
      const same = retryOf === undefined && teller !== null ? call.same() : null;
      if (same !== null) {
        const name = teller?.call ?? null;
        retryOf = name === null ? null : retries.begin(name, same, call.number);
      }
      return { sentFrom, retryOf: retryOf ?? null };
    },
    whenTold(tell) {
      if (teller === null) changed = tell;
    },
    replied(status) {
      if (isRetried(status)) retries.failed(call.number);
    },
    ended({ kind }) {
      // A refusal's status tells, too; what came whole is not sent again for that.
      if (kind !== "whole" && kind !== "refused") retries.failed(call.number);
    },
  };
}
