/** Lays JSON out for reading without changing a single value: numbers, escapes and double keys stand as they came. */

export interface Piece {
  readonly kind: "key" | "string" | "number" | "word" | "mark";
  readonly text: string;
}

const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{},:]/g;
const indent = "  ";

/** The text as pieces to show one after the other; null when it is not JSON (show it as it is then). */
export function jsonPieces(text: string): readonly Piece[] | null {
  if (!isJson(text)) return null;
  const tokens = text.match(token) ?? [];
  const pieces: Piece[] = [];
  let depth = 0;
  const newLine = (): string => `\n${indent.repeat(depth)}`;
  for (const [index, text] of tokens.entries()) {
    const next = tokens[index + 1];
    if (text === "{" || text === "[") {
      depth += 1;
      const empty = next === "}" || next === "]";
      pieces.push({ kind: "mark", text: empty ? text : text + newLine() });
    } else if (text === "}" || text === "]") {
      depth -= 1;
      const previous = tokens[index - 1];
      const empty = previous === "{" || previous === "[";
      pieces.push({ kind: "mark", text: empty ? text : newLine() + text });
    } else if (text === ",") pieces.push({ kind: "mark", text: `,${newLine()}` });
    else if (text === ":") pieces.push({ kind: "mark", text: ": " });
    else pieces.push({ kind: kindOf(text, next), text });
  }
  return pieces;
}

function kindOf(text: string, next: string | undefined): Piece["kind"] {
  if (text.startsWith('"')) return next === ":" ? "key" : "string";
  return /^[-\d]/.test(text) ? "number" : "word";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Not JSON is an answer here, not a fault.
    return false;
  }
}
