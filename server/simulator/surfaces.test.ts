/** Promises of the simulator: the addresses beside chat, and that money is the same in all of them. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { instantPace } from "./exchange.ts";
import { knownKeys } from "./keys.ts";
import { parseUsd } from "./prices.ts";
import { bodyOf, dataOf, question, startForTests, type Anything, type Started } from "./started-for-tests.ts";

let simulator: Started;
beforeAll(async () => {
  simulator = await startForTests();
});
afterAll(() => simulator.close());

const admin = { authorization: `Bearer ${knownKeys.management}` };
const get = async (path: string, headers?: Record<string, string>): Promise<Anything> =>
  bodyOf(await simulator.ask("GET", path, undefined, headers));
const post = async (path: string, body: object, headers?: Record<string, string>): Promise<Anything> =>
  bodyOf(await simulator.ask("POST", path, body, headers));

test("the catalogue needs no key, says that it is simulated, and has what clients require of a model", async () => {
  const response = await fetch(`${simulator.url}/api/v1/models`);
  const body = await bodyOf(response);
  expect(body.total_count).toBe(body.data.length);
  expect(body.links).toEqual({ next: null });
  for (const model of body.data) {
    expect(model.name).toMatch(/\(simulated\)$/);
    expect(model).toMatchObject({
      per_request_limits: null,
      supported_voices: null,
      default_parameters: {},
      pricing: { prompt: expect.any(String), completion: expect.any(String) },
      top_provider: { is_moderated: expect.any(Boolean) },
      links: { details: `/api/v1/models/${model.id}/endpoints` },
    });
  }
  expect((await get("/models/count")).data.count).toBe(body.data.length);
  expect((await get("/models/user")).total_count).toBe(body.data.length);
});

test("the catalogue can be searched, filtered, sorted and paged", async () => {
  const ids = async (query: string): Promise<string[]> =>
    (await get(`/models?${query}`)).data.map((model: Anything) => model.id);
  expect(await ids("q=gemini")).toEqual(["google/gemini-2.5-flash", "google/gemini-2.5-pro"]);
  expect(await ids("model_authors=deepseek,qwen&sort=pricing-low-to-high")).toEqual([
    "qwen/qwen3-32b",
    "deepseek/deepseek-chat-v3.1",
    "deepseek/deepseek-r1",
  ]);
  expect(await ids("output_modalities=embeddings")).toHaveLength(2);
  expect((await ids("supported_parameters=logprobs"))[0]).toBe("openai/gpt-4o-mini");
  expect(await ids("context=1500000&input_modalities=image")).toEqual(["x-ai/grok-4-fast"]);
  expect(await ids("max_price=0&q=llama")).toEqual(["meta-llama/llama-3.3-70b-instruct:free"]);
  const page = await get("/models?limit=2&offset=1");
  expect(page.data).toHaveLength(2);
  expect(page.links.next).toBe("/api/v1/models?limit=2&offset=3");
  for (const query of ["limit=0", "limit=x", "sort=best", "min_price=cheap"])
    expect((await simulator.ask("GET", `/models?${query}`)).status).toBe(400);
});

test("one model, its endpoints, and the providers can be read", async () => {
  expect((await get("/model/openai/gpt-4o")).data.id).toBe("openai/gpt-4o");
  const { data } = await get("/models/meta-llama/llama-3.3-70b-instruct/endpoints");
  expect(data.endpoints.map((endpoint: Anything) => endpoint.tag)).toEqual(["deepinfra", "together", "groq"]);
  expect((await simulator.ask("GET", "/models/a/b/endpoints")).status).toBe(404);
  expect((await simulator.ask("GET", "/models/a/%E0%A4%A/endpoints")).status).toBe(404);
  expect((await get("/providers")).data.length).toBeGreaterThan(5);
});

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

test("embeddings are unit vectors, equal for equal text, near for like text, as numbers or base64", async () => {
  const input = ["the cat sat on the mat", "a cat on a mat", "stock prices fell sharply"];
  const body = await post("/embeddings", { model: "openai/text-embedding-3-small", input });
  const vectors: number[][] = body.data.map((row: Anything) => row.embedding);
  const dot = (a: number[], b: number[]): number =>
    a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  const [cat = [], mat = [], stock = []] = vectors;
  expect(cat).toHaveLength(1536);
  expect(dot(cat, cat)).toBeCloseTo(1, 5);
  expect(dot(cat, mat)).toBeGreaterThan(dot(cat, stock) + 0.2);
  expect(body.usage).toEqual({ prompt_tokens: 16, total_tokens: 16, cost: 3.2e-7, is_byok: false });
  const packed = await post("/embeddings", {
    model: "openai/text-embedding-3-small",
    input: input[0],
    encoding_format: "base64",
  });
  const bytes = Buffer.from(packed.data[0].embedding, "base64");
  expect(Array.from({ length: 1536 }, (_, at) => bytes.readFloatLE(at * 4))).toEqual(cat);
  expect(
    (await post("/embeddings", { model: "openai/text-embedding-3-small", input: "x", dimensions: 8 })).data[0]
      .embedding,
  ).toHaveLength(8);
  expect((await post("/embeddings", { model: "openai/gpt-4o", input: "x" })).error.code).toBe(404);
  expect((await post("/embeddings", { model: "openai/text-embedding-3-small", input: [] })).error.code).toBe(
    400,
  );
});

test("rerank puts the document that shares the query's words first", async () => {
  const body = await post("/rerank", {
    model: "cohere/rerank-v3.5",
    query: "capital of France",
    documents: ["bread", "Paris is the capital of France", { text: "France" }],
    top_n: 2,
  });
  expect(body.results.map((result: Anything) => result.index)).toEqual([1, 2]);
  expect(body.usage).toMatchObject({ cost: 0.001, search_units: 1 });
});

test("the older text completion answers, plain and streamed", async () => {
  const asked = { model: "openai/gpt-4o", prompt: "Say ok", echo: true };
  expect(await post("/completions", asked)).toMatchObject({
    object: "text_completion",
    choices: [{ text: "Say okok", finish_reason: "stop" }],
  });
  const data = dataOf(await (await simulator.ask("POST", "/completions", { ...asked, stream: true })).text());
  expect(
    data
      .slice(0, -1)
      .map((chunk) => chunk.choices[0].text)
      .join(""),
  ).toBe("Say okok");
  expect(data.at(-2).usage.cost).toBeGreaterThan(0);
});

test("the Responses shape answers, plain and streamed, with tools, and refuses state", async () => {
  const asked = { model: "openai/gpt-5.2", input: "Tell me about rain", reasoning: { effort: "low" } };
  const plain = await post("/responses", asked);
  expect(plain).toMatchObject({
    object: "response",
    status: "completed",
    store: false,
    output: [{ type: "reasoning" }, { type: "message", content: [{ type: "output_text" }] }],
  });
  const response = await simulator.ask("POST", "/responses", { ...asked, stream: true });
  const data = dataOf(await response.text());
  expect(data.at(-1)).toBe("[DONE]");
  const events = data.slice(0, -1);
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, at) => at));
  expect(events[0].type).toBe("response.created");
  expect(events.at(-1)).toMatchObject({ type: "response.completed", response: { usage: plain.usage } });
  const text = events
    .filter((event) => event.type === "response.output_text.delta")
    .map((event) => event.delta)
    .join("");
  expect(text).toBe(plain.output_text);
  const tools = [
    {
      type: "function",
      name: "get_weather",
      parameters: { type: "object", properties: { city: { type: "string" } } },
    },
  ];
  const call = (await post("/responses", { model: "openai/gpt-4o", input: "Weather in Rome?", tools }))
    .output[0];
  expect(call).toMatchObject({ type: "function_call", name: "get_weather", arguments: '{"city":"Rome"}' });
  const input = [
    { role: "user", content: [{ type: "input_text", text: "Weather in Rome?" }] },
    call,
    { type: "function_call_output", call_id: call.call_id, output: "rain" },
  ];
  expect((await post("/responses", { model: "openai/gpt-4o", input, tools })).output_text).toContain("rain");
  expect(await post("/responses", { ...asked, max_output_tokens: 3 })).toMatchObject({
    status: "incomplete",
    incomplete_details: { reason: "max_output_tokens" },
  });
  for (const more of [{ store: true }, { previous_response_id: "resp_1" }])
    expect(await post("/responses", { ...asked, ...more })).toMatchObject({
      status: "failed",
      error: { code: "invalid_prompt" },
      error_type: "invalid_request",
    });
  expect(await post("/responses", { ...asked, model: "simulator/error-429" })).toMatchObject({
    error: { code: "rate_limit_exceeded" },
  });
});

test("the Messages shape answers, plain and streamed with named events, with tools", async () => {
  const asked = {
    ...question("anthropic/claude-sonnet-4.5", "Tell me about rain"),
    max_tokens: 400,
    system: "Be kind.",
  };
  const plain = await post("/messages", asked);
  expect(plain).toMatchObject({
    type: "message",
    role: "assistant",
    stop_reason: "end_turn",
    content: [{ type: "text" }],
  });
  const text = await (await simulator.ask("POST", "/messages", { ...asked, stream: true })).text();
  const names = [...text.matchAll(/^event: (.+)$/gm)].map(([, name]) => name);
  expect([names[0], ...names.slice(-3)]).toEqual([
    "message_start",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
  const data = dataOf(text);
  expect(data.map((event) => event.type)).toEqual(names);
  expect(data.map((event) => event.delta?.text ?? "").join("")).toBe(plain.content[0].text);
  expect(data.at(-2).usage).toEqual(plain.usage);
  const tools = [
    { name: "get_weather", input_schema: { type: "object", properties: { city: { type: "string" } } } },
  ];
  const called = await post("/messages", {
    ...asked,
    tools,
    messages: [{ role: "user", content: "Weather in Rome?" }],
  });
  expect(called).toMatchObject({
    stop_reason: "tool_use",
    content: [{ type: "tool_use", name: "get_weather", input: { city: "Rome" } }],
  });
  const messages = [
    { role: "user", content: "Weather in Rome?" },
    { role: "assistant", content: called.content },
    { role: "user", content: [{ type: "tool_result", tool_use_id: called.content[0].id, content: "rain" }] },
  ];
  expect((await post("/messages", { ...asked, tools, messages })).content[0].text).toContain("rain");
  expect(await post("/messages", { ...asked, model: "simulator/error-429" })).toMatchObject({
    type: "error",
    error: { type: "rate_limit_error", error_type: "rate_limit_exceeded" },
  });
  const keyed = await fetch(`${simulator.url}/api/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": `sk-or-v1-${"ab".repeat(32)}` },
    body: JSON.stringify(asked),
  });
  expect(keyed.status).toBe(200);
});

test("the response cache answers again at no charge, until its time is over", async () => {
  const fresh = await startForTests();
  const asked = question("openai/gpt-4o", "Tell me about rain");
  const ask = async (more: Record<string, string> = {}): Promise<[string | null, Anything, Response]> => {
    const response = await fresh.chat(asked, {
      "x-openrouter-cache": "true",
      "x-openrouter-cache-ttl": "60s",
      ...more,
    });
    return [response.headers.get("x-openrouter-cache-status"), await bodyOf(response), response];
  };
  const [miss, first] = await ask();
  fresh.clock.advance(5_000);
  const [hit, second, response] = await ask();
  expect([miss, hit]).toEqual(["MISS", "HIT"]);
  expect(second.choices).toEqual(first.choices);
  expect(second.id).not.toBe(first.id);
  expect(second.usage).toMatchObject({ prompt_tokens: 0, completion_tokens: 0, cost: 0 });
  expect(response.headers.get("x-openrouter-cache-age")).toBe("5");
  expect(response.headers.get("x-openrouter-cache-source-id")).toBe(first.id);
  expect((await ask({ "x-openrouter-cache-clear": "true" }))[0]).toBe("MISS");
  fresh.clock.advance(60_000);
  expect((await ask())[0]).toBe("MISS");
  expect((await fresh.chat(asked)).headers.get("x-openrouter-cache-status")).toBeNull();
  await fresh.close();
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
