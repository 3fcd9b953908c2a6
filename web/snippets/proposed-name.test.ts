/** Promises of the name that is offered at the first save. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { proposedName } from "./proposed-name.ts";
import { anyText } from "../../test/any-text.ts";

const named = (code: string): string => proposedName(code, "main.py");

describe("the proposed name", () => {
  test.each([
    ['"""Ask one model.\n\nMore words."""\nimport os', "Ask one model"],
    ['#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n\n"""\nStream a chat\n"""', "Stream a chat"],
    ["'''Compare models'''", "Compare models"],
    ['"One line"\nprint(1)', "One line"],
    ['r"""Raw words"""', "Raw words"],
    ["\uFEFF# With a mark of order\nprint(1)", "With a mark of order"],
    ['# A comment\r\n"""And a docstring"""\r\n', "And a docstring"],
  ])("is what the program says of itself: %j", (code, name) => expect(named(code)).toBe(name));

  test.each([
    ["# Retry with backoff\nimport os", "Retry with backoff"],
    ["import os\n\n# ---- Tools ----\n", "Tools"],
    ["#!/usr/bin/python3\n# type: ignore\n# noqa\n# Cost report", "Cost report"],
    ["# /// script\n# dependencies = []\n# ///\n# Ask twice", "Ask twice"],
    ["def f():\n    '''of a function'''\n    # inner words\n", "inner words"],
  ])("is the first comment that says something: %j", (code, name) => expect(named(code)).toBe(name));

  test.each(["", "print(1)", "#", "# ====", '""""""', "'''never closed", '"""   """\nx = 1'])(
    "is the file's own when nothing is said: %j",
    (code) => expect(named(code)).toBe("main.py"),
  );

  test("is short, cut between words", () => {
    const name = named(`"""${"many words ".repeat(20)}"""`);
    expect(name.length).toBeLessThanOrEqual(60);
    expect(name).toMatch(/ words…$|many…$/);
  });

  test("is one line that the server takes, for any program", () => {
    fc.assert(
      fc.property(anyText(40), (text) => {
        for (const code of [text, `"""${text}"""`, `# ${text}`]) {
          expect(named(code)).toMatch(/^[^\p{Cc}]{1,60}$/u);
          expect(named(code).trim()).not.toBe("");
        }
      }),
    );
  });
});
