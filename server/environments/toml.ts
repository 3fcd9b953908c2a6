/** Reads TOML 1.0, which is what stands in a PEP 723 header: the whole language, because a header may hold any of it. Pure. */
import { done, refused, type Result } from "../../contract/failures.ts";

/** A table holds its values by key; a date or time stays the text that it is. */
export type TomlValue = string | number | bigint | boolean | TomlDate | readonly TomlValue[] | TomlTable;
export type TomlTable = Map<string, TomlValue>;
export interface TomlDate {
  readonly date: string;
}

export interface TomlFault {
  /** From 1. */
  readonly line: number;
  readonly says: string;
}

class Fault extends Error {}

/** Deeper arrays and tables are refused: nobody writes them, and each level costs a call. */
const mostNesting = 100;

export function parseToml(text: string): Result<TomlTable, TomlFault> {
  const reader = new Reader(text);
  try {
    return done(reader.document());
  } catch (error) {
    if (error instanceof Fault) return refused({ line: reader.line(), says: error.message });
    throw error;
  }
}

const bareKey = /[A-Za-z0-9_-]+/y;
const blank = /[ \t]*/y;
const comment = /#[^\n]*/y;
const dateTime =
  /(?:\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d:\d\d(?:\.\d+)?)(?![\w.+-])/y;
const scalar = /[A-Za-z0-9_+.-]+/y;
const decimal = /^[+-]?(?:0|[1-9](?:_?\d)*)$/;
const prefixed = /^0(?:x[\dA-Fa-f](?:_?[\dA-Fa-f])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)$/;
const float = /^[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?$|^[+-]?(?:inf|nan)$/;
// oxlint-disable-next-line no-control-regex -- TOML forbids exactly these
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/;
const escapes: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  '"': '"',
  "\\": "\\",
};

class Reader {
  readonly #text: string;
  #at = 0;
  #nesting = 0;
  /** Tables that were written out, by `[name]` or inline: they are closed to further definition. */
  readonly #defined = new Set<TomlTable>();
  /** Tables that dotted keys made: only dotted keys of the same table may add to them. */
  readonly #dotted = new Map<TomlTable, TomlTable>();
  readonly #closed = new Set<TomlValue>();
  readonly #arraysOfTables = new Set<TomlValue>();

  constructor(text: string) {
    this.#text = text.replaceAll("\r\n", "\n");
  }

  line(): number {
    return this.#text.slice(0, this.#at).split("\n").length;
  }

