/** Promises of the simulator: counting tokens. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { countTokens, tokenPieces } from "./tokens.ts";
import { anyText } from "../../test/any-text.ts";

test("the pieces of any text are that text again, and none is empty", () => {
  fc.assert(
    fc.property(anyText(200), (text) => {
      const pieces = tokenPieces(text);
      expect(pieces.join("")).toBe(text);
      expect(pieces.every((piece) => piece !== "")).toBe(true);
    }),
  );
});

test("counting a huge text takes its length alone", () => {
  expect(countTokens("word ".repeat(1_000_000))).toBe(1_250_000);
});
