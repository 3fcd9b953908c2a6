/** A traceback's lines lead into the program, and only into it. */
import { expect, test } from "vitest";
import { findLineLinks } from "./traceback-links.ts";

test("a line of the program is found, with the place where it stands", () => {
  const text = '  File "/project/chat.py", line 31, in <module>';
  const [link, ...others] = findLineLinks(text, ["chat.py"]);
  expect(others).toEqual([]);
  expect(link?.place).toEqual({ file: "chat.py", line: 31 });
  expect(text.slice(link?.start, link?.end)).toBe('File "/project/chat.py", line 31');
});

test("a library's file, or another of the same folder, is no link", () => {
  expect(
    findLineLinks('  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode', ["chat.py"]),
  ).toEqual([]);
  expect(findLineLinks('  File "/project/tools.py", line 2, in save', ["chat.py"])).toEqual([]);
});

test("so is the last line of a run that was stopped", () => {
  expect(findLineLinks("stopped by you, at line 4 · 831 ms", ["main.py"])).toEqual([
    { start: 16, end: 25, place: { file: "main.py", line: 4 } },
  ]);
});

test("the last line of a failed run is one", () => {
  expect(findLineLinks("failed at line 3: ValueError: no · 0.4 s", ["main.py"])).toEqual([
    { start: 0, end: 16, place: { file: "main.py", line: 3 } },
  ]);
});

test("a file beside the program is one too, with its path", () => {
  const links = findLineLinks('  File "/project/lib/tools.py", line 2, in save', ["chat.py", "lib/tools.py"]);
  expect(links.map(({ place }) => place)).toEqual([{ file: "lib/tools.py", line: 2 }]);
});