  document(): TomlTable {
    const wrong = forbidden.exec(this.#text);
    if (wrong !== null) {
      this.#at = wrong.index;
      throw new Fault("a control character can't stand here");
    }
    const root: TomlTable = new Map();
    let current = root;
    for (this.#skipLines(); this.#at < this.#text.length; this.#skipLines()) {
      if (this.#peek("[[")) current = this.#arrayHeader(root);
      else if (this.#peek("[")) current = this.#tableHeader(root);
      else this.#keyValue(current, current);
      this.#endOfLine();
    }
    return root;
  }

  #tableHeader(root: TomlTable): TomlTable {
    this.#take("[");
    const path = this.#keys();
    this.#take("]");
    const last = path.pop() ?? "";
    const parent = this.#walk(root, path);
    const found = parent.get(last);
    if (found === undefined) {
      const table: TomlTable = new Map();
      parent.set(last, table);
      this.#defined.add(table);
      return table;
    }
    if (!(found instanceof Map) || this.#isFixed(found)) throw new Fault(`"${last}" is defined twice`);
    this.#defined.add(found);
    return found;
  }

  #arrayHeader(root: TomlTable): TomlTable {
    this.#take("[[");
    const path = this.#keys();
    this.#take("]]");
    const last = path.pop() ?? "";
    const parent = this.#walk(root, path);
    const table: TomlTable = new Map();
    this.#defined.add(table);
    const found = parent.get(last);
    if (found === undefined) {
      const tables = [table];
      this.#arraysOfTables.add(tables);
      parent.set(last, tables);
    } else if (Array.isArray(found) && this.#arraysOfTables.has(found)) found.push(table);
    else throw new Fault(`"${last}" is defined twice`);
    return table;
  }

  #isFixed(table: TomlTable): boolean {
    return this.#defined.has(table) || this.#dotted.has(table) || this.#closed.has(table);
  }

  /** Down a header's path; what is not there is made, and the last table of an array is meant. */
  #walk(root: TomlTable, path: readonly string[]): TomlTable {
    let table = root;
    for (const key of path) {
      let found = table.get(key);
      if (found === undefined) {
        found = new Map();
        table.set(key, found);
      }
      if (Array.isArray(found) && this.#arraysOfTables.has(found)) found = found.at(-1) as TomlValue;
      if (!(found instanceof Map) || this.#closed.has(found)) throw new Fault(`"${key}" is no table`);
      table = found;
    }
    return table;
  }

  /** `owner`: the table whose body this line is part of. */
  #keyValue(table: TomlTable, owner: TomlTable): void {
    const path = this.#keys();
    this.#take("=");
    const last = path.pop() ?? "";
    let into = table;
    for (const key of path) {
      let found = into.get(key);
      if (found === undefined) {
        found = new Map<string, TomlValue>();
        into.set(key, found);
        this.#dotted.set(found, owner);
      }
      if (!(found instanceof Map) || this.#dotted.get(found) !== owner)
        throw new Fault(`"${key}" is defined already`);
      into = found;
    }
    if (into.has(last)) throw new Fault(`"${last}" is defined twice`);
    this.#blank();
    into.set(last, this.#value());
  }

  #keys(): string[] {
    const keys: string[] = [];
    do {
      this.#blank();
      const character = this.#text[this.#at];
      if (character === '"' || character === "'") {
        if (this.#peek(character.repeat(3))) throw new Fault("a key can't have several lines");
        keys.push(this.#string());
      } else {
        const key = this.#match(bareKey);
        if (key === null) throw new Fault("a key is missing here");
        keys.push(key);
      }
      this.#blank();
    } while (this.#next("."));
    return keys;
  }

  #value(): TomlValue {
    const character = this.#text[this.#at];
    if (character === '"' || character === "'") return this.#string();
    if (character === "[" || character === "{") {
      if ((this.#nesting += 1) > mostNesting) throw new Fault("it is nested too deeply");
      const value = character === "[" ? this.#array() : this.#inlineTable();
      this.#nesting -= 1;
      this.#closed.add(value);
      return value;
    }
    const date = this.#match(dateTime);
    if (date !== null) return { date };
    const word = this.#match(scalar);
    if (word === null) throw new Fault("a value is missing here");
    return number(word);
  }

  #array(): TomlValue {
    const values: TomlValue[] = [];
    this.#take("[");
    for (this.#skipLines(); !this.#next("]"); this.#skipLines()) {
      values.push(this.#value());
      this.#skipLines();
      if (this.#next(",")) continue;
      if (!this.#peek("]")) throw new Fault('"," or "]" is missing here');
    }
    return values;
  }

  #inlineTable(): TomlValue {
    const table: TomlTable = new Map();
    this.#take("{");
    this.#blank();
    if (this.#next("}")) return table;
    do this.#keyValue(table, table);
    while ((this.#blank(), this.#next(",")));
    this.#take("}");
    this.#close(table);
    return table;
  }

  /** Dotted keys in an inline table made tables that are finished with it. */
  #close(table: TomlTable): void {
    for (const value of table.values()) {
      if (!(value instanceof Map) || this.#closed.has(value)) continue;
      this.#closed.add(value);
      this.#close(value);
    }
  }

  #string(): string {
    const quote = this.#text[this.#at] ?? "";
    const isLong = this.#peek(quote.repeat(3));
    const end = isLong ? quote.repeat(3) : quote;
    this.#at += end.length;
    if (isLong) this.#next("\n");
    let value = "";
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || (character === "\n" && !isLong))
        throw new Fault("a string is not closed");
      if (this.#peek(end)) {
        // Up to two quotes may stand directly before the three that close.
        for (let more = isLong ? 2 : 0; more > 0 && this.#text[this.#at + 3] === quote; more -= 1) {
          value = `${value}${quote}`;
          this.#at += 1;
        }
        this.#at += end.length;
        return value;
      }
      this.#at += 1;
      value += character === "\\" && quote === '"' ? this.#escape(isLong) : character;
    }
  }

  #escape(isLong: boolean): string {
    const folded = isLong ? this.#match(/[ \t]*\n[ \t\n]*/y) : null;
    if (folded !== null) return "";
    const letter = this.#text[this.#at] ?? "";
    this.#at += 1;
    const plain = escapes[letter];
    if (plain !== undefined) return plain;
    const digits = letter === "u" ? this.#match(/[\dA-Fa-f]{4}/y) : null;
    const more = letter === "U" ? this.#match(/[\dA-Fa-f]{8}/y) : null;
    const point = Number.parseInt(digits ?? more ?? "", 16);
    if (Number.isNaN(point) || point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff))
      throw new Fault("an escape in a string is not one of TOML's");
    return String.fromCodePoint(point);
  }

  #skipLines(): void {
    do {
      this.#blank();
      this.#match(comment);
    } while (this.#next("\n"));
  }

  #endOfLine(): void {
    this.#blank();
    this.#match(comment);
    if (this.#at < this.#text.length && !this.#next("\n"))
      throw new Fault("there is more on the line than one thing");
  }

  #blank(): void {
    this.#match(blank);
  }

  #peek(text: string): boolean {
    return text !== "" && this.#text.startsWith(text, this.#at);
  }

  #next(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at += text.length;
    return true;
  }

  #take(text: string): void {
    this.#blank();
    if (!this.#next(text)) throw new Fault(`"${text}" is missing here`);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at += found[0].length;
    return found[0];
  }
}

function number(word: string): TomlValue {
  if (word === "true" || word === "false") return word === "true";
  const digits = word.replaceAll("_", "");
  if (decimal.test(word) || prefixed.test(word)) return exact(digits);
  if (!float.test(word)) throw new Fault(`"${word}" is no value: text needs quotes`);
  return Number(digits.replace("inf", "Infinity").replace("nan", "NaN"));
}

function exact(digits: string): number | bigint {
  const value = Number(digits);
  if (Number.isSafeInteger(value)) return value;
  return digits.startsWith("-") ? -BigInt(digits.slice(1)) : BigInt(digits.replace("+", ""));
}
