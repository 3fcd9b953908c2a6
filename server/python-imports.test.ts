/** What a program imports is read from its text as Python would read it, without running a line. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { earlyImportsOf, importsOf, topLevelImportsOf } from "./python-imports.ts";

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

test.each([
  ["import os, numpy as np\nimport xml.etree.ElementTree", ["os", "numpy", "xml"]],
  ["from httpx import (\n  Client,\n  get,\n)\nfrom a.b import c", ["httpx", "a"]],
  ["try:\n    import yaml\nexcept ImportError:\n    yaml = None", ["yaml"]],
  ["if True: import one; import two", ["one", "two"]],
  ["def f():\n\tfrom lazy import x", ["lazy"]],
  ["from . import own\nfrom .own import x\nfrom .. import y", []],
  ['"""\nimport not_this\n"""\nx = "import nor_this"\n# import neither\nimport this', ["this"]],
  ["s = '''a\\'''\nimport inside\n'''\nimport outside", ["outside"]],
  ["import \\\n  joined", ["joined"]],
  ["important = 1\nimport_x = 2\nfromage = 3", []],
  ["import größe", ["größe"]],
  ["import a\r\nimport b", ["a", "b"]],
  ["import a\nimport a", ["a"]],
  ["import", []],
  ['x = "unclosed\nimport after', ["after"]],
])("of %j the top-level names are %j", (source, names) => {
  expect(topLevelImportsOf(source)).toEqual(names);
});

test("a long text of quotes is read in time", () => {
  expect(topLevelImportsOf(`${"'\"".repeat(200_000)}\nimport end`)).toContain("end");
});
