/** What the calls of a run come to line by line: counts and exact sums, for the innermost line of the user's own. Pure. */
import type { Call, SourcePlace } from "../../contract/calls.ts";
import { formatUsdShort } from "../shell/format.ts";
import { sumOfCosts } from "./call-costs.ts";

/** A line of one of the program's files, as the run had it. */
export interface SourceLine {
  readonly file: string;
  readonly line: number;
}

export interface LineMoney {
  readonly calls: readonly Call[];
  /** Exact decimal text over the known prices; null while none is known. */
  readonly costUsd: string | null;
  /** Ended, and nobody told the price. */
  readonly unknown: number;
  /** Under way. */
  readonly open: number;
  readonly failed: number;
  /** Sent again by a client library on its own. */
  readonly retries: number;
  /** Some prices are the simulator's. */
  readonly simulated: boolean;
}

/** The line that carries a call's money; null when none of the user's is known. */
export const lineOf = ({ sentFrom }: Pick<Call, "sentFrom">): SourcePlace | null => sentFrom?.[0] ?? null;

export function isOfLine(call: Pick<Call, "sentFrom">, { file, line }: SourceLine): boolean {
  const place = lineOf(call);
  return place !== null && place.line === line && place.file === file;
}

/** By file, then by line. */
export function moneyByLine(
  calls: readonly Call[],
): ReadonlyMap<string, ReadonlyMap<number, readonly Call[]>> {
  const files = new Map<string, Map<number, Call[]>>();
  for (const call of calls) {
    const place = lineOf(call);
    if (place === null) continue;
    const lines = files.get(place.file) ?? new Map<number, Call[]>();
    files.set(place.file, lines);
    const own = lines.get(place.line);
    if (own === undefined) lines.set(place.line, [call]);
    else own.push(call);
  }
  return files;
}

const isOpen = ({ state }: Call): boolean => state === "open" || state === "streaming";

export function moneyOf(calls: readonly Call[]): LineMoney {
  return {
    calls,
    costUsd: sumOfCosts(calls),
    unknown: calls.filter(({ state, costUsd }) => state === "unknown" && costUsd === null).length,
    open: calls.filter(isOpen).length,
    failed: calls.filter(({ state }) => state === "failed").length,
    retries: calls.filter(({ retryOf }) => retryOf !== null).length,
    simulated: calls.some(({ simulated }) => simulated),
  };
}

/** What stands in the margin: "3×" and "$0.0042+?", "?" or "…" where there is no price (yet), "–" where none is charged. */
export function marginWords({ calls, costUsd, unknown, open }: LineMoney): { count: string; sum: string } {
  const more = [unknown > 0 ? "?" : null, open > 0 ? "…" : null].filter((part) => part !== null);
  const parts = costUsd === null ? more : [formatUsdShort(costUsd), ...more];
  return { count: `${calls.length}×`, sum: parts.length === 0 ? "–" : parts.join("+") };
}

const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count} ${count === 1 ? one : several}`;

/** The same as a sentence for a screen reader and the head of the hover: "3 calls, $0.0042, 1 failed". */
export function spokenWords(money: LineMoney): string {
  const { calls, costUsd, unknown, open, failed, retries, simulated } = money;
  const parts = [counted(calls.length, "call")];
  if (costUsd !== null) parts.push(formatUsdShort(costUsd) + (simulated ? " simulated" : ""));
  else if (unknown === 0 && open === 0) parts.push("nothing charged");
  if (unknown > 0) parts.push(`${unknown} of unknown price`);
  if (open > 0) parts.push(`${open} under way`);
  if (failed > 0) parts.push(`${failed} failed`);
  if (retries > 0) parts.push(counted(retries, "retry of a library's own", "retries of a library's own"));
  return parts.join(", ");
}

/** Who called the line, from the inside out: "ask ← main, main.py:30"; empty where the line stands outside of functions. */
export function wayTo({ sentFrom }: Pick<Call, "sentFrom">): string {
  if (sentFrom === null || sentFrom.length < 2) return "";
  return sentFrom
    .slice(1)
    .map(({ file, line }) => `${file}:${line}`)
    .join(" ← ");
}
