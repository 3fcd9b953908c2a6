/** Promises of the simulator: how chat completions look on the wire. */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  bodyOf,
  dataOf,
  question,
  someKey,
  startForTests,
  type Anything,
  type Started,
} from "./started-for-tests.ts";

let simulator: Started;
beforeAll(async () => {
  simulator = await startForTests();
});
afterAll(() => simulator.close());

const idShape = /^gen-1795521600-[0-9A-Za-z]{20}$/;
const streamOf = async (body: object): Promise<string> =>
  (await simulator.chat({ stream: true, ...body })).text();
const tool = (name: string): object => ({
  type: "function",
  function: {
    name,
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
});

test("a plain reply has every field that the real one has, in its order", async () => {
  const response = await simulator.chat(question("openai/gpt-4o-mini", "Say ok"));
  const body = await bodyOf(response);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("x-generation-id")).toBe(body.id);
  expect(body.id).toMatch(idShape);
  expect(Object.keys(body)).toEqual([
    "id",
    "object",
    "created",
    "model",
    "provider",
    "system_fingerprint",
    "service_tier",
    "choices",
    "usage",
  ]);
  expect(body.choices).toEqual([
    {
      index: 0,
      logprobs: null,
      finish_reason: "stop",
      native_finish_reason: "completed",
      message: { role: "assistant", content: "ok", refusal: null, reasoning: null },
    },
  ]);
  expect(body.usage).toEqual({
    prompt_tokens: 9,
    completion_tokens: 1,
    total_tokens: 10,
    cost: 0.00000195,
    is_byok: false,
    prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0, audio_tokens: 0, video_tokens: 0 },
    cost_details: {
      upstream_inference_cost: 0.00000195,
      upstream_inference_prompt_cost: 0.00000135,
      upstream_inference_completions_cost: 0.0000006,
    },
    completion_tokens_details: { reasoning_tokens: 0, image_tokens: 0, audio_tokens: 0 },
  });
});

test("a stream is framed as the real one: comments, chunks, finish, usage, [DONE]", async () => {
  const response = await simulator.chat(
    question("openai/gpt-4o-mini", "Count from 1 to 9", { stream: true }),
  );
  const text = await response.text();
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(response.headers.get("cache-control")).toBe("no-cache");
  expect(text.startsWith(": OPENROUTER PROCESSING\n\n")).toBe(true);
  const comments = text.match(/: OPENROUTER PROCESSING\n\n/g) ?? [];
  expect(comments.length).toBeGreaterThanOrEqual(3);
  expect(text.replaceAll(/(: OPENROUTER PROCESSING|data: [^\n]+)\n\n/g, "")).toBe("");

  const data = dataOf(text);
  expect(data.pop()).toBe("[DONE]");
  const usage = data.at(-1);
  const finish = data.at(-2);
  for (const chunk of data) {
    expect(Object.keys(chunk).slice(0, 5)).toEqual(["id", "object", "created", "model", "provider"]);
    expect(chunk.id).toBe(response.headers.get("x-generation-id"));
    expect(chunk.object).toBe("chat.completion.chunk");
    expect(chunk).not.toHaveProperty("system_fingerprint");
    expect(chunk.choices[0].delta).toMatchObject({ role: "assistant", content: expect.any(String) });
  }
  expect(finish.choices[0]).toMatchObject({
    finish_reason: "stop",
    native_finish_reason: "completed",
    delta: { content: "" },
  });
  expect(finish).not.toHaveProperty("usage");
  expect(Object.keys(usage)).toEqual([
    "id",
    "object",
    "created",
    "model",
    "provider",
    "service_tier",
    "choices",
    "usage",
  ]);
});

test("the stream's words, tokens and price are those of the plain reply", async () => {
  const asked = question("anthropic/claude-haiku-4.5", "Tell me about the tides, s'il vous plaît 🌊");
  const plain = await bodyOf(await simulator.chat(asked));
  const data = dataOf(await streamOf(asked));
  const words = data
    .slice(0, -1)
    .map((chunk) => chunk.choices[0].delta.content)
    .join("");
  expect(words).toBe(plain.choices[0].message.content);
  expect(data.at(-2).usage).toEqual(plain.usage);
});

