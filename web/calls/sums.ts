/** The footer of the list: what the calls in it come to, kept up call by call. Pure. */
import type { Call } from "../../contract/calls.ts";
import { formatCount } from "../shell/format.ts";
import { isLive, isUnpriced } from "./call-kinds.ts";
import { addUsd, noUsd, parseUsd, subtractUsd, usdText } from "./usd.ts";

type Summed = Pick<Call, "state" | "costUsd" | "promptTokens" | "completionTokens">;

export interface Sums {
  readonly count: number;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Exact decimal text over the known prices; null while none is known. */
  readonly costUsd: string | null;
  /** Calls of unknown price: the sum is a least amount then. */
  readonly unknown: number;
  readonly live: number;
}

export interface Tally {
  readonly add: (call: Summed) => void;
  /** Takes back a call that was added, as it was then. */
  readonly remove: (call: Summed) => void;
  readonly sums: () => Sums;
}

/** Adds and takes back single calls, so that one new call does not cost a walk over ten thousand. */
export function createTally(): Tally {
  let count = 0;
  let unknown = 0;
  let live = 0;
  let cost = noUsd;
  let priced = 0;
  const prompt = createTotal();
  const completion = createTotal();
  const book = (call: Summed, by: 1 | -1): void => {
    count += by;
    if (isUnpriced(call)) unknown += by;
    if (isLive(call)) live += by;
    prompt.take(call.promptTokens, by);
    completion.take(call.completionTokens, by);
    const usd = call.costUsd === null ? null : parseUsd(call.costUsd);
    if (usd === null) return;
    priced += by;
    cost = by === 1 ? addUsd(cost, usd) : subtractUsd(cost, usd);
  };
  return {
    add: (call) => book(call, 1),
    remove: (call) => book(call, -1),
    sums: () => ({
      count,
      promptTokens: prompt.known(),
      completionTokens: completion.known(),
      costUsd: priced === 0 ? null : usdText(cost),
      unknown,
      live,
    }),
  };
}

export function sumsOf(calls: readonly Summed[]): Sums {
  const tally = createTally();
  for (const call of calls) tally.add(call);
  return tally.sums();
}

/** Null when none of them is known: no figure is better than a zero that nobody told. */
function createTotal() {
  let sum = 0;
  let known = 0;
  return {
    take: (count: number | null, by: 1 | -1): void => {
      if (count === null) return;
      known += by;
      sum += by * count;
    },
    known: (): number | null => (known === 0 ? null : sum),
  };
}

/** A sum of tokens for a narrow column: "9999", "99,999", "502K", "1.25M"; null is "–". */
export function shortCount(count: number | null): string {
  if (count === null || count < 99_999.5) return formatCount(count);
  return count < 999_500 ? `${Math.round(count / 1000)}K` : `${(count / 1_000_000).toFixed(2)}M`;
}
