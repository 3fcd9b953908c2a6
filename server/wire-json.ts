/** Reads JSON that came over the wire, and its numbers as the digits that stood there: a price never becomes a float. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The text as a JSON object; null when it is none. */
export function jsonObject(text: string): JsonObject | null {
  try {
    return asObject(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export const asObject = (value: unknown): JsonObject | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;

/**
 * The digits of a number that `JSON.parse` read as `value` from a member called `name` (letters and underscores only) of
 * `text`. Inside a JSON string every quote is escaped, so nothing that is merely quoted there can match. Null when `value`
 * is not a number. The parser's own source access would do the same, but takes twelve times as long on large replies.
 */
export function numberText(text: string, name: string, value: unknown): string | null {
  if (typeof value !== "number") return null;
  for (const match of text.matchAll(new RegExp(`"${name}"\\s*:\\s*(-?\\d[\\d.eE+-]*)`, "g"))) {
    const digits = match[1] ?? "";
    if (Object.is(Number(digits), value)) return digits;
  }
  return null;
}

/** "8e-8" as "0.00000008": the same digits, without an exponent. Text without one is answered as it is. */
export function plainDecimal(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const point = whole.length + Number(exponent);
  const digits = (whole + fraction).padEnd(point, "0");
  const before = point > 0 ? digits.slice(0, point) : "0";
  const after = point > 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  return sign + before.replace(/^0+(?=\d)/, "") + (after === "" ? "" : `.${after}`);
}