test("equal requests get equal replies but for the id; other simulators agree", async () => {
  const other = await startForTests({ seed: "another" });
  const asked = question("openai/gpt-5.2", "What should I cook tonight?", { reasoning: { effort: "low" } });
  const replies = await Promise.all(
    [simulator.chat(asked), simulator.chat(asked), other.chat(asked)].map(async (reply) =>
      bodyOf(await reply),
    ),
  );
  await other.close();
  expect(new Set(replies.map((reply) => reply.id)).size).toBe(3);
  expect(new Set(replies.map((reply) => JSON.stringify([reply.choices, reply.usage]))).size).toBe(1);
});

test("a tool is called with arguments that fit, and its result is answered", async () => {
  const tools = [tool("get_weather"), tool("get_time")];
  const first = await bodyOf(
    await simulator.chat(question("openai/gpt-4o-mini", "What is the weather in Lisbon?", { tools })),
  );
  const [choice] = first.choices;
  expect(choice).toMatchObject({ finish_reason: "tool_calls", message: { content: null } });
  expect(choice.message.tool_calls).toEqual([
    {
      index: 0,
      id: expect.stringMatching(/^call_/),
      type: "function",
      function: { name: "get_weather", arguments: '{"city":"Lisbon"}' },
    },
  ]);
  const second = await bodyOf(
    await simulator.chat({
      model: "openai/gpt-4o-mini",
      tools,
      messages: [
        { role: "user", content: "What is the weather in Lisbon?" },
        choice.message,
        { role: "tool", tool_call_id: choice.message.tool_calls[0].id, content: "21 °C and sunny" },
      ],
    }),
  );
  expect(second.choices[0]).toMatchObject({ finish_reason: "stop" });
  expect(second.choices[0].message.content).toContain("21 °C and sunny");
});

test("a streamed tool call gives id and name once, and arguments in pieces", async () => {
  const asked = question("simulator/tools-parallel", "Weather and time in Lisbon, please", {
    tools: [tool("a"), tool("b")],
  });
  const deltas = dataOf(await streamOf(asked)).flatMap(
    (chunk: Anything) => chunk.choices?.[0].delta.tool_calls ?? [],
  );
  for (const index of [0, 1]) {
    const mine = deltas.filter((delta: Anything) => delta.index === index);
    expect(mine.filter((delta: Anything) => delta.id !== undefined)).toHaveLength(1);
    expect(mine.length).toBeGreaterThan(2);
    expect(JSON.parse(mine.map((delta: Anything) => delta.function.arguments).join(""))).toEqual({
      city: "Lisbon",
    });
  }
});

test("tool_choice is kept: none, required after a result, a name", async () => {
  const tools = [tool("a"), tool("b")];
  const calls = async (choice: unknown, more: object[] = []): Promise<string[]> => {
    const messages = [{ role: "user", content: "Weather in Lisbon?" }, ...more];
    const body = await bodyOf(
      await simulator.chat({ model: "openai/gpt-4o", tools, tool_choice: choice, messages }),
    );
    return (body.choices[0].message.tool_calls ?? []).map((call: Anything) => call.function.name);
  };
  expect(await calls("none")).toEqual([]);
  expect(await calls("required", [{ role: "tool", tool_call_id: "x", content: "1" }])).toEqual(["a"]);
  expect(await calls({ type: "function", function: { name: "b" } })).toEqual(["b"]);
});

test("structured output is valid JSON for its schema, plain and streamed", async () => {
  const schema = {
    type: "object",
    properties: { city: { type: "string" }, celsius: { type: "number" } },
    required: ["city", "celsius"],
    additionalProperties: false,
  };
  const asked = question("openai/gpt-4o-mini", "Weather in Lisbon at 21 degrees", {
    response_format: { type: "json_schema", json_schema: { name: "weather", strict: true, schema } },
  });
  const plain = JSON.parse((await bodyOf(await simulator.chat(asked))).choices[0].message.content);
  expect(plain).toEqual({ city: "Lisbon", celsius: 21 });
  const streamed = dataOf(await streamOf(asked))
    .slice(0, -1)
    .map((chunk) => chunk.choices[0].delta.content)
    .join("");
  expect(JSON.parse(streamed)).toEqual(plain);
  const free = await bodyOf(
    await simulator.chat(
      question("openai/gpt-4o-mini", "Give JSON with keys name and age", {
        response_format: { type: "json_object" },
      }),
    ),
  );
  expect(JSON.parse(free.choices[0].message.content)).toEqual({
    name: expect.any(String),
    age: expect.any(Number),
  });
});

