/** Promises about the page's addresses. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { RunId, SnippetId } from "../../contract/ids.ts";
import { formatAddress, parseAddress, type Address } from "./address.ts";

const id = fc.string({
  unit: fc.constantFrom(..."0123456789abcdefghijklmnopqrstuvwxyz".split("")),
  minLength: 20,
  maxLength: 20,
});
const address: fc.Arbitrary<Address> = fc.oneof(
  fc.constant({ page: "home" } as const),
  id.map((snippet) => ({ page: "snippet", snippet: snippet as SnippetId }) as const),
  fc
    .tuple(id, fc.option(fc.integer({ min: 1, max: 999_999 })))
    .map(([run, call]) => ({ page: "run", run: run as RunId, call }) as const),
);

test("what is written is read back", () => {
  fc.assert(
    fc.property(address, (given) => {
      expect(parseAddress(formatAddress(given))).toEqual(given);
    }),
  );
});

test.each([
  "/r",
  "/r/",
  "/s/../x",
  "/r/short",
  "/x",
  "/r/aaaaaaaaaaaaaaaaaaaa/calls/0",
  "/s/AAAAAAAAAAAAAAAAAAAA",
  "//",
])("%s is no page of ours", (path) => expect(parseAddress(path)).toBeNull());

test("after signing in only a page of ours is opened", () => {
  const to = (text: string): unknown => parseAddress("/sign-in", `?next=${encodeURIComponent(text)}`);
  expect(to("/r/aaaaaaaaaaaaaaaaaaaa")).toEqual({ page: "sign-in", to: "/r/aaaaaaaaaaaaaaaaaaaa" });
  for (const text of [
    "//evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/sign-in?next=/x",
    "",
  ]) {
    expect(to(text)).toEqual({ page: "sign-in", to: "/" });
  }
});
