/** The footer of the list: what all calls of the run come to. Pure. */
import type { Call } from "../../contract/calls.ts";
import { sumUsd } from "../shell/format.ts";

export interface Sums {
  readonly count: number;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Exact decimal text over the known prices. */
  readonly costUsd: string;
  /** Ended calls whose price nobody told: the sum is at least this much. */
  readonly unknown: number;
  readonly live: number;
}

export function sumsOf(calls: readonly Call[]): Sums {
  const live = calls.filter((call) => call.state === "open" || call.state === "streaming");
  const priceless = calls.filter((call) => call.costUsd === null);
  return {
    count: calls.length,
    promptTokens: total(calls.map((call) => call.promptTokens)),
    completionTokens: total(calls.map((call) => call.completionTokens)),
    costUsd: sumUsd(calls.map((call) => call.costUsd)),
    unknown: priceless.filter((call) => call.state !== "open" && call.state !== "streaming").length,
    live: live.length,
  };
}

/** Null when none of them is known: no figure is better than a zero that nobody told. */
function total(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}