test("an answer is cut at max_tokens with finish reason length, and at a stop sequence with stop", async () => {
  const cut = await bodyOf(
    await simulator.chat(question("openai/gpt-4o-mini", "Count from 1 to 50", { max_tokens: 5 })),
  );
  expect(cut.choices[0]).toMatchObject({
    finish_reason: "length",
    native_finish_reason: "max_output_tokens",
  });
  expect(cut.usage.completion_tokens).toBe(5);
  const stopped = await bodyOf(
    await simulator.chat(question("openai/gpt-4o-mini", "Count from 1 to 50", { stop: [", 7", "x"] })),
  );
  expect(stopped.choices[0].message.content).toMatch(/5, 6$/);
  expect(stopped.choices[0].finish_reason).toBe("stop");
});

test("reasoning is shown, counted and billed; hidden on demand; always there where it is mandatory", async () => {
  const asked = question("deepseek/deepseek-r1", "Tell me about rivers");
  const shown = await bodyOf(await simulator.chat(asked));
  expect(shown.choices[0].message.reasoning).toContain("rivers");
  expect(shown.choices[0].message.reasoning_details[0]).toMatchObject({
    type: "reasoning.text",
    text: shown.choices[0].message.reasoning,
  });
  const { reasoning_tokens: tokens } = shown.usage.completion_tokens_details;
  expect(tokens).toBeGreaterThan(0);
  const hidden = await bodyOf(await simulator.chat({ ...asked, reasoning: { exclude: true } }));
  expect(hidden.choices[0].message.reasoning).toBeNull();
  expect(hidden.usage).toEqual(shown.usage);
  const off = await bodyOf(await simulator.chat({ ...asked, reasoning: { effort: "none" } }));
  expect(off.usage.completion_tokens).toBe(shown.usage.completion_tokens - tokens);
  const streamed = dataOf(await streamOf({ ...asked, model: "simulator/reasoning-encrypted" }));
  const details = streamed.flatMap((chunk: Anything) => chunk.choices?.[0].delta.reasoning_details ?? []);
  expect(details.at(-1)).toMatchObject({ type: "reasoning.text", signature: expect.any(String) });
  expect(details[0]).not.toHaveProperty("signature");
});

test.each([
  ["empty", (choice: Anything) => expect(choice.message.content).toBe("")],
  ["refusal", (choice: Anything) => expect(choice.message.refusal).toContain("can't help")],
  ["unicode", (choice: Anything) => expect(choice.message.content).toContain("👩‍👩‍👧‍👦")],
  ["citations", (choice: Anything) => expect(choice.message.annotations[0].type).toBe("url_citation")],
  [
    "image",
    (choice: Anything) => expect(choice.message.images[0].image_url.url).toMatch(/^data:image\/png;base64,/),
  ],
  [
    "choice-error",
    (choice: Anything) => expect(choice).toMatchObject({ finish_reason: "error", error: { code: 502 } }),
  ],
])("simulator/%s answers as its description says, plain and streamed", async (slug, promise) => {
  const asked = question(`simulator/${slug}`, "Go on");
  promise((await bodyOf(await simulator.chat(asked))).choices[0]);
  expect(dataOf(await streamOf(asked)).at(-1)).toBe("[DONE]");
});

test("malformed JSON is mended by the response-healing plugin", async () => {
  const asked = question("simulator/json-invalid", "Go", { response_format: { type: "json_object" } });
  const contentOf = async (body: object): Promise<string> =>
    (await bodyOf(await simulator.chat(body))).choices[0].message.content;
  const malformed = await contentOf(asked);
  expect(() => void JSON.parse(malformed)).toThrow(SyntaxError);
  expect(JSON.parse(await contentOf({ ...asked, plugins: [{ id: "response-healing" }] }))).toHaveProperty(
    "simulated",
  );
});

