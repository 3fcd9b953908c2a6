/** The footer of the list: what all calls of the run come to. Pure. */
import type { Call } from "../../contract/calls.ts";
import { formatCount, sumUsd } from "../shell/format.ts";

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

export function sumsOf(calls: readonly Call[]): Sums {
  const live = calls.filter((call) => call.state === "open" || call.state === "streaming");
  const unknown = calls.filter((call) => call.state === "unknown" && call.costUsd === null);
  return {
    count: calls.length,
    promptTokens: total(calls.map((call) => call.promptTokens)),
    completionTokens: total(calls.map((call) => call.completionTokens)),
    costUsd: calls.every((call) => call.costUsd === null) ? null : sumUsd(calls.map((call) => call.costUsd)),
    unknown: unknown.length,
    live: live.length,
  };
}

/** Null when none of them is known: no figure is better than a zero that nobody told. */
function total(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}

/** A sum of tokens for a narrow column: "9999", "99,999", "502K", "1.25M"; null is "–". */
export function shortCount(count: number | null): string {
  if (count === null || count < 99_999.5) return formatCount(count);
  return count < 999_500 ? `${Math.round(count / 1000)}K` : `${(count / 1_000_000).toFixed(2)}M`;
}
