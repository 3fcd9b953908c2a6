/** Makes a text that a JSON schema's `pattern` allows, by reading the pattern, never by running it: a hostile one costs nothing. */

/** Characters made and read at most. */
const longest = 500;
const deepest = 20;

interface Reader {
  readonly pattern: string;
  at: number;
}

/** A text that matches the usual subset: literals, classes, groups, alternatives, quantifiers. Null for anything else. */
export function textForPattern(pattern: string): string | null {
  if (pattern.length > longest) return null;
  const reader: Reader = { pattern, at: 0 };
  const text = alternatives(reader, 0);
  return text === null || reader.at < pattern.length || text.length > longest ? null : text;
}

function alternatives(reader: Reader, depth: number): string | null {
  if (depth > deepest) return null;
  const first = sequence(reader, depth);
  if (first === null) return null;
  while (reader.pattern[reader.at] === "|") {
    reader.at += 1;
    if (sequence(reader, depth) === null) return null;
  }
  return first;
}

function sequence(reader: Reader, depth: number): string | null {
  let text = "";
  while (reader.at < reader.pattern.length && !"|)".includes(reader.pattern[reader.at] ?? "")) {
    const atom = nextAtom(reader, depth);
    if (atom === null) return null;
    text += atom.repeat(repeats(reader));
    if (text.length > longest) return null;
  }
  return text;
}

function nextAtom(reader: Reader, depth: number): string | null {
  const sign = reader.pattern[reader.at++] ?? "";
  if (sign === "^" || sign === "$") return "";
  if (sign === ".") return "a";
  if (sign === "\\") return escaped(reader.pattern[reader.at++] ?? "");
  if (sign === "[") return characterOfClass(reader);
  if (sign !== "(") return "*+?{".includes(sign) ? null : sign;
  const opening = /^\?(?::|<[A-Za-z]\w*>)/.exec(reader.pattern.slice(reader.at))?.[0] ?? "";
  if (opening === "" && reader.pattern[reader.at] === "?") return null;
  reader.at += opening.length;
  const inner = alternatives(reader, depth + 1);
  return reader.pattern[reader.at++] === ")" ? inner : null;
}

/** A letter after a backslash; null for what can't be made up (back references, boundaries, properties). */
function escaped(letter: string): string | null {
  const classes: Record<string, string> = {
    d: "1",
    w: "a",
    s: " ",
    D: "a",
    W: "-",
    S: "a",
    n: "\n",
    t: "\t",
  };
  const known = classes[letter];
  if (known !== undefined) return known;
  return letter === "" || /[A-Za-z0-9]/.test(letter) ? null : letter;
}

function characterOfClass(reader: Reader): string | null {
  const end = reader.pattern.indexOf("]", reader.at + 1);
  if (end < 0) return null;
  const inside = reader.pattern.slice(reader.at, end);
  reader.at = end + 1;
  if (inside.startsWith("^"))
    return ["a", "1", "-", "~"].find((candidate) => !inside.includes(candidate)) ?? null;
  if (inside.startsWith("\\")) return escaped(inside[1] ?? "");
  return inside[0] ?? null;
}

function repeats(reader: Reader): number {
  const found = /^(?:[*?+]|\{(\d{1,3})(?:,\d{0,3})?\})\??/.exec(reader.pattern.slice(reader.at));
  if (!found) return 1;
  reader.at += found[0].length;
  if (found[1] !== undefined) return Number(found[1]);
  return found[0].startsWith("+") ? 1 : 0;
}