test("log probabilities come with each token when asked for", async () => {
  const body = await bodyOf(
    await simulator.chat(question("openai/gpt-4o-mini", "Say ok", { logprobs: true, top_logprobs: 2 })),
  );
  expect(body.choices[0].logprobs.content).toHaveLength(1);
  expect(body.choices[0].logprobs.content[0]).toMatchObject({
    token: "ok",
    bytes: [111, 107],
    top_logprobs: { length: 2 },
  });
});

test("when a model fails the next of `models` answers, and the reply tells which", async () => {
  const reply = await simulator.chat(
    { ...question("simulator/error-503", "Say ok"), models: ["mancer/weaver", "openai/gpt-4o"] },
    { "x-openrouter-metadata": "Enabled" },
  );
  const body = await bodyOf(reply);
  expect(body.model).toBe("mancer/weaver");
  expect(body.openrouter_metadata).toMatchObject({
    strategy: "fallback",
    attempts: [{ status: 503 }, { status: 200 }],
  });
});

test("routers, aliases and suffixes lead to a concrete model", async () => {
  const modelFor = async (model: string): Promise<string> =>
    (await bodyOf(await simulator.chat(question(model, "Say ok")))).model;
  expect(await modelFor("openrouter/auto")).toBe("openai/gpt-4o-mini");
  expect(await modelFor("openrouter/free")).toMatch(/:free$/);
  expect(await modelFor("~anthropic/claude-sonnet-latest")).toBe("anthropic/claude-sonnet-4.5");
  expect(await modelFor("openai/gpt-4o:nitro")).toBe("openai/gpt-4o");
});

test("provider preferences choose who answers", async () => {
  const by = async (provider: object): Promise<string> =>
    (await bodyOf(await simulator.chat(question("openai/gpt-4o", "Say ok", { provider })))).provider;
  expect(await by({ order: ["azure"] })).toBe("Azure (simulated)");
  expect(await by({ ignore: ["openai"] })).toBe("Azure (simulated)");
  expect(await by({ order: ["groq"] })).toBe("OpenAI (simulated)");
  expect(
    (await simulator.chat(question("openai/gpt-4o", "x", { provider: { only: ["groq"] } }))).status,
  ).toBe(404);
  expect(
    (
      await simulator.chat(
        question("openai/gpt-4o", "x", { provider: { order: ["groq"], allow_fallbacks: false } }),
      )
    ).status,
  ).toBe(404);
  expect(
    (await simulator.chat(question("openai/gpt-4o", "x", { provider: { max_price: { prompt: 1 } } }))).status,
  ).toBe(404);
});

test("unknown fields and deprecated switches are let through, and what was sent upstream is echoed on demand", async () => {
  const asked = question("openai/gpt-4o-mini", "Say ok", {
    usage: { include: true },
    transforms: ["middle-out"],
    whatever: { x: 1 },
    debug: { echo_upstream_body: true },
  });
  const data = dataOf(await streamOf(asked));
  expect(data[0]).toMatchObject({ choices: [], debug: { echo_upstream_body: { whatever: { x: 1 } } } });
});

test("the log of a request holds its headers and bytes as they came", async () => {
  const body = '{ "model":"openai/gpt-4o-mini",  "messages":[{"role":"user","content":"Say \\u006fk"}] }';
  await simulator.ask("POST", "/chat/completions?x=1", body, { "X-Title": "Näme" });
  const seen = simulator.requests.at(-1);
  expect(seen?.body.toString()).toBe(body);
  expect(seen?.target).toBe("/api/v1/chat/completions?x=1");
  expect(seen?.header("authorization")).toBe(`Bearer ${someKey}`);
});

test("a chunked body in small pieces and a request after it on one connection are answered", async () => {
  const body = JSON.stringify(question("openai/gpt-4o-mini", "Say ok"));
  const socket = connect(simulator.port, "127.0.0.1");
  const answers: Buffer[] = [];
  socket.on("data", (chunk) => answers.push(chunk));
  const head = `Host: x\r\nAuthorization: Bearer ${someKey}\r\n`;
  socket.write(`POST /api/v1/chat/completions HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n`);
  for (let at = 0; at < body.length; at += 9) {
    const piece = body.slice(at, at + 9);
    socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
  }
  socket.write(`0\r\n\r\nGET /api/v1/models/count HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
  await new Promise((resolve) => socket.once("close", resolve));
  const text = Buffer.concat(answers).toString();
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  expect(text).toContain('"content":"ok"');
});
