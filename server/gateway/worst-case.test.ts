/** What a request can cost at most, as a table; and what makes that unknowable, so that it is never guessed. */
import { expect, test } from "vitest";
import { usdText } from "../money.ts";
import type { EndpointListing, PriceList, UnitPrices } from "../openrouter/client.ts";
import { readAsk } from "./ask.ts";
import { worstCase } from "./worst-case.ts";

const endpoint = (base: UnitPrices, more: Partial<EndpointListing> = {}): EndpointListing => ({
  prices: { base, overrides: [], dynamic: false },
  contextLength: 10_000,
  maxCompletionTokens: 2_000,
  ...more,
});
const plain: UnitPrices = { prompt: "0.001", completion: "0.01" };
const listing = (id: string, base: UnitPrices, dynamic = false) => ({
  listing: { id, canonicalSlug: null, prices: { base, overrides: [], dynamic } },
  fetchedAt: "2026-11-24T12:00:00.000Z",
});

const offered: Readonly<Record<string, readonly EndpointListing[]>> = {
  "a/plain": [endpoint(plain)],
  "a/dear": [endpoint(plain), endpoint({ prompt: "0.002", completion: "0.01" }), endpoint(plain)],
  "a/free:free": [endpoint({ prompt: "0", completion: "0" })],
  "a/endless": [endpoint(plain, { maxCompletionTokens: null })],
  "a/untold": [endpoint(plain, { maxCompletionTokens: null, contextLength: null })],
  "a/cache": [endpoint({ ...plain, cacheRead: "0.0001", cacheWrite: "0.00125" })],
  "a/picture": [endpoint({ ...plain, image: "1", imageOutput: "0.5" })],
  "a/search": [endpoint({ ...plain, webSearch: "0.02" })],
  "a/half": [endpoint({ prompt: "0.001" })],
  "a/router": [],
  "openrouter/free": [],
  "a/steps": [
    endpoint(plain, {
      prices: {
        base: plain,
        dynamic: false,
        overrides: [{ aboveTokens: 9, conditional: true, prices: { completion: "0.02" } }],
      },
    }),
  ],
};
const prices: PriceList = {
  endpoints: (model) => Promise.resolve(offered[model] ?? null),
  listing: (model) =>
    Promise.resolve(
      model === "openrouter/free"
        ? listing(model, { prompt: "0", completion: "0" })
        : listing(model, {}, true),
    ),
};

/** The worst case in USD, or why there is none. The request counts as 976 bytes: 2,000 tokens with what is put around it. */
async function worst(body: object, path = "chat/completions"): Promise<string> {
  const ask = readAsk(`/api/v1/${path}`, { model: "a/plain", ...body }, 976);
  const found = "unknown" in ask ? ask : await worstCase(ask, prices);
  return "unknown" in found ? found.unknown : usdText(found.picoUsd);
}

