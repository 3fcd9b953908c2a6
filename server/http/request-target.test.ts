/** One path, one spelling: every other is refused, and what is let through means the same to any reader. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { nextAddress } from "./next-address.ts";
import { readTarget } from "./request-target.ts";

test.each([["/"], ["/api/runs/0abc"], ["/s/x;y=1"], ["/assets/a-b_c.d~e.js"], ["/models/openai/gpt:free@1"]])(
  "%s is a path",
  (path) => expect(readTarget(path)).toMatchObject({ ok: true, value: { path } }),
);

test.each([
  "//api",
  "/api//runs",
  "/./api",
  "/api/.",
  "/api/../x",
  "/..",
  "/%2e%2e/x",
  "/api%2fruns",
  "/api/%72uns",
  "/a%00",
  "/a\0",
  "/a\\b",
  "/a b",
  "/é",
  "/a|b",
  "/a#b",
  "*",
  "",
  "api",
  "http://127.0.0.1:6174/",
  "/?a=%",
  "/?a=%zz",
  "/?a=%ff",
  "/?a=%00",
  "/?a=\u00e9",
  `/${"a".repeat(9_000)}`,
])("%s is refused", (target) => expect(readTarget(target).ok).toBe(false));

test("a path that is let through stands in a URL as it is", () => {
  const piece = fc.constantFrom(
    "/",
    ".",
    "..",
    "a",
    "%2e",
    "%2f",
    "\\",
    ";",
    "@",
    ":",
    "//",
    "api",
    "?",
    "\t",
    "é",
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const target = readTarget(`/${pieces.join("")}`);
      const path = target.ok ? target.value.path : "/";
      expect(new URL(`http://h${path}`).pathname).toBe(path);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  [null, "/"],
  ["/r/abc", "/r/abc"],
  ["/r/abc?x=1&token=secret", "/r/abc?x=1"],
  ["//evil.test", "/"],
  ["/\\evil.test", "/"],
  ["\\\\evil.test", "/"],
  ["/%09/evil.test", "/"],
  ["/\t/evil.test", "/"],
  ["/a\r\nset-cookie: x=y", "/"],
  ["https://evil.test/", "/"],
  ["javascript:alert(1)", "/"],
  ["evil.test", "/"],
  ["", "/"],
  ["/../..//evil.test", "/"],
])("after sign-in %s leads to %s", (asked, expected) => expect(nextAddress(asked)).toBe(expected));
