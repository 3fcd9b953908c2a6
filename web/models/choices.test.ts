/** Promises of what the model list offers. */
import { describe, expect, test } from "vitest";
import type { Model } from "../../contract/models.ts";
import { choicesFor } from "./choices.ts";

const models = ["a/one", "b/two"].map((id): Model => ({
  id,
  name: id.toUpperCase(),
  contextLength: null,
  promptUsdPerMillion: "1",
  completionUsdPerMillion: "2",
}));
const offered = (query: string, chosen: string | null): string[] =>
  choicesFor(models, query, chosen).map(
    (choice) => (choice.chosen ? "*" : "") + (choice.kind === "automatic" ? "automatic" : choice.id),
  );

describe("the model list offers", () => {
  test("the server's choice first, then all models, with the chosen one marked", () => {
    expect(offered("", null)).toEqual(["*automatic", "a/one", "b/two"]);
    expect(offered("", "b/two")).toEqual(["automatic", "a/one", "*b/two"]);
  });
  test("a chosen one that the catalogue does not have", () =>
    expect(offered("", "x/own")).toEqual(["automatic", "*x/own", "a/one", "b/two"]));
  test("what was typed, after the matches, when it can be an id and is none of the catalogue's", () => {
    expect(offered("b/tw", null)).toEqual(["b/two", "b/tw"]);
    expect(offered("b/two", null)).toEqual(["b/two"]);
    expect(offered("words only", null)).toEqual([]);
  });
  test("the server's choice by its own name", () => expect(offered("auto", "a/one")).toEqual(["automatic"]));
});
