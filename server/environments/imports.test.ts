/** Imports are found in the text alone, and each missing one names what to install. */
import { expect, test } from "vitest";
import { distributionOf } from "./distributions.ts";
import { importsOf } from "./imports.ts";

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
])("%j imports %j", (source, names) => {
  expect(importsOf(source)).toEqual(names);
});

test("a long text of quotes is read in time", () => {
  expect(importsOf(`${"'\"".repeat(200_000)}\nimport end`)).toContain("end");
});

test.each([
  ["cv2", "opencv-python-headless"],
  ["PIL", "pillow"],
  ["yaml", "pyyaml"],
  ["sklearn", "scikit-learn"],
  ["bs4", "beautifulsoup4"],
  ["dotenv", "python-dotenv"],
  ["numpy", "numpy"],
  ["my_module", "my-module"],
  ["constructor", "constructor"],
])("for %s one installs %s", (module, distribution) => {
  expect(distributionOf(module)).toBe(distribution);
});
