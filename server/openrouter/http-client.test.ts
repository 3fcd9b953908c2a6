/** What the server asks OpenRouter for itself: keys, the catalogue and generations, read without floats and within bounds. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import type { OpenRouterClient } from "./client.ts";
import { createClient } from "./http-client.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});
const asked: { url: string | undefined; authorization: string | undefined }[] = [];

async function client(
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<OpenRouterClient> {
  const server = createServer((request, response) => {
    asked.push({ url: request.url, authorization: request.headers.authorization });
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return createClient({ target: { origin }, simulated: false });
}

const key = `sk-or-v1-${"ab".repeat(32)}`;
const keyReply =
  '{"data":{"label":"sk-or-v1-abc...123","limit":10,"limit_remaining":7.50,"usage":2.5,"is_free_tier":false}}';

test("a good key is told with its label and what is left, in the wire's digits", async () => {
  const facts = { label: "sk-or-v1-abc...123", limitRemaining: "7.50", isFreeTier: false };
  expect(await (await client(200, keyReply)).checkKey(key)).toEqual({ ok: true, value: facts });
  expect(asked.at(-1)).toEqual({ url: "/api/v1/key", authorization: `Bearer ${key}` });
  const unlimited = await client(200, keyReply.replace("7.50", "null"));
  expect(await unlimited.checkKey(key)).toMatchObject({ value: { limitRemaining: null } });
});

test("a refusal comes with OpenRouter's own words", async () => {
  const refusal = await client(401, '{"error":{"code":401,"message":"User not found."}}');
  expect(await refusal.checkKey(key)).toEqual({
    ok: false,
    error: { code: "refused", status: 401, message: "User not found." },
  });
  const page = await client(502, "<html>");
  expect(await page.models()).toMatchObject({ error: { code: "refused", status: 502 } });
});

test("the catalogue's prices are per million and exact; a router's and odd ones are not told; no key is sent", async () => {
  const model = (id: string, prompt: unknown): object => ({
    id,
    name: id,
    context_length: 8,
    pricing: { prompt, completion: "0" },
  });
  const list = [
    model("a", "0.0000004"),
    model("b", "-1"),
    model("c", "0.000000000000123"),
    model("d", "free"),
    { id: "e" },
    { name: "no id" },
    { id: "f", context_length: "8" },
  ];
  const models = await (
    await client(200, gzipSync(JSON.stringify({ data: list })), { "Content-Encoding": "gzip" })
  ).models();
  expect(asked.at(-1)).toEqual({ url: "/api/v1/models", authorization: undefined });
  if (!models.ok) throw new Error(models.error.message);
  expect(models.value.map(({ id, promptUsdPerMillion }) => [id, promptUsdPerMillion])).toEqual([
    ["a", "0.4"],
    ["b", null],
    ["c", "0.000001"],
    ["d", null],
    ["e", null],
  ]);
  expect(models.value[0]).toEqual({
    id: "a",
    name: "a",
    contextLength: 8,
    promptUsdPerMillion: "0.4",
    completionUsdPerMillion: "0",
    listing: {
      id: "a",
      canonicalSlug: null,
      prices: { base: { prompt: "0.0000004", completion: "0" }, overrides: [], dynamic: false },
    },
  });
});

test("every listed price of everybody who offers a model is read; one that can't be read makes the list worthless", async () => {
  const pricing = {
    prompt: "3e-6",
    completion: "-1",
    input_cache_write_1h: "0.000006",
    discount: 0.1,
    overrides: [
      { min_prompt_tokens: 200, prompt: "0.000006" },
      { utc_start: 100, completion: "1" },
    ],
  };
  const reply = { data: { endpoints: [{ pricing, context_length: 8, max_completion_tokens: null }] } };
  expect(await (await client(200, JSON.stringify(reply))).endpoints("a/b:free")).toEqual({
    ok: true,
    value: [
      {
        contextLength: 8,
        maxCompletionTokens: null,
        prices: {
          base: { prompt: "0.000003", cacheWriteHour: "0.000006" },
          dynamic: true,
          overrides: [
            { aboveTokens: 200, conditional: false, prices: { prompt: "0.000006" } },
            { aboveTokens: null, conditional: true, prices: { completion: "1" } },
          ],
        },
      },
    ],
  });
  expect(asked.at(-1)).toEqual({ url: "/api/v1/models/a/b:free/endpoints", authorization: undefined });
  const broken = { data: { endpoints: [{ pricing }, { pricing: null }] } };
  expect(await (await client(200, JSON.stringify(broken))).endpoints("a/b")).toMatchObject({ ok: false });
});

test("a generation's cost keeps its digits; a 404 of the first seconds is a refusal", async () => {
  const reply =
    '{"data":{"id":"gen-1","total_cost":8e-8,"usage":8e-8,"native_tokens_prompt":3,"tokens_completion":4,"provider_name":"OpenAI"}}';
  expect(await (await client(200, reply)).generation(key, "gen-1&x=1")).toEqual({
    ok: true,
    value: {
      costText: "8e-8",
      promptTokens: 3,
      completionTokens: 4,
      provider: "OpenAI",
      cachedTokens: null,
      reasoningTokens: null,
      completionImages: null,
      searches: null,
      isByok: false,
      upstreamCostText: null,
    },
  });
  expect(asked.at(-1)?.url).toBe("/api/v1/generation?id=gen-1%26x%3D1");
  expect(await (await client(404, '{"error":{"message":"not yet"}}')).generation(key, "g")).toMatchObject({
    error: { status: 404 },
  });
});

test("answers that can't be read are bad replies", async () => {
  const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024));
  const answers: readonly (readonly [string | Buffer, Record<string, string>])[] = [
    ["{", {}],
    ["[]", {}],
    ['{"data":5}', {}],
    [bomb, { "Content-Encoding": "gzip" }],
    ["not gzip", { "Content-Encoding": "gzip" }],
    ["{}", { "Content-Encoding": "br" }],
    [Buffer.alloc(33 * 1024 * 1024, " "), {}],
  ];
  for (const [body, headers] of answers)
    expect(await (await client(200, body, headers)).models()).toMatchObject({
      ok: false,
      error: { code: "bad-reply" },
    });
});

test("nobody there is unreachable", async () => {
  const nobody = createClient({ target: { origin: new URL("http://127.0.0.1:9") }, simulated: false });
  expect(await nobody.checkKey(key)).toMatchObject({ ok: false, error: { code: "unreachable" } });
});
