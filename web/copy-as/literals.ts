/** Writes texts and JSON as literals of Python and JavaScript; what can't be seen on a screen is written as an escape. */
import { everyNumber, isExactFloat, isWellFormed, type Json } from "./json-tree.ts";

export interface Dialect {
  readonly string: (text: string) => string;
  readonly key: (text: string) => string;
  readonly words: Readonly<Record<"true" | "false" | "null", string>>;
  /** Whether a literal of this language sends the same JSON again. */
  readonly holds: (json: Json) => boolean;
}

/**
 * Control and format characters (bidirectional overrides among them), unassigned ones and odd spaces: pasted into a
 * terminal or an editor they would do something, or hide something. Lone surrogates are among them.
 */
const unseen = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const hex = (code: number, length: number): string => code.toString(16).padStart(length, "0");

/** A string literal of Python 3. */
export function pythonString(text: string): string {
  const escaped = text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll(unseen, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    const long = code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
    return short[sign] ?? (code <= 0xff ? `\\x${hex(code, 2)}` : long);
  });
  return `"${escaped}"`;
}

/** A bytes literal of Python, one byte a character: for header values, which are Latin-1 on the wire. */
export const pythonBytes = (text: string): string =>
  `b${pythonString(text).replaceAll(/[\x80-\xff]/g, (sign) => `\\x${hex(sign.charCodeAt(0), 2)}`)}`;

/** A string literal of JavaScript. */
export function javaScriptString(text: string): string {
  const escaped = text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll(unseen, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    return short[sign] ?? (code > 0xffff ? `\\u{${hex(code, 1)}}` : `\\u${hex(code, 4)}`);
  });
  return `"${escaped}"`;
}

/** Python reads longer integers only when it is asked to. */
const longestInteger = 300;
const isInteger = (digits: string): boolean => /^-?\d+$/.test(digits);

export const python: Dialect = {
  string: pythonString,
  key: pythonString,
  words: { true: "True", false: "False", null: "None" },
  holds: (json) =>
    isWellFormed(json) &&
    everyNumber(json, (digits) =>
      isInteger(digits) ? digits.length <= longestInteger : isExactFloat(digits),
    ),
};

export const javaScript: Dialect = {
  string: javaScriptString,
  // A plain one would set the object's prototype.
  key: (text) => (text === "__proto__" ? '["__proto__"]' : javaScriptString(text)),
  words: { true: "true", false: "false", null: "null" },
  holds: (json) => isWellFormed(json) && everyNumber(json, isExactFloat),
};

const mostColumns = 80;

/** Laid out as a person would: on one line where it fits, else a line each. `indent` is that of the line it begins in. */
export function literal(json: Json, dialect: Dialect, indent: string): string {
  switch (json.kind) {
    case "string":
      return dialect.string(json.text);
    case "number":
      return json.digits;
    case "word":
      return dialect.words[json.word];
    case "array":
      return bracketed(
        "[",
        json.items.map((item) => (inner) => literal(item, dialect, inner)),
        "]",
        indent,
      );
    case "object":
      return bracketed(
        "{",
        json.entries.map(
          ([key, value]) =>
            (inner) =>
              `${dialect.key(key)}: ${literal(value, dialect, inner)}`,
        ),
        "}",
        indent,
      );
    default:
      return json satisfies never;
  }
}

/** A list of anything in brackets, laid out alike. */
export function bracketed(
  open: string,
  parts: readonly ((indent: string) => string)[],
  close: string,
  indent: string,
): string {
  const inner = `${indent}    `;
  const written = parts.map((part) => part(inner));
  const line = `${open}${written.join(", ")}${close}`;
  if (!line.includes("\n") && indent.length + line.length <= mostColumns) return line;
  return `${open}\n${written.map((part) => `${inner}${part},\n`).join("")}${indent}${close}`;
}
