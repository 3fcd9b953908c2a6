/** What is held against each ceiling now, and which of them is the nearest. Pure. */
import type { Call } from "../../contract/calls.ts";
import type { Run } from "../../contract/runs.ts";
import type { Ceilings } from "../../contract/session.ts";
import { sumOfCosts } from "../margin/call-costs.ts";
import { sumUsd } from "../shell/format.ts";
import { shareOf } from "./amounts.ts";

export type CeilingName = "run" | "session" | "day";

export interface Held {
  readonly which: CeilingName;
  readonly heldUsd: string;
  readonly ceilingUsd: string;
  /** 0 to 1, and more where a price turned out above what was set aside. */
  readonly share: number;
}

/** As the server counts: the price, and what was set aside while there is none. A call that failed without a price costs nothing. */
export function heldOfRun(calls: readonly Call[]): string {
  const aside = calls.filter(
    ({ costUsd, state }) => costUsd === null && state !== "done" && state !== "failed",
  );
  return sumUsd([sumOfCosts(calls), ...aside.map(({ reservedUsd }) => reservedUsd)]);
}

/** The ceilings that are set; of a run the one that it began with. */
export function heldOf(ceilings: Ceilings, run: Run | null, calls: readonly Call[]): readonly Held[] {
  const all: readonly (readonly [CeilingName, string, string | null])[] = [
    ["run", heldOfRun(calls), run?.ceilingUsd ?? null],
    ["session", ceilings.sessionSpentUsd, ceilings.sessionUsd],
    ["day", ceilings.daySpentUsd, ceilings.dayUsd],
  ];
  return all.flatMap(([which, heldUsd, ceilingUsd]) =>
    ceilingUsd === null ? [] : [{ which, heldUsd, ceilingUsd, share: shareOf(heldUsd, ceilingUsd) }],
  );
}

/** The one of which most is used; of equals the narrower one. */
export function nearest(held: readonly Held[]): Held | null {
  return held.reduce<Held | null>(
    (most, one) => (most === null || one.share > most.share ? one : most),
    null,
  );
}

export const ceilingNames: Readonly<Record<CeilingName, string>> = {
  run: "Run",
  session: "Session",
  day: "Today",
};
