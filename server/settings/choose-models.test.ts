/** Which model is taken when none was chosen, and which are found by words. */
import { expect, test } from "vitest";
import type { Model } from "../../contract/models.ts";
import { defaultModel } from "./default-model.ts";
import { searchModels } from "./search-models.ts";

const model = (
  id: string,
  prompt: string | null,
  completion: string | null,
  contextLength: number | null = 128_000,
): Model => ({
  id,
  name: `Name of ${id}`,
  contextLength,
  promptUsdPerMillion: prompt,
  completionUsdPerMillion: completion,
});
const tiny = model("a/tiny", "0.01", "0.02");
const small = model("a/small", "0.15", "0.6");
const large = model("a/large", "3", "15");
const narrow = model("a/narrow", "0.1", "0.4", 8_000);
const free = model("a/large:free", "0", "0");
const router = model("a/auto", null, null, 2_000_000);
const embedding = model("a/embedding", "0.12", "0");

test("the cheapest that is roomy and not tiny is taken, wherever it stands", () => {
  const all = [router, free, embedding, large, narrow, tiny, small];
  expect(defaultModel(all)).toBe("a/small");
  expect(defaultModel(all.toReversed())).toBe("a/small");
});

test("at equal price the roomier one, then the first by name", () => {
  const roomier = model("z/roomier", "0.15", "0.6", 1_000_000);
  expect(defaultModel([small, roomier])).toBe("z/roomier");
  expect(defaultModel([model("b/x", "1", "1"), model("a/x", "1", "1")])).toBe("a/x");
});

test("where nothing is roomy, the cheapest that has a price; then a free one; then whatever there is", () => {
  expect(defaultModel([narrow, free, router])).toBe("a/narrow");
  expect(defaultModel([router, free])).toBe("a/large:free");
  expect(defaultModel([router])).toBe("a/auto");
  expect(defaultModel([])).toBeNull();
});

test("every word must stand in id or name, in any order and case", () => {
  const all = [small, large, router];
  expect(searchModels(all, "  NAME a/LARGE ")).toEqual([large]);
  expect(searchModels(all, "small large")).toEqual([]);
  expect(searchModels(all, " ")).toEqual(all);
});
