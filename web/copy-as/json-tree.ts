/** JSON as a tree that keeps each number's own digits and the order of keys, so that a program written from it sends the same. */

export type Json =
  | { readonly kind: "object"; readonly entries: readonly (readonly [key: string, value: Json])[] }
  | { readonly kind: "array"; readonly items: readonly Json[] }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly digits: string }
  | { readonly kind: "word"; readonly word: "true" | "false" | "null" };

/** What is nested deeper is no tree here: Python's parser gives up at 200 brackets. */
const deepest = 60;

/** Null when it is not JSON, or nested too deep. */
export function readJson(text: string): Json | null {
  try {
    JSON.parse(text);
  } catch {
    // Not JSON is an answer here, not a fault.
    return null;
  }
  let at = 0;
  const skipBlanks = (): void => {
    while (/[ \t\r\n]/.test(text.charAt(at))) at += 1;
  };
  /** The text is known to be JSON: what is not asked for is there. */
  const next = (): string => {
    skipBlanks();
    return text.charAt(at);
  };
  const value = (depth: number): Json | null => {
    if (depth > deepest) return null;
    const first = next();
    if (first === "{") return object(depth);
    if (first === "[") return array(depth);
    if (first === '"') return { kind: "string", text: string() };
    const start = at;
    while (/[-+.\w]/.test(text.charAt(at))) at += 1;
    const word = text.slice(start, at);
    return word === "true" || word === "false" || word === "null"
      ? { kind: "word", word }
      : { kind: "number", digits: word };
  };
  const string = (): string => {
    const start = at;
    for (at += 1; text.charAt(at) !== '"'; at += 1) if (text.charAt(at) === "\\") at += 1;
    at += 1;
    return JSON.parse(text.slice(start, at)) as string;
  };
  const object = (depth: number): Json | null => {
    const entries: [string, Json][] = [];
    at += 1;
    for (; next() !== "}"; at += next() === "," ? 1 : 0) {
      const key = string();
      next();
      at += 1;
      const member = value(depth + 1);
      if (member === null) return null;
      entries.push([key, member]);
    }
    at += 1;
    return { kind: "object", entries };
  };
  const array = (depth: number): Json | null => {
    const items: Json[] = [];
    at += 1;
    for (; next() !== "]"; at += next() === "," ? 1 : 0) {
      const item = value(depth + 1);
      if (item === null) return null;
      items.push(item);
    }
    at += 1;
    return { kind: "array", items };
  };
  return value(0);
}

/** Whether all strings and keys of it are whole Unicode: half of a surrogate pair can't be sent as UTF-8. */
export function isWellFormed(json: Json): boolean {
  if (json.kind === "string") return json.text.isWellFormed();
  if (json.kind === "array") return json.items.every(isWellFormed);
  if (json.kind !== "object") return true;
  return json.entries.every(([key, value]) => key.isWellFormed() && isWellFormed(value));
}

/** Whether every number of it passes the test. */
export function everyNumber(json: Json, passes: (digits: string) => boolean): boolean {
  if (json.kind === "number") return passes(json.digits);
  if (json.kind === "array") return json.items.every((item) => everyNumber(item, passes));
  if (json.kind !== "object") return true;
  return json.entries.every(([, value]) => everyNumber(value, passes));
}

/** Whether the number is the same after a trip through a 64-bit float, as JavaScript and Python write those. */
export function isExactFloat(digits: string): boolean {
  const number = Number(digits);
  return Number.isFinite(number) && decimalOf(String(number)) === decimalOf(digits);
}

/** One text for all ways of writing the same decimal: its digits without zeros around them, and the exponent. */
function decimalOf(digits: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(digits) ?? [];
  const significant = (whole + fraction).replace(/^0+/, "");
  const short = significant.replace(/0+$/, "");
  if (short === "") return "0";
  return `${sign}${short}e${Number(exponent) - fraction.length + significant.length - short.length}`;
}
