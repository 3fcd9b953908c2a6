/** Which addresses DATABASE_URL takes, and that a refused one is not repeated with its password. */
import { expect, test } from "vitest";
import { done } from "../../contract/failures.ts";
import { parseDatabaseUrl } from "./database-url.ts";

test.each([
  ["sqlite:notes.db", "notes.db"],
  ["sqlite:./a b/notes%20.db", "./a b/notes%20.db"],
  ["sqlite:/var/lib/notes.db", "/var/lib/notes.db"],
  ["sqlite:///var/lib/notes.db", "/var/lib/notes.db"],
  ["SQLite::memory:", ":memory:"],
])("%s is the SQLite file %s", (url, path) => {
  expect(parseDatabaseUrl(url)).toEqual(done({ kind: "sqlite", path }));
});

test.each([
  ["postgres://ann:pw@db.example:6543/ide", "ide at db.example:6543"],
  ["postgresql://db.example/ide?sslmode=require", "ide at db.example:5432"],
  ["postgres:///ide?host=/run/postgresql", "ide at /run/postgresql:5432"],
  ["postgres://ann@localhost/", "(the user's own) at localhost:5432"],
])("%s is PostgreSQL, shown as %s", (url, shown) => {
  expect(parseDatabaseUrl(url)).toEqual(done({ kind: "postgres", url, shown }));
});

test.each([
  "",
  "notes.db",
  "/var/lib/notes.db",
  "sqlite:",
  "sqlite://host/notes.db",
  "sqlite:///",
  "sqlite:directory/",
  "sqlite::shared:",
  "sqlite:a\0b",
  "mysql://ann:secret@db/ide",
  "postgres",
  "postgres://ann:secret@db:no/ide",
  "file:notes.db",
])("%j is refused with the accepted forms, without its password", (url) => {
  const parsed = parseDatabaseUrl(url);
  if (parsed.ok) throw new Error("accepted");
  expect(parsed.error.exitCode).toBe(40);
  expect(parsed.error.hint).toContain("sqlite:PATH");
  expect(parsed.error.hint).toContain("postgresql://");
  expect(parsed.error.says).not.toContain("secret");
});
