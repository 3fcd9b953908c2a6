/** Promises of the literals: bash, Python and JavaScript read back exactly what was written, whatever it holds. */
import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bashWord } from "./curl.ts";
import { isExactFloat, readJson } from "./json-tree.ts";
import {
  javaScript,
  javaScriptString,
  literal,
  python,
  pythonBytes,
  pythonString,
  type Dialect,
} from "./literals.ts";
import { anyText } from "../../test/any-text.ts";

/** Quotes, escapes, line ends, what terminals obey, what editors hide, and halves of pairs. */
const odd = fc.constantFrom(
  "'",
  '"',
  "`",
  "\\",
  "$",
  "!",
  "\n",
  "\r",
  "\t",
  "\u001b[2J",
  "\u0007",
  "\u0085",
  "\u00a0",
  "\u2028",
  "\u2029",
  "\u202e",
  "\u200d",
  "\ufeff",
  "😀",
  "\u{e0041}",
  "é",
  "%",
  "#{",
  "${x}",
  "\\x41",
);
const text = fc.array(fc.oneof(odd, anyText(40)), { maxLength: 8 }).map((all) => all.join(""));
const json = fc.json({ maxDepth: 5, stringUnit: "binary" });
const unseen = /[\p{C}\p{Zl}\p{Zp}]/u;

/** Something that Python says about a list of pairs, in one process. */
function pythonSays(code: string, pairs: readonly (readonly [string, string])[]): string {
  return execFileSync("/usr/bin/python3", ["-c", code], { input: JSON.stringify(pairs), encoding: "utf8" });
}

const written = (source: string, dialect: Dialect): string | null => {
  const tree = readJson(source);
  return tree === null || !dialect.holds(tree) ? null : literal(tree, dialect, "");
};

describe("bash reads a word", () => {
  test("as the text that was quoted", () => {
    const whole = text.map((all) => all.toWellFormed().replaceAll("\0", ""));
    fc.assert(
      fc.property(fc.array(whole, { minLength: 20, maxLength: 60 }), (words) => {
        const script = words.map((word) => `printf '%s\\0' ${bashWord(word)}\n`).join("");
        const read = execFileSync("bash", ["-s"], { input: script, env: { LC_ALL: "C" } });
        expect(read.toString("utf8").split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 10 },
    );
  });

  test("in characters that a terminal does nothing with but show them", () => {
    fc.assert(
      fc.property(text, (word) => {
        expect(bashWord(word).replaceAll("\n", "")).not.toMatch(unseen);
      }),
    );
  });
});

describe("Python reads", () => {
  test("a string, and bytes, as they were", () => {
    const strings = fc.sample(text, 300).map((word) => [pythonString(word), JSON.stringify(word)] as const);
    const latin = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    });
    const bytes = fc.sample(latin, 300).map((word) => [pythonBytes(word), JSON.stringify(word)] as const);
    const code = `
import ast, json, sys
for literal, expected in json.load(sys.stdin):
    read = ast.literal_eval(literal)
    read = read.decode("latin-1") if isinstance(read, bytes) else read
    assert read == json.loads(expected), (literal, expected)
print("all")`;
    expect(pythonSays(code, [...strings, ...bytes])).toBe("all\n");
    for (const [one] of strings) expect(one).not.toMatch(unseen);
  });

  test("JSON as its own reader does, and sends the same again", () => {
    const pairs = fc.sample(json, 400).flatMap((source) => {
      const one = written(source, python);
      return one === null ? [] : [[one, source] as const];
    });
    expect(pairs.length).toBeGreaterThan(200);
    const code = `
import ast, json, sys
for literal, source in json.load(sys.stdin):
    assert json.dumps(ast.literal_eval(literal)) == json.dumps(json.loads(source)), (literal, source)
print("all")`;
    expect(pythonSays(code, pairs)).toBe("all\n");
  });
});

/** What a program of JavaScript makes of each expression, as JSON. */
function javaScriptSays(expressions: readonly string[]): unknown[] {
  const input = `process.stdout.write(JSON.stringify([\n${expressions.join(",\n")}\n]));`;
  const written = execFileSync(process.execPath, ["--input-type=module", "-"], { input, encoding: "utf8" });
  return JSON.parse(written) as unknown[];
}

describe("JavaScript reads", () => {
  test("a string as it was", () => {
    const words = fc.sample(text, 300);
    const literals = words.map(javaScriptString);
    expect(javaScriptSays(literals)).toEqual(words);
    for (const one of literals) expect(one).not.toMatch(unseen);
  });

  test("JSON as its own reader does", () => {
    const pairs = fc.sample(json, 400).flatMap((source) => {
      const one = written(source, javaScript);
      return one === null ? [] : [[`JSON.stringify(${one})`, JSON.stringify(JSON.parse(source))] as const];
    });
    expect(pairs.length).toBeGreaterThan(200);
    expect(javaScriptSays(pairs.map(([one]) => one))).toEqual(pairs.map(([, again]) => again));
    expect(written('{"__proto__":{"a":1}}', javaScript)).toBe('{["__proto__"]: {"a": 1}}');
  });
});

test("what a literal would change is not written as one", () => {
  expect(isExactFloat("0.10")).toBe(true);
  expect(isExactFloat("1e2")).toBe(true);
  expect(isExactFloat("-0")).toBe(true);
  expect(isExactFloat("100000000000000000000000")).toBe(true);
  expect(isExactFloat("12345678901234567890")).toBe(false);
  expect(isExactFloat("1e400")).toBe(false);
  expect(written('{"seed":12345678901234567890}', javaScript)).toBeNull();
  expect(written('{"seed":12345678901234567890}', python)).toBe('{"seed": 12345678901234567890}');
  expect(written('{"a":0.12345678901234567890123}', python)).toBeNull();
  expect(written('"\\ud83d"', python)).toBeNull();
  expect(written("[".repeat(100) + "]".repeat(100), python)).toBeNull();
  expect(written(`[${"9".repeat(5000)}]`, python)).toBeNull();
});
