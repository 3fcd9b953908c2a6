/** Makes both databases hold and give back the same values: text with any character, whole numbers, bytes. */

/**
 * PostgreSQL refuses U+0000 in text, SQLite's functions stop at it, and a lone surrogate has no UTF-8. Each of these, and
 * the mark itself, is stored as the mark U+001A and four hex digits; everything else is stored as it is.
 */
const mark = "\u001a";
const unstorable = /[\0\u001a\p{Surrogate}]/gu;
const stored = /\u001a([0-9a-f]{4})/g;

export function toText(text: string): string {
  return text.replace(unstorable, (c) => mark + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

export function fromText(text: string): string {
  if (!text.includes(mark)) return text;
  return text.replace(stored, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** A value on its way into a statement. */
export function toColumn(value: unknown): unknown {
  if (typeof value === "string") return toText(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  return value === undefined ? null : value;
}

/** Rows on their way out, changed in place: whole numbers are `number` where that is exact and `bigint` beyond. */
export function fromColumns(rows: readonly Record<string, unknown>[]): void {
  for (const row of rows) {
    for (const name in row) {
      const value = row[name];
      if (typeof value === "string") row[name] = fromText(value);
      else if (typeof value === "bigint") row[name] = exactNumber(value);
    }
  }
}

export function exactNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
