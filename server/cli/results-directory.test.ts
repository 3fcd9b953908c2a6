/** Whatever a program calls its results, they land in the one directory, and nothing else is touched. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openResultsDirectory, plainName } from "./results-directory.ts";
import { anyText } from "../../test/any-text.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "results-directory-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
function fresh() {
  const directory = path.join(folder, `${++made}`, "results");
  const opened = openResultsDirectory(directory);
  if (!opened.ok) throw new Error(opened.error);
  const found = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
      .sort();
  const file = (number: number, name: string | null) =>
    opened.value.write({ number, kind: "file", name, mediaType: null }, Buffer.from(`${number}`));
  return { directory, results: opened.value, file, found };
}

test("files stand as the program had them, what it showed is numbered, and both are for this user only", () => {
  const { directory, results, file, found } = fresh();
  file(1, "out/data.csv");
  results.write({ number: 2, kind: "shown", name: null, mediaType: "image/png" }, Buffer.from("2"));
  results.write({ number: 3, kind: "shown", name: "a/b: Figure", mediaType: "text/html" }, Buffer.from("3"));
  expect(found()).toEqual(["2-result-2.png", "3-a_b_ Figure.html", "out/data.csv"]);
  expect(readFileSync(path.join(directory, "out/data.csv"), "utf8")).toBe("1");
  expect((statSync(directory).mode & 0o777).toString(8)).toBe("700");
  expect((statSync(path.join(directory, "out/data.csv")).mode & 0o777).toString(8)).toBe("600");
});

test("no name leads out of the directory, hides, or is lost", () => {
  const { directory, file, found } = fresh();
  const names = [
    "../../escape",
    "/etc/cron.d/x",
    ".git/hooks/post-checkout",
    "a/../b",
    "..",
    "",
    null,
    "a\nb",
  ];
  names.forEach((name, at) => file(at + 1, name));
  expect(found()).toHaveLength(names.length);
  expect(found().filter((name) => name.split("/").some((part) => part.startsWith(".")))).toEqual([]);
  expect(readdirSync(path.dirname(directory))).toEqual(["results"]);
});

test("names that become one, or a file in a file's place, both stay", () => {
  const { directory, file, found } = fresh();
  for (const [at, name] of ["a?", "a*", "d", "d/e", "x/y", "x"].entries()) file(at + 1, name);
  expect(found()).toHaveLength(6);
  expect(readFileSync(path.join(directory, "a_"), "utf8")).toBe("1");
});

test("any names at all: one file each, below the directory", () => {
  fc.assert(
    fc.property(fc.array(anyText(300), { maxLength: 8 }), (names) => {
      const { directory, file, found } = fresh();
      names.forEach((name, at) => file(at + 1, name));
      expect(found()).toHaveLength(names.length);
      expect(readdirSync(path.dirname(directory))).toEqual(["results"]);
    }),
    { numRuns: 100 },
  );
});

test("a name keeps what makes it readable and fits every file system", () => {
  expect(plainName("größe 日本.png")).toBe("größe 日本.png");
  expect(Buffer.byteLength(plainName("😀".repeat(200)))).toBeLessThanOrEqual(200);
  expect(plainName("-rf")).toBe("_rf");
  expect(plainName("")).toBe("_");
});

test("a directory that holds something, or is none, is refused with the way out", () => {
  const taken = path.join(folder, "taken");
  mkdirSync(taken);
  writeFileSync(path.join(taken, "mine"), "");
  expect(openResultsDirectory(taken)).toEqual({
    ok: false,
    error: `--results ${taken} is not empty. Name a new or an empty directory.`,
  });
  expect(openResultsDirectory(path.join(taken, "mine"))).toMatchObject({ ok: false });
});
