/** Reads values out of recorded JSON whose shape nobody vouches for: what is not as expected is null, never a fault. Pure. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value of a JSON text; `undefined` when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON is an answer here: a proxy's page, a cut body, a comment of a stream.
    return undefined;
  }
}

export function objectIn(value: unknown): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list; anything else in it is left out. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  return listIn(value)
    .map(objectIn)
    .filter((entry) => entry !== null);
}

/** A text that says something; null for an empty one and for anything else. */
export function textIn(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

export function numberIn(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A text as it is, anything else as JSON, laid out; nothing is an empty text. */
export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  try {
    return JSON.stringify(value, null, 2);
  } catch {
    // Tens of thousands of levels: writing is recursive where reading was not.
    return "(nested too deeply to be laid out; it stands under Raw)";
  }
}
