/** What a result is called when it is saved. */
import { expect, test } from "vitest";
import { fileNameOf } from "./media-types.ts";

test.each([
  ["shown", null, "image/png", "result-7.png"],
  ["shown", "Figure 1", "image/svg+xml", "Figure 1.svg"],
  ["shown", "chart.png", "image/png", "chart.png"],
  ["shown", "v1.2", "text/html", "v1.2.html"],
  ["shown", "   ", null, "result-7"],
  ["file", "out/data", null, "out/data"],
  ["file", "a.html", "text/html", "a.html"],
] as const)("%s %s of type %s is %s", (kind, name, mediaType, expected) => {
  expect(fileNameOf({ kind, name, mediaType, number: 7 })).toBe(expected);
});
