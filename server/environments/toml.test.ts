/** The TOML of headers is read as its specification says: what it allows is allowed, what it forbids is told with the line. */
import { describe, expect, test } from "vitest";
import { parseToml, type TomlValue } from "./toml.ts";

const plain = (value: TomlValue): unknown => {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]));
  return Array.isArray(value) ? value.map(plain) : value;
};
const read = (text: string): unknown => {
  const parsed = parseToml(text);
  return parsed.ok ? plain(parsed.value) : parsed.error;
};

describe("reads", () => {
  test.each([
    ['a = "x" # why\n\n[b]\nc = 1', { a: "x", b: { c: 1 } }],
    ["a = [ 1,\n  2, # two\n]\nb = [[], ['x']]", { a: [1, 2], b: [[], ["x"]] }],
    [`s = 'C:\\n' \nt = "tab\\there \\u00e9 \\U0001F600"`, { s: "C:\\n", t: "tab\there é 😀" }],
    ['m = """\nfirst\nsecond \\\n   joined"""', { m: "first\nsecond joined" }],
    [`q = """a""b"""""`, { q: 'a""b""' }],
    ["l = '''\n'quoted' '''", { l: "'quoted' " }],
    [
      "i = 1_000\nh = 0xDEAD_beef\no = 0o17\nb = 0b101\nn = -7\np = +0",
      {
        i: 1000,
        h: 0xdeadbeef,
        o: 15,
        b: 5,
        n: -7,
        p: 0,
      },
    ],
    ["f = 3.14\ne = 5e+2_2\nx = -inf\n", { f: 3.14, e: 5e22, x: -Infinity }],
    [
      "big = 9223372036854775807\nsmall = -9223372036854775808",
      {
        big: 9223372036854775807n,
        small: -9223372036854775808n,
      },
    ],
    [
      "d = 1979-05-27T07:32:00-08:00\nl = 1979-05-27 07:32:00.5\nt = 07:32:00",
      {
        d: { date: "1979-05-27T07:32:00-08:00" },
        l: { date: "1979-05-27 07:32:00.5" },
        t: { date: "07:32:00" },
      },
    ],
    ["\"a b\".c.'d' = true\n1.2 = false", { "a b": { c: { d: true } }, "1": { "2": false } }],
    ["p = { x = 1, y.z = 'q' }\ne = {}", { p: { x: 1, y: { z: "q" } }, e: {} }],
    ["[[a]]\nx = 1\n[[a]]\n[a.b]\ny = 2", { a: [{ x: 1 }, { b: { y: 2 } }] }],
    ["[a.b]\nx = 1\n[a]\ny = 2", { a: { b: { x: 1 }, y: 2 } }],
    ["a.b = 1\na.c = 2\r\n", { a: { b: 1, c: 2 } }],
    ["__proto__ = 1", JSON.parse('{"__proto__": 1}')],
    ["", {}],
  ])("%j", (text, wanted) => {
    expect(read(text)).toEqual(wanted);
  });
});

describe("refuses, with the line", () => {
  test.each([
    ["a = 1\na = 2", 2, "twice"],
    ["a = x", 1, "needs quotes"],
    ["a =", 1, "a value is missing"],
    ["= 1", 1, "a key is missing"],
    ['a = "x', 1, "not closed"],
    ['a = "x\ny"', 1, "not closed"],
    ['\n\na = ["x" "y"]', 3, '"," or "]"'],
    ["a = 1 b = 2", 1, "more on the line"],
    ["[a]\n[a]", 2, "twice"],
    ["a = 1\n[a]", 2, "twice"],
    ["a = []\n[[a]]", 2, "twice"],
    ["a = {x = 1}\na.y = 2", 2, "defined already"],
    ["a = {x = 1}\n[a.y]", 2, "no table"],
    ["[a]\nb.c = 1\n[a.b]", 3, "twice"],
    ['a = "\\q"', 1, "escape"],
    ['a = "\\ud800"', 1, "escape"],
    ["a = 01", 1, "no value"],
    ["a = 1__0", 1, "no value"],
    ["a = 1.", 1, "no value"],
    ["a = \u0001", 1, "control character"],
    ["a = {x = 1", 1, '"}" is missing'],
    [`a = ${"[".repeat(200)}${"]".repeat(200)}`, 1, "too deeply"],
  ])("%j", (text, line, says) => {
    expect(read(text)).toEqual({ line, says: expect.stringContaining(says) });
  });
});
