/** Names and sizes of files beside a program are answered in words before anything is sent, and what is let through the server takes. */
import * as fc from "fast-check";
import * as z from "zod/mini";
import { expect, test } from "vitest";
import { FilePath, ProgramFiles, type ProgramFile } from "../../contract/files.ts";
import {
  asProgramFile,
  bytesOf,
  filesProblem,
  pathProblem,
  renamed,
  sameFiles,
  sizeProblem,
  withFile,
  withoutFile,
} from "./program-files.ts";
import { anyText } from "../../test/any-text.ts";

const text = (path: string, content = ""): ProgramFile => ({ path, content, encoding: "utf8" });
const beside = [text("data/people.csv"), text("tools.py")];

test.each([
  ["", "needs a name"],
  ["  ", "needs a name"],
  ["/etc/passwd", "without a / in front"],
  ["../up.py", ". or .."],
  ["a/./b", ". or .."],
  ["a//b", "must be a name"],
  ["a/", "must be a name"],
  [String.raw`a\b`, String.raw`not by \.`],
  ["a\nb", "control characters"],
  ["a\u0000", "control characters"],
  [" a", "space"],
  ["x".repeat(201), "200 characters"],
  ["a/b/c/d/e/f/g/h/i", "8 names deep"],
  ["main.py", "the program itself"],
  ["main.py/x", "the program itself"],
  ["tools.py", "already"],
  ["tools.py/x", "tools.py can't be a file and a folder"],
  ["data", "data can't be a file and a folder"],
  ["ü".repeat(150), "too long"],
])("%j is refused: %s", (path, words) => expect(pathProblem(path, beside, "main.py")).toContain(words));

test.each(["a.py", "data/more.csv", "<b>.txt", "ünï.txt", ".env", "a b.txt"])("%j is a name", (path) =>
  expect(pathProblem(path, beside, "main.py")).toBeNull(),
);

test("what passes here, the server takes", () => {
  fc.assert(
    fc.property(anyText(210), (path) => {
      const isTaken = z.safeParse(FilePath, path).success;
      expect(pathProblem(path, [], "main.py") !== null || isTaken).toBe(true);
    }),
  );
});

test("any bytes come back as they were, text as text", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const file = asProgramFile("x.bin", bytes);
      expect([...bytesOf(file)]).toEqual([...bytes]);
      expect(z.safeParse(ProgramFiles, [file]).success).toBe(true);
    }),
  );
  expect(asProgramFile("a.txt", new TextEncoder().encode("\uFEFFgrün"))).toEqual(text("a.txt", "\uFEFFgrün"));
  expect(asProgramFile("a.bin", new Uint8Array([65, 0])).encoding).toBe("base64");
});

test("too many, too large and too much is said with the sizes", () => {
  expect(sizeProblem(Array.from({ length: 51 }, (_, n) => text(`${n}`)))).toContain("up to 50 files");
  expect(sizeProblem([text("big.txt", "x".repeat(3 * 1024 * 1024))])).toBe(
    "big.txt is larger than 2.0 MiB, the most for a file beside a program.",
  );
  const half = "x".repeat(1.9 * 1024 * 1024);
  expect(sizeProblem(["a", "b", "c"].map((path) => text(path, half)))).toContain("together");
  expect(filesProblem([text("chat.py")], "chat.py")).toContain("rename one of them");
});

test("the list stays ordered, one file for each path", () => {
  let files = withFile([], text("b"));
  files = withFile(files, text("a", "1"));
  files = withFile(files, text("a", "2"));
  expect(files).toEqual([text("a", "2"), text("b")]);
  files = renamed(files, "a", "c");
  expect(files.map(({ path }) => path)).toEqual(["b", "c"]);
  expect(sameFiles(files, [text("b"), text("c", "2")])).toBe(true);
  expect(sameFiles(files, withoutFile(files, "b"))).toBe(false);
});
