/** Promises of searching models and writing their figures. */
import { describe, expect, test } from "vitest";
import type { Model } from "../../contract/models.ts";
import { contextWords, isFree, isModelId, matchModels, priceWords } from "./model-list.ts";

const model = (id: string, name: string, prompt: string | null = "3", completion = prompt): Model => ({
  id,
  name,
  contextLength: 128_000,
  promptUsdPerMillion: prompt,
  completionUsdPerMillion: completion,
});
const models = [
  model("other/talks-like-gpt", "Talks like GPT"),
  model("openai/gpt-4o-mini", "OpenAI: GPT-4o-mini"),
  model("openai/gpt-4o", "OpenAI: GPT-4o"),
  model("anthropic/claude-sonnet-4.5", "Anthropic: Claude Sonnet 4.5"),
];
const ids = (query: string): string[] => matchModels(models, query).map(({ id }) => id);

describe("searching models", () => {
  test("an empty search shows all, in the catalogue's order", () =>
    expect(ids("  ")).toEqual(models.map(({ id }) => id)));
  test("every word must be in the name or the id, in any order and case", () => {
    expect(ids("SONNET claude")).toEqual(["anthropic/claude-sonnet-4.5"]);
    expect(ids("openai mini")).toEqual(["openai/gpt-4o-mini"]);
    expect(ids("nothing of this")).toEqual([]);
  });
  test("what begins with the search comes first, the exact id before all", () => {
    expect(ids("gpt")).toEqual(["openai/gpt-4o-mini", "openai/gpt-4o", "other/talks-like-gpt"]);
    expect(ids("openai/gpt-4o")[0]).toBe("openai/gpt-4o");
  });
});

test.each([
  ["3", "15", "$3 / $15"],
  ["0.15", "0.6", "$0.15 / $0.60"],
  ["0.075", "0.30", "$0.075 / $0.30"],
  ["3.00", "15.000", "$3 / $15"],
  ["0", "0.0", "free"],
  [null, "15", "price varies"],
  ["0", "1", "$0 / $1"],
])("%s and %s a million tokens is written %s", (prompt, completion, words) =>
  expect(priceWords(model("a/b", "", prompt, completion))).toBe(words),
);

test("only what costs nothing at all is free", () => {
  expect(isFree(model("a/b", "", "0"))).toBe(true);
  expect(isFree(model("a/b", "", "0", "1"))).toBe(false);
  expect(isFree(model("a/b", "", null))).toBe(false);
});

test.each([
  [null, ""],
  [4096, "4,096"],
  [32_768, "33K"],
  [128_000, "128K"],
  [999_999, "1M"],
  [1_048_576, "1M"],
  [1_500_000, "1.5M"],
])("a context of %s tokens is written %j", (tokens, words) => expect(contextWords(tokens)).toBe(words));

test("an id not in the catalogue may be entered when it can be one", () => {
  expect(isModelId("author/model:free")).toBe(true);
  for (const text of ["", "gpt", "two words/x", `a/${"x".repeat(300)}`]) expect(isModelId(text)).toBe(false);
});
