/** What a program imports is read from its text as Python would read it, without running a line. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { earlyImportsOf, importsOf } from "./imports.ts";

test.each<[string, string[]]>([
  ["import json", ["json"]],
  ["import json, re as regex, os.path", ["json", "re", "os.path"]],
  ["from openai import OpenAI", ["openai", "openai.OpenAI"]],
  ["from a.b import (c,\n  d as e,  # why\n)\n", ["a.b", "a.b.c", "a.b.d"]],
  ["from . import x\nfrom .y import z", []],
  ["from a import *", ["a"]],
  ["import a; import b", ["a", "b"]],
  ["try: import a\nexcept ImportError: pass", ["a"]],
  ["import \\\n  a", ["a"]],
  ["# import a\nx = 'import b'\n'''\nimport c\n'''\nimport d", ["d"]],
  ['x = """it\'s\nimport a\n"""\nimport b', ["b"]],
  ["print('# no'); import a", ["a"]],
  ["f(\n'import x',\n)\nimport a", ["a"]],
  ["importlib.import_module('a')\nimported = 1\nfrom_x = 2", []],
  ["import größe", ["größe"]],
  ["import a-b", []],
])("%j imports %j", (source, modules) => expect(importsOf(source)).toEqual(modules));

test("early is what every run imports: not what stands in functions and classes, or is for type checkers", () => {
  const source = `
import a
def f():
    import b
    if True:
        import c
class D:
    import d
async def g():
    import e
if TYPE_CHECKING:
    import f
if __name__ == "__main__":
    import g
with x:
    import h
`;
  expect(earlyImportsOf(source)).toEqual(["a", "g", "h"]);
});

test("any text has an answer, bounded, in linear time", () => {
  fc.assert(fc.property(fc.string(), (text) => void importsOf(text)));
  expect(importsOf(Array.from({ length: 500 }, (_, n) => `import m${n}`).join("\n"))).toHaveLength(100);
  expect(importsOf(`"${"\\".repeat(200_000)}`)).toEqual([]);
  expect(importsOf(`${"(".repeat(100_000)}\nimport a`)).toEqual([]);
});
