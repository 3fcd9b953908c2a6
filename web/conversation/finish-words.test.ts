/** Why an answer ended is told in words on every surface, and an unknown word stands as it is. */
import { expect, test } from "vitest";
import { finishWords } from "./finish-words.ts";

test("each surface's own word for the same thing has the same meaning", () => {
  const meaning = (reason: string): string => finishWords(reason).split(": ")[1] ?? "";
  expect(meaning("length")).toBe(meaning("max_tokens"));
  expect(meaning("tool_calls")).toBe(meaning("tool_use"));
  expect(meaning("stop")).toBe(meaning("end_turn"));
});

test("a word that nobody knows stands alone", () => {
  expect([finishWords("MAX"), finishWords("constructor")]).toEqual(["MAX", "constructor"]);
});
