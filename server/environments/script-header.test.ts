/** A program's own header is read as PEP 723 says, and what is wrong in it is told with its line. */
import { describe, expect, test } from "vitest";
import { allowsPython, readRequirement } from "./requirement.ts";
import { readScriptHeader } from "./script-header.ts";

const names = (source: string): unknown => {
  const header = readScriptHeader(source);
  if (!header.ok) return header.error;
  return header.value === null
    ? null
    : [header.value.requirements.map(({ text }) => text), header.value.requiresPython];
};

describe("a header", () => {
  test("of the PEP's own example", () => {
    const source = `# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "requests<3",
#   "rich",
# ]
# ///

import requests
`;
    expect(names(source)).toEqual([["requests<3", "rich"], ">=3.11"]);
  });

  test("may stand anywhere, hold empty comments and a tool's own table", () => {
    expect(
      names('"""Doc."""\n# /// script\n#\n# dependencies = ["b", "A", "b"]\n# [tool.uv]\n# x = 1\n# ///\n'),
    ).toEqual([["a", "b"], null]);
  });

  test("ends at the last closing line of its comment, with any line ends", () => {
    expect(names('# /// script\r\n# x = """\r\n# ///\r\n# """\r\n# ///')).toEqual([[], null]);
  });

  test.each([
    ["none", "import requests\n"],
    ["one of another type", "# /// pyproject\n# x = 1\n# ///\n"],
    ["one that is not closed", '# /// script\n# dependencies = ["x"]\n'],
    ["one broken by a line without #", '# /// script\n# x = 1\n\n# dependencies = ["x"]\n# ///\n'],
    ["one that is indented", "  # /// script\n  # x = 1\n  # ///\n"],
    ["one without a space after #", "#/// script\n# x = 1\n# ///\n"],
  ])("is not there in %s", (_, source) => {
    expect(names(source)).toBeNull();
  });

  test.each([
    ["# /// script\n# a = 1\n# ///\n\n# /// script\n# b = 1\n# ///\n", "Line 5: the program has a second"],
    ["\n# /// script\n# a = 1\n# b = nope\n# ///\n", 'Line 4: "nope" is no value: text needs quotes.'],
    ["# /// script\n# dependencies = 'x'\n# ///\n", "Line 2: dependencies must be a list"],
    [
      "# /// script\n# dependencies = [\n#   'a',\n#   '-r x',\n# ]\n# ///\n",
      'Line 4: the dependency "-r x"',
    ],
    ["# /// script\n# dependencies = ['a @ https://x.test/a.whl']\n# ///\n", "names an address"],
    ["# /// script\n# requires-python = 3.11\n# ///\n", "Line 2: requires-python must be text"],
    ["# /// script\n# requires-python = 'new'\n# ///\n", "Line 2: requires-python must be text"],
  ])("that is wrong is told with the line: %j", (source, says) => {
    expect(names(source)).toEqual(expect.stringContaining(says));
  });
});

describe("a requirement", () => {
  test.each([
    ["numpy", "numpy"],
    [" Foo.Bar_baz [B, a] ( >= 2 , < 3 ) ", "foo-bar-baz[a,b]<3,>=2"],
    ["x~=1.0; python_version  < '3.12'", "x~=1.0 ; python_version < '3.12'"],
    ["x==1.*", "x==1.*"],
    ["torch==2.0+cpu", "torch==2.0+cpu"],
  ])("%j is %j", (given, text) => {
    expect(readRequirement(given)).toMatchObject({ ok: true, value: { text } });
  });

  test.each([
    "",
    "-e .",
    "--index-url=https://x.test",
    "./x.whl",
    "/etc/passwd",
    "https://x.test/x.whl",
    "git+ssh://x.test/x",
    "x @ file:///etc/passwd",
    "a b",
    "a\n--index-url x",
    "a>=",
    "a=1",
    "a; x\ny",
    "ü",
    "x".repeat(301),
  ])("%j is none", (given) => {
    expect(readRequirement(given).ok).toBe(false);
  });
});

test.each([
  [">=3.11", "3.11.0", true],
  [">=3.11", "3.10.13", false],
  [">=3.10,<3.12", "3.11.2", true],
  [">=3.10,<3.12", "3.12.0", false],
  ["==3.11.*", "3.11.9", true],
  ["!=3.11.*", "3.11.9", false],
  ["~=3.10", "3.13.0", true],
  ["~=3.10.2", "3.11.0", false],
  [">3.11", "3.11.2", true],
  ["<=3.11", "3.11.2", false],
  ["===3.11.2", "3.11.2", true],
  ["", "3.11.2", true],
  [">=3.13.0rc1", "3.13.0", true],
  ["~=3", "3.11.2", null],
  [">=3.*", "3.11.2", null],
  ["3.11", "3.11.2", null],
])("requires-python %j for %s: %j", (specifier, version, verdict) => {
  expect(allowsPython(specifier, version)).toBe(verdict);
});
