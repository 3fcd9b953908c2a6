/** Promises of how long texts are cut for showing. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstPieces, lengthOf, textBlocks } from "./text-blocks.ts";

describe("a long text in blocks", () => {
  test("loses nothing but the line feeds between blocks", () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `line ${index} ${"x".repeat(index % 50)}`);
    const blocks = textBlocks(lines.join("\n"));
    expect(blocks.length).toBeGreaterThan(5);
    expect(blocks.join("\n").split("\n")).toEqual(lines);
    expect(Math.max(...blocks.map((block) => block.length))).toBeLessThanOrEqual(16_384);
  });

  test("cuts a line without end, but no character in half", () => {
    const text = `a${"😀".repeat(20_000)}`;
    const blocks = textBlocks(text);
    expect(blocks.join("")).toBe(text);
    expect(blocks.every((block) => block.isWellFormed())).toBe(true);
  });

  test("ends, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), fc.nat(400), (part, times) => {
        const text = part.repeat(times);
        expect(textBlocks(text).join("\n").replaceAll("\n", "")).toBe(text.replaceAll("\n", ""));
      }),
    );
  });
});

test("the first pieces are as many as fit, the last of them cut with a mark", () => {
  const pieces = [
    { kind: "mark", text: "{\n" },
    { kind: "string", text: `"${"x".repeat(100)}"` },
    { kind: "mark", text: "}" },
  ] as const;
  expect(firstPieces(pieces, 10).map(({ text }) => text)).toEqual(["{\n", '"xxxxxxx…']);
  expect(firstPieces(pieces, 1000)).toEqual(pieces);
  expect(lengthOf(pieces)).toBe(105);
});
