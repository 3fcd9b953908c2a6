/** Promises of the simulator: keys, logins, and money that is the same wherever it is told. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { instantPace } from "./exchange.ts";
import { knownKeys } from "./keys.ts";
import { parseUsd } from "./prices.ts";
import { bodyOf, question, startForTests, type Anything, type Started } from "./started-for-tests.ts";

let simulator: Started;
beforeAll(async () => {
  simulator = await startForTests();
});
afterAll(() => simulator.close());

const admin = { authorization: `Bearer ${knownKeys.management}` };
const get = async (path: string, headers?: Record<string, string>): Promise<Anything> =>
  bodyOf(await simulator.ask("GET", path, undefined, headers));

test("a key can ask about itself", async () => {
  const { data } = await get("/key");
  expect(data).toMatchObject({
    label: "sk-or-v1-aba...bab",
    limit: null,
    is_free_tier: false,
    is_management_key: false,
    rate_limit: { requests: -1 },
  });
  expect((await get("/key", admin)).data.is_management_key).toBe(true);
});

/** What the parts of a bill come to: the charge, where they are told. Throws when they don't add up. */
function partsOf(usage: Anything): bigint {
  const details = usage.cost_details;
  const pico = (usd: number): bigint => parseUsd(usd.toFixed(12));
  if (!details) return pico(usage.cost);
  const both =
    pico(details.upstream_inference_prompt_cost ?? details.upstream_inference_input_cost) +
    pico(details.upstream_inference_completions_cost ?? details.upstream_inference_output_cost);
  if (pico(details.upstream_inference_cost) !== both) throw new Error("the parts don't add up");
  return usage.is_byok ? both / 20n : both + pico(details.server_tool_cost ?? 0);
}

test("money is the same everywhere: replies, generations, key and credits, to the last digit", async () => {
  const fresh = await startForTests();
  const asked: [string, object][] = [
    ["/chat/completions", question("openai/gpt-4o-mini", "Tell me about rivers")],
    [
      "/chat/completions",
      question("anthropic/claude-sonnet-4.5", "Tell me about hills", { reasoning: { effort: "high" } }),
    ],
    ["/chat/completions", question("simulator/bill-cache-read", "Tell me about the sea")],
    ["/chat/completions", question("simulator/bill-cache-write", "Tell me about the sea")],
    ["/chat/completions", question("simulator/bill-byok", "Tell me about the sea")],
    ["/chat/completions", question("simulator/bill-search", "Tell me about the sea")],
    ["/chat/completions", question("openai/gpt-oss-20b:free", "Tell me about the sea")],
    ["/completions", { model: "openai/gpt-4o", prompt: "Tell me about the sky" }],
    ["/responses", { model: "openai/gpt-4o", input: "Tell me about the sky" }],
    ["/messages", { ...question("anthropic/claude-haiku-4.5", "Tell me about the sky"), max_tokens: 500 }],
    ["/embeddings", { model: "openai/text-embedding-3-small", input: "the sky" }],
    ["/rerank", { model: "cohere/rerank-v3.5", query: "sky", documents: ["sky", "sea"] }],
  ];
  let sum = 0n;
  for (const [path, body] of asked) {
    const response = await fresh.ask("POST", path, body);
    const { usage } = await bodyOf(response);
    const pico = parseUsd(usage.cost.toFixed(12));
    sum += pico;
    const { data } = await bodyOf(
      await fresh.ask("GET", `/generation?id=${response.headers.get("x-generation-id")}`),
    );
    expect(data).toMatchObject({ total_cost: usage.cost, usage: usage.cost });
    expect(partsOf(usage)).toBe(pico);
  }
  const { data: key } = await bodyOf(await fresh.ask("GET", "/key"));
  expect(parseUsd(key.usage.toFixed(12))).toBe(sum);
  expect(key.usage_daily).toBe(key.usage);
  const { data: credits } = await bodyOf(await fresh.ask("GET", "/credits", undefined, admin));
  expect(credits).toEqual({ total_credits: 100, total_usage: key.usage });
  await fresh.close();
});

test("a generation is 404 until its time, then there, and never for another key", async () => {
  const late = await startForTests({ pace: { ...instantPace, generationDelayMs: 700 } });
  const id = (await late.chat(question("openai/gpt-4o", "Say ok"))).headers.get("x-generation-id");
  const look = async (headers?: Record<string, string>): Promise<number> =>
    (await late.ask("GET", `/generation?id=${id}`, undefined, headers)).status;
  expect(await look()).toBe(404);
  late.clock.advance(699);
  expect(await look()).toBe(404);
  late.clock.advance(1);
  expect(await look()).toBe(200);
  expect(await look({ authorization: `Bearer sk-or-v1-${"cd".repeat(32)}` })).toBe(404);
  expect((await late.ask("GET", "/generation")).status).toBe(400);
  await late.close();
});

