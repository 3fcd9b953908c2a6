/** Reads requirements ("numpy>=2,<3") and sets of Python versions, as PEP 508 and PEP 440 write them. Pure. */
import { done, refused, type Result } from "../../contract/failures.ts";

/** A requirement that only an index can serve, in one spelling: equal ones have equal texts. */
export interface Requirement {
  /** As PyPI compares names: lower case, with single hyphens. */
  readonly name: string;
  /** What pip gets; never begins with a hyphen, holds no address. */
  readonly text: string;
}

const mostCharacters = 300;
const shape =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([A-Za-z0-9._,\s-]*)\])?\s*(?:\(([^()]*)\)|([^;()]*?))?\s*(?:;\s*([\x20-\x7e]+))?$/;
const clause = /^(===|~=|==|!=|<=|>=|<|>)\s*([A-Za-z0-9.!+*_-]+)$/;

/** The error is a sentence without its subject: "is …". */
export function readRequirement(given: string): Result<Requirement, string> {
  const text = given.trim();
  if (text.length > mostCharacters) return refused(`is longer than ${mostCharacters} characters`);
  if (/^[A-Za-z0-9._-]+\s*(\[[^\]]*\])?\s*@/.test(text) || /^[a-z+]+:\/\//i.test(text))
    return refused("names an address; only packages of the index can be installed");
  const [, name, extras = "", inBrackets, plain, marker] = shape.exec(text) ?? [];
  if (name === undefined) return refused("is not a requirement such as numpy or numpy>=2");
  const clauses = splitClauses(inBrackets ?? plain ?? "");
  if (clauses === null) return refused("holds no version such as numpy>=2,<3");
  const normal = normalName(name);
  const wanted = extras
    .split(",")
    .map((extra) => normalName(extra.trim()))
    .filter((extra) => extra !== "")
    .sort();
  const after = marker === undefined ? "" : ` ; ${marker.trim().replaceAll(/\s+/g, " ")}`;
  const versions = clauses.map(({ operator, version }) => operator + version).sort();
  return done({
    name: normal,
    text: `${normal}${wanted.length === 0 ? "" : `[${wanted.join(",")}]`}${versions.join(",")}${after}`,
  });
}

/** "Foo.Bar_baz" and "foo-bar-baz" are one package. */
export const normalName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, "-");

/** Whether "3.11.2" is among the versions that a `requires-python` names; null when that can't be read. */
export function allowsPython(specifier: string, version: string): boolean | null {
  const clauses = splitClauses(specifier);
  if (clauses === null) return null;
  const verdicts = clauses.map((one) => isWithin(one, version));
  return verdicts.includes(null) ? null : !verdicts.includes(false);
}

interface Clause {
  readonly operator: string;
  readonly version: string;
}

function splitClauses(text: string): Clause[] | null {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const clauses = parts.map((part) => {
    const [, operator, version] = clause.exec(part) ?? [];
    return operator === undefined || version === undefined ? null : { operator, version };
  });
  return clauses.includes(null) ? null : (clauses as Clause[]);
}

/** An interpreter's version is digits and dots; so are the versions that it can be compared with here (pre-releases count as their release). */
function isWithin({ operator, version }: Clause, python: string): boolean | null {
  if (operator === "===") return version === python;
  const isPrefix = version.endsWith(".*");
  const digits = (isPrefix ? version.slice(0, -2) : version).replace(/(a|b|rc|\.dev|\.post)\d*$/, "");
  if (!/^\d{1,4}(\.\d{1,4})*$/.test(digits) || (isPrefix && operator !== "==" && operator !== "!="))
    return null;
  const wanted = digits.split(".").map(Number);
  const has = python.split(".").map(Number);
  const order = compare(isPrefix ? has.slice(0, wanted.length) : has, wanted);
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<=":
      return order <= 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    default:
      // "~=3.10.2" is ">=3.10.2, ==3.10.*"; with one number it means nothing.
      if (wanted.length < 2) return null;
      return order >= 0 && compare(has.slice(0, wanted.length - 1), wanted.slice(0, -1)) === 0;
  }
}

export function compareVersions(one: string, other: string): number {
  return compare(one.split(".").map(Number), other.split(".").map(Number));
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