test.each([
  ["all that was sent and all that it may write", {}, "22"],
  ["max_tokens", { max_tokens: 100 }, "3"],
  [
    "max_completion_tokens and max_output_tokens, the larger",
    { max_completion_tokens: 100, max_output_tokens: 200 },
    "4",
  ],
  ["less than some providers take", { max_tokens: 1 }, "2.16"],
  ["reasoning on top", { max_tokens: 100, reasoning: { max_tokens: 50 } }, "3.5"],
  ["thinking on top", { max_tokens: 100, thinking: { budget_tokens: 50 } }, "3.5"],
  ["the dearest who offers it", { model: "a/dear", max_tokens: 100 }, "5"],
  ["the dearest that may stand in", { models: ["a/dear"], max_tokens: 100 }, "5"],
  ["the dearest that may stand in, messages", { fallbacks: [{ model: "a/dear" }], max_tokens: 100 }, "5"],
  ["a price under some condition", { model: "a/steps", max_tokens: 100 }, "4"],
  ["no more than the context takes to write", { model: "a/endless" }, "102"],
  ["the cache is written and read", { model: "a/cache", max_tokens: 100 }, "3.7"],
  ["several answers", { n: 3, max_tokens: 100 }, "9"],
  ["best of several", { best_of: 2, max_tokens: 100 }, "6"],
  ["free, whatever it asks for", { model: "a/free:free", n: 9 }, "0"],
  ["free among the free", { model: "openrouter/free" }, "0"],
  ["a routing suffix", { model: "a/dear:nitro", max_tokens: 100 }, "5"],
  [
    "one's own tools",
    { tools: [{ type: "function", function: { name: "f" } }, { name: "g" }], max_tokens: 100 },
    "3",
  ],
  [
    "a picture may be a whole context",
    { messages: [{ content: [{ type: "image_url" }] }], max_tokens: 100 },
    "11",
  ],
  [
    "a picture has a price",
    { model: "a/picture", messages: [{ content: [{ type: "image_url" }] }], max_tokens: 100 },
    "12",
  ],
  [
    "a picture that a tool gave",
    {
      input: [{ type: "function_call_output", output: [{ type: "input_image" }] }],
      messages: [],
      max_tokens: 100,
    },
    "11",
  ],
  [
    "a search reads again",
    { tools: [{ type: "openrouter:web_search" }], max_tool_calls: 2, max_tokens: 100 },
    "33.03",
  ],
  ["a search by a plugin", { plugins: [{ id: "web" }], max_tokens: 100 }, "11.015"],
  ["more results", { plugins: [{ id: "web", max_results: 12 }], max_tokens: 100 }, "11.017"],
  ["a search by suffix", { model: "a/plain:online", max_tokens: 100 }, "11.015"],
  [
    "the provider's own search",
    { model: "a/search", plugins: [{ id: "web", engine: "native" }], max_tokens: 100 },
    "11.02",
  ],
  ["pages", { tools: [{ type: "openrouter:web_fetch" }], max_tool_calls: 1, max_tokens: 100 }, "22.001"],
] as const)("%s", async (_, body, most) => {
  expect(await worst(body)).toBe(most);
});

test("each prompt of a list is answered; embeddings write nothing", async () => {
  expect(await worst({ prompt: ["a", "b"], max_tokens: 100 }, "completions")).toBe("6");
  expect(await worst({ prompt: [1, 2, 3], max_tokens: 100 }, "completions")).toBe("3");
  expect(await worst({ input: "x" }, "embeddings")).toBe("2");
  expect(await worst({ model: "a/half", input: "x" }, "embeddings")).toBe("2");
});

test.each([
  ["a model that nobody offers", { model: "b/none" }],
  ["a router", { model: "a/router" }],
  ["a preset", { model: "@preset/x" }],
  ["a preset beside the model", { preset: "x" }],
  ["no model", { model: null }],
  ["a price that is missing", { model: "a/half" }],
  ["no bound at all", { model: "a/untold" }],
  ["a tier of its own prices", { service_tier: "priority" }],
  ["tools that run elsewhere", { tools: [{ type: "openrouter:image_generation" }] }],
  ["tools without end", { stop_server_tools_when: [{ type: "step_count_is", step_count: 99 }] }],
  ["a search that the model does", { web_search_options: {} }],
  ["a native search without a price", { plugins: [{ id: "web", engine: "native" }] }],
  ["a plugin that asks others", { plugins: [{ id: "fusion" }] }],
  ["a file that may need OCR", { messages: [{ content: [{ type: "file" }] }] }],
  ["pictures that it makes", { model: "a/picture", modalities: ["image"] }],
] as const)("is not known: %s", async (_, body) => {
  expect(await worst(body)).toMatch(/[a-z] [a-z]/);
});

test("other surfaces have no worst case", async () => {
  for (const path of ["images", "videos", "rerank", "audio/speech", "batches"])
    expect(await worst({}, path)).toContain(path);
  expect(readAsk("/api/v1/chat/completions", null, 1)).toEqual({ unknown: "its body can't be read" });
});

test("nothing that a program can send makes a worst case negative or less than what is plain", async () => {
  const odd = [-1, 0, 0.5, 1e308, Number.POSITIVE_INFINITY, Number.NaN, "9", null, [], {}];
  for (const value of odd) {
    for (const name of [
      "max_tokens",
      "n",
      "best_of",
      "max_tool_calls",
      "tools",
      "plugins",
      "messages",
      "models",
    ]) {
      const most = await worst({ [name]: value });
      expect([name, value, most]).toEqual([name, value, expect.not.stringContaining("-")]);
    }
  }
});
