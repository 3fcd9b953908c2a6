/** Promises of the simulator: the API shapes beside chat, and the response cache. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyOf, dataOf, question, startForTests, type Anything, type Started } from "./started-for-tests.ts";

let simulator: Started;
beforeAll(async () => {
  simulator = await startForTests();
});
afterAll(() => simulator.close());

const post = async (path: string, body: object, headers?: Record<string, string>): Promise<Anything> =>
  bodyOf(await simulator.ask("POST", path, body, headers));

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
