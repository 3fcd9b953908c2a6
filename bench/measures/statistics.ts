/** Medians, ratios paired per round, and the tables that show them. Pure. */
import { valuesOf, type Sample } from "./samples.ts";

/** The value below which the share `part` (0 to 1) lies, between neighbours by proportion; NaN of nothing. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Ours over theirs for each round in which both were measured. */
export function pairedRatios(
  ours: ReadonlyMap<number, number>,
  theirs: ReadonlyMap<number, number>,
): readonly number[] {
  return [...ours].flatMap(([round, value]) => {
    const other = theirs.get(round);
    return other === undefined ? [] : [value / other];
  });
}

/** Three significant digits, without an exponent: "0.0123", "6.15", "932". */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const digits = Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toFixed(digits);
}

/** "median (min–max)", or a dash when there is nothing. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return "–";
  return `${figure(median(values))} (${figure(Math.min(...values))}–${figure(Math.max(...values))})`;
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A row for each target, a column for each measure: medians with their spread. */
export function valueTable(
  samples: readonly Sample[],
  targets: readonly string[],
  measures: readonly string[],
): string {
  const rows = targets.map((target) => {
    const columns = measures.map((measure) => [...valuesOf(samples, target, measure).values()]);
    const rounds = Math.max(0, ...columns.map((values) => values.length));
    return [target, String(rounds), ...columns.map(spread)];
  });
  return markdownTable(["target", "n", ...measures], rows);
}

/** The same over one target's values of the same round. */
export function ratioTable(
  samples: readonly Sample[],
  targets: readonly string[],
  measures: readonly string[],
  reference: string,
): string {
  const rows = targets.map((target) => [
    target,
    ...measures.map((measure) =>
      spread(pairedRatios(valuesOf(samples, target, measure), valuesOf(samples, reference, measure))),
    ),
  ]);
  return markdownTable([`over ${reference} of the same round`, ...measures], rows);
}
