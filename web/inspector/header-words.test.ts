/** No secret is shown among the headers, and what is copied is safe in a shell. */
import { expect, test } from "vitest";
import { curlHeader, headersWith, shownHeaders } from "./header-words.ts";

const headers = shownHeaders([
  ["Accept", "text/plain"],
  ["authorization", "Bearer abc"],
  ["X-Odd", "a sk-or-v1-0123456789abcdef b"],
  ["x-ratelimit-remaining-tokens", "7"],
  ["x-name", "it's"],
]);

test("keys are masked by name and by shape, and nothing else is", () => {
  expect(headers.map(({ value }) => value)).toEqual(["text/plain", null, null, "7", "it's"]);
});

test("a search looks at names and values, but never behind a mask", () => {
  expect(headersWith(headers, " PLAIN ").map(({ name }) => name)).toEqual(["Accept"]);
  expect(headersWith(headers, "0123456789")).toEqual([]);
  expect(headersWith(headers, "")).toHaveLength(5);
});

test("a copied header is one word of a shell", () => {
  expect(curlHeader({ name: "x-name", value: "it's" })).toBe(String.raw`-H 'x-name: it'\''s'`);
  expect(curlHeader({ name: "authorization", value: null })).toBe("-H 'authorization: masked'");
});