test("activity tells of days that are over, to management keys only", async () => {
  const fresh = await startForTests();
  const { usage } = await bodyOf(await fresh.chat(question("openai/gpt-4o", "Say ok")));
  const read = async (): Promise<Anything> =>
    (await bodyOf(await fresh.ask("GET", "/activity", undefined, admin))).data;
  expect(await read()).toEqual([]);
  fresh.clock.advance(86_400_000);
  expect(await read()).toMatchObject([
    { date: "2026-11-24", model: "openai/gpt-4o", requests: 1, usage: usage.cost },
  ]);
  fresh.clock.advance(31 * 86_400_000);
  expect(await read()).toEqual([]);
  const refused = await fresh.ask("GET", "/activity");
  expect(refused.status).toBe(403);
  expect((await bodyOf(refused)).error.message).toBe("Only management keys can perform this operation");
  await fresh.close();
});

test("keys are made, listed, changed and deleted; a disabled or spent one stops working", async () => {
  const made = await simulator.ask("POST", "/keys", { name: "mine", limit: 0.00001 }, admin);
  expect(made.status).toBe(201);
  const { key, data } = await bodyOf(made);
  const own = { authorization: `Bearer ${key}` };
  expect(data).toMatchObject({
    name: "mine",
    limit: 0.00001,
    disabled: false,
    hash: createHash("sha256").update(key).digest("hex"),
  });
  expect((await get("/keys", admin)).data.map((row: Anything) => row.hash)).toContain(data.hash);
  expect((await simulator.chat(question("openai/gpt-4o", "Tell me about rain"), own)).status).toBe(200);
  expect((await simulator.chat(question("openai/gpt-4o", "Tell me about rain"), own)).status).toBe(403);
  const patch = async (body: object): Promise<Response> =>
    simulator.ask("PATCH", `/keys/${data.hash}`, body, admin);
  expect((await bodyOf(await patch({ disabled: true, name: "ours" }))).data).toMatchObject({
    name: "ours",
    disabled: true,
  });
  expect((await simulator.ask("GET", "/key", undefined, own)).status).toBe(401);
  expect((await patch({ limit: "much" })).status).toBe(400);
  expect(await bodyOf(await simulator.ask("DELETE", `/keys/${data.hash}`, undefined, admin))).toEqual({
    deleted: true,
  });
  expect((await simulator.ask("GET", `/keys/${data.hash}`, undefined, admin)).status).toBe(404);
});

test("a login code swaps once for a working key, by its verifier, within ten minutes", async () => {
  const verifier = "a-verifier-that-is-long-enough-to-be-one";
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const codeFor = async (method = "S256"): Promise<string> => {
    const query = new URLSearchParams({
      callback_url: "http://localhost:3000/cb?x=1",
      code_challenge: challenge,
      code_challenge_method: method,
    });
    const page = await (await fetch(`${simulator.url}/auth?${query.toString()}`)).text();
    const href = /href="([^"]+)"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(new URL(href).searchParams.get("x")).toBe("1");
    return new URL(href).searchParams.get("code") ?? "";
  };
  const swap = async (code: string, more: object): Promise<Anything> =>
    bodyOf(
      await fetch(`${simulator.url}/api/v1/auth/keys`, {
        method: "POST",
        body: JSON.stringify({ code, ...more }),
      }),
    );
  const code = await codeFor();
  expect(await swap(code, { code_verifier: verifier, code_challenge_method: "plain" })).toMatchObject({
    error: { code: 400, message: "Invalid code_challenge_method" },
  });
  const { key } = await swap(code, { code_verifier: verifier, code_challenge_method: "S256" });
  expect((await get("/key", { authorization: `Bearer ${key}` })).data.limit).toBeNull();
  expect(await swap(code, { code_verifier: verifier })).toMatchObject({
    error: { code: 403, message: "Invalid code or code_verifier" },
  });
  expect(await swap(await codeFor(), { code_verifier: "wrong" })).toMatchObject({ error: { code: 403 } });
  const late = await codeFor();
  simulator.clock.advance(600_000);
  expect(await swap(late, { code_verifier: verifier })).toMatchObject({
    error: { message: "Authorization code expired" },
  });
  const evil = await fetch(`${simulator.url}/auth?callback_url=${encodeURIComponent("javascript:alert(1)")}`);
  expect(evil.status).toBe(400);
});
