/** Which files may stand beside a program. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { fileBytes, FilePath, ProgramFile, ProgramFiles } from "./files.ts";
import { limits } from "./limits.ts";
import { StartRun } from "./runs.ts";

const text = (path: string, content = "x"): ProgramFile => ({ path, content, encoding: "utf8" });
const faults = (result: { readonly error?: { readonly issues: readonly { readonly message: string }[] } }) =>
  result.error?.issues.map((issue) => issue.message) ?? [];

test.each(["a", "data/people.csv", "a/b/c/d/e/f/g/h", ".hidden", "...", "größe/日本.txt", "a b", "-rf", "~"])(
  "%s is a path",
  (path) => expect(FilePath.safeParse(path).success).toBe(true),
);

test.each([
  "",
  "/etc/passwd",
  "a/",
  "a//b",
  ".",
  "..",
  "../a",
  "a/../b",
  "a/./b",
  "a\\b",
  "a\0b",
  "a\nb",
  "lone \ud83d",
  "a/b/c/d/e/f/g/h/i",
  "x".repeat(201),
  "日".repeat(86),
])("%j is none", (path) => expect(FilePath.safeParse(path).success).toBe(false));

test("content is whole text, or base64 in full", () => {
  const parsed = (content: string, encoding: ProgramFile["encoding"]) =>
    ProgramFile.safeParse({ path: "a", content, encoding }).success;
  expect(parsed("any \0 text 😀", "utf8")).toBe(true);
  expect(parsed("half \ud83d", "utf8")).toBe(false);
  expect(parsed("", "base64")).toBe(true);
  expect(parsed("AAEC/w==", "base64")).toBe(true);
  for (const wrong of ["A", "AA", "AAA", "AA=A", "AAEC/w=", "AA-_", "AA==AA==", "AA ==\n"])
    expect([wrong, parsed(wrong, "base64")]).toEqual([wrong, false]);
});

test("content of any size has an answer", () => {
  const huge = "A".repeat(limits.requestBodyBytes);
  for (const content of [huge, `${huge}!!!!`, `${huge}A`, `${huge}=A==`])
    expect(ProgramFile.safeParse({ path: "a", content, encoding: "base64" }).success).toBe(false);
});

test("any number of files, and a path of any length, is answered at once", () => {
  const tiny = Array.from({ length: 200_000 }, (_, i) => text(`f${i}`, ""));
  expect(faults(ProgramFiles.safeParse(tiny))).toHaveLength(1);
  expect(faults(FilePath.safeParse("a/".repeat(4 * 2 ** 20)))).toHaveLength(1);
});

test("sizes are counted decoded", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.string({ unit: "grapheme" }), (bytes, string) => {
      const content = btoa(String.fromCharCode(...bytes));
      expect(fileBytes({ content, encoding: "base64" })).toBe(bytes.length);
      expect(fileBytes({ content: string, encoding: "utf8" })).toBe(new TextEncoder().encode(string).length);
    }),
  );
  const full = btoa("\0".repeat(limits.fileBytes));
  expect(ProgramFile.safeParse({ path: "a", content: full, encoding: "base64" }).success).toBe(true);
  expect(faults(ProgramFile.safeParse(text("a", "x".repeat(limits.fileBytes + 1))))).toEqual([
    "must not be longer than 2,097,152 bytes",
  ]);
});

test("together they have a number and a size", () => {
  const many = Array.from({ length: limits.filesPerProgram + 1 }, (_, i) => text(`f${i}`));
  expect(ProgramFiles.safeParse(many.slice(1)).success).toBe(true);
  expect(ProgramFiles.safeParse(many).success).toBe(false);
  const large = ["a", "b", "c"].map((path) => text(path, "x".repeat(limits.fileBytes)));
  expect(ProgramFiles.safeParse(large.slice(1)).success).toBe(true);
  expect(faults(ProgramFiles.safeParse(large))).toEqual(["must not be longer than 4,194,304 bytes together"]);
});

test("two can't have one path, and a file can't be a directory", () => {
  const together = (...paths: string[]) => ProgramFiles.safeParse(paths.map((path) => text(path))).success;
  expect(together("a", "b", "ab/c", "a.b")).toBe(true);
  expect(together("a", "a")).toBe(false);
  expect(together("a/b", "c", "a")).toBe(false);
  expect(together("a", "a/b/c")).toBe(false);
});

test("none may stand where the program stands", () => {
  const start = (fileName: string | undefined, ...paths: string[]) =>
    StartRun.safeParse({
      code: "",
      ...(fileName === undefined ? {} : { fileName }),
      files: paths.map((path) => text(path)),
      idempotencyKey: "12345678",
    });
  expect(start("main.py", "helper.py").success).toBe(true);
  expect(faults(start(undefined, "main.py"))).toEqual(["may not stand where the program's own file stands"]);
  expect(start("app", "app/data.csv").success).toBe(false);
});
