/**
 * A JSON text as a tree that is read only as far as it is opened. Values keep their own digits and escapes, double keys both
 * stand, and megabytes cost one pass over what is opened. Pure.
 */

export interface JsonNode {
  readonly kind: "object" | "array" | "string" | "number" | "word";
  /** Where it stands in the text; `start` is its name, no two nodes share it. */
  readonly start: number;
  readonly end: number;
  /** Members of an object, entries of a list; 0 for plain values. */
  readonly count: number;
}

export interface JsonMember {
  /** The key without its escapes, or the place in the list. */
  readonly name: string | number;
  readonly node: JsonNode;
}

const space = /[ \t\n\r]*/y;
const plain = /[^,\]} \t\n\r]*/y;
const bracket = /["{}[\],]/g;

/** Null when the text is no JSON. */
export function jsonRoot(text: string): JsonNode | null {
  try {
    JSON.parse(text);
  } catch {
    // A cut body, a proxy's page, a stream: an answer, not a fault.
    return null;
  }
  return rootOf(text);
}

/** The same of a text that is known to be JSON. */
export function rootOf(text: string): JsonNode {
  return nodeAt(text, after(space, text, 0));
}

/** The members of an object or list in their order, at most `most`. */
export function membersOf(text: string, node: JsonNode, most: number): readonly JsonMember[] {
  const members: JsonMember[] = [];
  if (node.count === 0) return members;
  let at = after(space, text, node.start + 1);
  while (members.length < Math.min(node.count, most)) {
    let name: string | number = members.length;
    if (node.kind === "object") {
      const end = stringEnd(text, at);
      name = decoded(text.slice(at, end));
      at = after(space, text, after(space, text, end) + 1);
    }
    const member = nodeAt(text, at);
    members.push({ name, node: member });
    // Past the comma.
    at = after(space, text, after(space, text, member.end) + 1);
  }
  return members;
}

/** A string without quotes and escapes; anything else as it stands. */
export function valueText(text: string, node: JsonNode): string {
  const raw = text.slice(node.start, node.end);
  return node.kind === "string" ? decoded(raw) : raw;
}

export const holdsMembers = (node: JsonNode): boolean => node.kind === "object" || node.kind === "array";

function nodeAt(text: string, start: number): JsonNode {
  const first = text[start];
  if (first === '"') return { kind: "string", start, end: stringEnd(text, start), count: 0 };
  if (first === "{" || first === "[") return containerAt(text, start, first === "{" ? "object" : "array");
  const end = after(plain, text, start);
  return { kind: /[-\d]/.test(first ?? "") ? "number" : "word", start, end, count: 0 };
}

function containerAt(text: string, start: number, kind: "object" | "array"): JsonNode {
  let depth = 0;
  let commas = 0;
  let isEmpty = true;
  const inside = after(space, text, start + 1);
  if (text[inside] !== "}" && text[inside] !== "]") isEmpty = false;
  bracket.lastIndex = start;
  for (let found = bracket.exec(text); found !== null; found = bracket.exec(text)) {
    const mark = found[0];
    if (mark === '"') bracket.lastIndex = stringEnd(text, found.index);
    else if (mark === ",") commas += depth === 1 ? 1 : 0;
    else depth += mark === "{" || mark === "[" ? 1 : -1;
    if (depth === 0) return { kind, start, end: found.index + 1, count: isEmpty ? 0 : commas + 1 };
  }
  return { kind, start, end: text.length, count: isEmpty ? 0 : commas + 1 };
}

/** One past the closing quote: the first one before which the backslashes are even. */
function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.exec(text);
  return pattern.lastIndex === 0 ? at : pattern.lastIndex;
}

function decoded(quoted: string): string {
  const value: unknown = JSON.parse(quoted);
  return typeof value === "string" ? value : quoted;
}
