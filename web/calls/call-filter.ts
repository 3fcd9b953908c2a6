/** Reads the filter's line into what a call must be like, and says in words what it does not understand. Pure. */
import type { Call } from "../../contract/calls.ts";
import { terms, wordsOf, type Matches, type Term } from "./filter-terms.ts";
import { compareUsd, parseUsd } from "./usd.ts";

export interface CallFilter {
  /** All terms that were understood hold; without any, every call does. */
  readonly matches: Matches;
  readonly isEmpty: boolean;
  /** One sentence for each term that was not understood. */
  readonly problems: readonly string[];
}

type Operator = ":" | "=" | ">" | ">=" | "<" | "<=";
type Read<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: string };

const fine = <Value>(value: Value): Read<Value> => ({ ok: true, value });
const wrong = (problem: string): Read<never> => ({ ok: false, problem });

/**
 * Terms are parted by spaces: words, `name:value`, comparisons such as `cost>0.01`, each turned round by a minus before it.
 * Double quotes hold words together and take from them every other meaning. A term without its value yet asks for nothing.
 */
export function readFilter(text: string): CallFilter {
  const all: Matches[] = [];
  const problems: string[] = [];
  for (const token of text.match(/(?:"[^"]*(?:"|$)|[^\s"])+/g) ?? []) {
    const read = readToken(token);
    if (!read.ok) problems.push(read.problem);
    else if (read.value !== null) all.push(read.value);
  }
  const [only] = all;
  const matches: Matches =
    only === undefined
      ? () => true
      : all.length === 1
        ? only
        : (call) => all.every((isMatch) => isMatch(call));
  return { matches, isEmpty: all.length === 0, problems };
}

function readToken(token: string): Read<Matches | null> {
  const isTurned = token.startsWith("-") && token.length > 1;
  const read = readTerm(isTurned ? token.slice(1) : token);
  if (!isTurned || !read.ok || read.value === null) return read;
  const inner = read.value;
  return fine((call) => !inner(call));
}

/** As in "status:429", "cost>0.01" and, as others write it, "cost:>0.01". */
const named = /^([a-z]+)(?::?(>=|<=|>|<|=)|(:))(.*)$/is;

function readTerm(token: string): Read<Matches | null> {
  const [, name, comparison, colon, quoted] = named.exec(token) ?? [];
  const sign = comparison ?? colon;
  if (name === undefined || sign === undefined || quoted === undefined) return readWords(token);
  const term = Object.hasOwn(terms, name.toLowerCase()) ? terms[name.toLowerCase()] : undefined;
  if (term === undefined) {
    return wrong(
      `“${name}” can't be asked for: there are ${Object.keys(terms).join(", ")}. To look for the text itself put it in quotes: "${unquoted(token)}".`,
    );
  }
  const value = unquoted(quoted);
  if (value === "") return fine(null);
  const made = makers[term.kind](term as never, sign as Operator, value);
  return made.ok ? made : wrong(`“${token}”: ${name.toLowerCase()} ${made.problem}.`);
}

function readWords(token: string): Read<Matches | null> {
  const words = unquoted(token).toLowerCase();
  return fine(words === "" ? null : (call) => wordsOf(call).includes(words));
}

const unquoted = (text: string): string => text.replaceAll('"', "");

type Maker<Kind extends Term["kind"]> = (
  term: Extract<Term, { readonly kind: Kind }>,
  operator: Operator,
  value: string,
) => Read<Matches>;

const makers: { readonly [Kind in Term["kind"]]: Maker<Kind> } = {
  text: ({ of }, operator, value) => {
    if (operator !== ":" && operator !== "=")
      return wrong("is a text; it can be asked for with a colon only");
    const wanted = value.toLowerCase();
    if (operator === "=") return fine((call) => of(call)?.toLowerCase() === wanted);
    return fine((call) => of(call)?.toLowerCase().includes(wanted) === true);
  },
  word: ({ words }, operator, value) => {
    const wanted = value.toLowerCase();
    const found = operator === ":" && Object.hasOwn(words, wanted) ? words[wanted] : undefined;
    return found === undefined
      ? wrong(`takes one of ${Object.keys(words).join(", ")}`)
      : fine((call) => found(call));
  },
  status: ({ of }, operator, value) => {
    const hundred = /^([1-5])xx$/i.exec(value)?.[1];
    if (hundred !== undefined && (operator === ":" || operator === "="))
      return fine((call) => Math.floor((of(call) ?? 0) / 100) === Number(hundred));
    return figures(of, operator, value, plain, "takes an HTTP status such as 429, or 4xx");
  },
  number: ({ of }, operator, value) =>
    figures(of, operator, value, plain, "takes a number such as 12, 10-20 or >100"),
  time: ({ of }, operator, value) =>
    figures(of, operator, value, milliseconds, "takes a time such as 500ms or >2s"),
  size: ({ of }, operator, value) => figures(of, operator, value, bytes, "takes a size such as 512 or >20k"),
  usd: ({ of }, operator, value) => {
    const wanted = parseUsd(value.replace(/^\$/, ""));
    if (wanted === null) return wrong("takes a price in USD such as >0.01");
    return fine((call) => {
      const text = of(call);
      const told = text === null ? null : parseUsd(text);
      return told !== null && holds(compareUsd(told, wanted), operator);
    });
  },
};

/** `compared` is below, at or above zero. */
function holds(compared: number, operator: Operator): boolean {
  if (operator === ">") return compared > 0;
  if (operator === ">=") return compared >= 0;
  if (operator === "<") return compared < 0;
  if (operator === "<=") return compared <= 0;
  return compared === 0;
}

/** A figure, or from one to another with a dash; what is not known matches none. */
function figures(
  of: (call: Call) => number | null | readonly number[],
  operator: Operator,
  value: string,
  read: (text: string) => number | null,
  problem: string,
): Read<Matches> {
  const all = (call: Call): readonly number[] => {
    const found = of(call);
    return found === null ? [] : typeof found === "number" ? [found] : found;
  };
  const isEqual = operator === ":" || operator === "=";
  const [least, most] = value.split(/-|\.\./, 2).map(read);
  if (isEqual && most !== undefined) {
    if (least == null || most === null) return wrong(problem);
    return fine((call) => all(call).some((figure) => figure >= least && figure <= most));
  }
  const wanted = read(value);
  if (wanted === null) return wrong(problem);
  return fine((call) => all(call).some((figure) => holds(figure - wanted, operator)));
}

const plain = (text: string): number | null => (/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : null);

const milliseconds = (text: string): number | null => scaled(text, { ms: 1, s: 1000, min: 60_000, "": 1 });

const bytes = (text: string): number | null =>
  scaled(text, { b: 1, k: 1024, kb: 1024, kib: 1024, m: 1024 ** 2, mb: 1024 ** 2, mib: 1024 ** 2, "": 1 });

function scaled(text: string, units: Readonly<Record<string, number>>): number | null {
  const [, figure = "", unit = ""] = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? [];
  const scale = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  return figure === "" || scale === undefined ? null : Number(figure) * scale;
}
