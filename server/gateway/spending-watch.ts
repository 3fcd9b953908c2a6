/** Looks at a stream while it passes: once it is sure to have cost more than was set aside, and goes on, it is cut off. */
import { usdText } from "../money.ts";
import type { Held } from "./admit.ts";
import { priceOf } from "./bill.ts";
import type { Meaning } from "./reply-meaning.ts";

/**
 * No tokenizer has a token of more characters than this (the longest ones are runs of spaces), so a text has at least a
 * hundred-and-twenty-eighth as many tokens: bytes are no price, but they are a floor under one.
 */
const longestToken = 128;

export interface SpendingWatch {
  /** Aborted with a sentence when the stream is to be cut off; null: nothing was set aside for it. */
  readonly signal: AbortSignal | null;
  /** What has been read of the stream by now. */
  saw(meaning: Meaning): void;
}

export function spendingWatch(held: Held | null): SpendingWatch {
  if (held === null || held.leastPerToken === null) return { signal: null, saw: () => undefined };
  const { reservation, leastPerToken } = held;
  const cut = new AbortController();
  let earlierLength = 0;
  let told = 0n;
  return {
    signal: cut.signal,
    saw(meaning) {
      const goesOn = meaning.generatedLength > earlierLength;
      earlierLength = meaning.generatedLength;
      // What was told before this piece came: a price beside the last piece stops nothing any more.
      const toldBefore = told;
      told = meaning.costText === null ? told : (priceOf(meaning.costText) ?? told);
      const written = BigInt(Math.floor(meaning.generatedLength / longestToken)) * leastPerToken;
      const least = written > toldBefore ? written : toldBefore;
      if (goesOn && least > reservation.picoUsd)
        cut.abort(
          `Cut off: it had cost at least $${usdText(least)}, and $${usdText(reservation.picoUsd)} was set aside for it.`,
        );
    },
  };
}
