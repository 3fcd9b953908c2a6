/** Promises of the simulator: every refusal by name, and who is let in. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { knownKeys } from "./keys.ts";
import { scenarioModels } from "./scenarios.ts";
import { bodyOf, question, startForTests, type Started } from "./started-for-tests.ts";

let simulator: Started;
beforeAll(async () => {
  simulator = await startForTests();
});
afterAll(() => simulator.close());

const refusing = scenarioModels.flatMap(({ slug, scenario }) =>
  scenario.kind === "refuse" ? [{ slug, scenario }] : [],
);

test.each(refusing.filter(({ scenario }) => !scenario.page))(
  "simulator/$slug refuses in OpenRouter's envelope, streaming or not",
  async ({ slug, scenario }) => {
    for (const stream of [false, true]) {
      const response = await simulator.chat(question(`simulator/${slug}`, "Go", { stream }));
      const body = await bodyOf(response);
      expect(response.status).toBe(scenario.disguised ? 200 : scenario.status);
      expect(response.headers.get("x-generation-id")).toMatch(/^gen-/);
      expect(Object.keys(body)).toEqual(["error", "user_id"]);
      expect(body.error).toMatchObject({ code: scenario.status, message: scenario.message });
      expect(body.error.metadata?.error_type ?? null).toBe(scenario.errorType);
      for (const [name, value] of Object.entries(scenario.headers ?? {}))
        expect(response.headers.get(name)).toBe(value);
    }
  },
);

test.each(refusing.filter(({ scenario }) => scenario.page))(
  "simulator/$slug refuses with an HTML page, as an edge proxy does",
  async ({ slug, scenario }) => {
    const response = await simulator.chat(question(`simulator/${slug}`, "Go"));
    expect(response.status).toBe(scenario.status);
    expect(response.headers.get("content-type")).toBe("text/html");
    expect(await response.text()).toMatch(/^<html>/);
  },
);

test("every status of the paper can be reached", () => {
  const statuses = new Set(refusing.map(({ scenario }) => scenario.status));
  for (const status of [400, 401, 402, 403, 404, 408, 412, 413, 422, 429, 500, 502, 503, 504, 524, 529])
    expect(statuses).toContain(status);
});

const small = { messages: [{ role: "user", content: "x" }] };

test.each<[string, object, number, string]>([
  ["an unknown model", { ...small, model: "x/y" }, 400, "x/y is not a valid model ID"],
  [
    "an unknown fallback",
    { ...small, model: "openai/gpt-4o", models: ["a/b"] },
    400,
    "a/b is not a valid model ID",
  ],
  ["no model", small, 400, "No models provided"],
  ["no messages", { model: "openai/gpt-4o" }, 400, "messages"],
  ["an empty list of messages", { model: "openai/gpt-4o", messages: [] }, 400, "messages"],
  [
    "a wrong role",
    { model: "openai/gpt-4o", messages: [{ role: "robot", content: "x" }] },
    400,
    "messages.0.role",
  ],
  ["a wrong type", { ...small, model: "openai/gpt-4o", stream: "yes" }, 400, "stream"],
  ["a temperature out of range", { ...small, model: "openai/gpt-4o", temperature: 3 }, 400, "temperature"],
  ["five stop sequences", { ...small, model: "openai/gpt-4o", stop: ["a", "b", "c", "d", "e"] }, 400, "stop"],
  [
    "a tool message without an id",
    { model: "openai/gpt-4o", messages: [{ role: "tool", content: "x" }] },
    400,
    "tool_call_id",
  ],
  ["an embedding model", { ...small, model: "openai/text-embedding-3-small" }, 404, "No endpoints found"],
  [
    "tools where there are none",
    { ...small, model: "mancer/weaver", tools: [{ type: "function", function: { name: "f" } }] },
    404,
    "No endpoints found that support tool use",
  ],
  [
    "images from a text model",
    { ...small, model: "openai/gpt-4o", modalities: ["image", "text"] },
    404,
    "output modalities: image",
  ],
  [
    "more than the context holds",
    { ...small, model: "mancer/weaver", max_tokens: 9000 },
    400,
    "This endpoint's maximum context length is 8000 tokens. However, you requested about 9008 tokens (8 of text input, 0 of tool input, 9000 in the output)",
  ],
])("%s is refused by name", async (_, body, status, message) => {
  const response = await simulator.chat(body);
  const { error } = await bodyOf(response);
  expect(response.status).toBe(status);
  expect(error.code).toBe(status);
  expect(error.message).toContain(message);
});

test.each(["", "{", "[1", "\u0000", '{"model":'])(
  "a body that is no JSON (%j) is refused with 400",
  async (body) => {
    const response = await simulator.chat(body === "" ? " " : body);
    expect(response.status).toBe(400);
    expect(await bodyOf(response)).toMatchObject({ error: { code: 400, message: "Invalid JSON body" } });
  },
);

test("a body past the limit is refused with 413", async () => {
  const response = await simulator.chat(question("openai/gpt-4o", "x".repeat(17 * 1024 * 1024)));
  expect(response.status).toBe(413);
  expect(await bodyOf(response)).toMatchObject({
    error: { code: 413, metadata: { error_type: "payload_too_large" } },
  });
});

test.each<[string, Record<string, string>, string]>([
  ["no header", { authorization: "" }, "Missing Authentication header"],
  ["a blank bearer", { authorization: "Bearer " }, "No cookie auth credentials found"],
  ["another scheme", { authorization: "Basic abc" }, "No cookie auth credentials found"],
  ["a malformed key", { authorization: "Bearer sk-or-v1-short" }, "No auth credentials found"],
  ["an unknown key", { authorization: `Bearer ${knownKeys.unknown}` }, "User not found."],
  ["a disabled key", { authorization: `Bearer ${knownKeys.disabled}` }, "API key is disabled"],
  ["an expired key", { authorization: `Bearer ${knownKeys.expired}` }, "API key has expired"],
])("%s is answered with 401", async (name, headers, message) => {
  for (const path of ["/key", "/chat/completions"]) {
    const method = path === "/key" ? "GET" : "POST";
    const response =
      name === "no header"
        ? await fetch(`${simulator.url}/api/v1${path}`, { method })
        : await simulator.ask(method, path, method === "POST" ? small : undefined, headers);
    expect(response.status).toBe(401);
    expect(await bodyOf(response)).toEqual({ error: { code: 401, message } });
  }
});

test.each([
  ["capped", 403, "Key limit exceeded (total limit)"],
  ["outOfCredit", 402, "Insufficient credits"],
  ["lowCredit", 402, "but can only afford"],
  ["management", 403, "Management keys"],
] as const)("the %s key can't ask a model (%i), but can ask about itself", async (name, status, message) => {
  const headers = { authorization: `Bearer ${knownKeys[name]}` };
  const response = await simulator.chat(question("openai/gpt-4o", "x"), headers);
  expect(response.status).toBe(status);
  expect((await bodyOf(response)).error.message).toContain(message);
  expect((await simulator.ask("GET", "/key", undefined, headers)).status).toBe(200);
});

test("with little credit a small enough request is answered", async () => {
  const headers = { authorization: `Bearer ${knownKeys.lowCredit}` };
  expect(
    (await simulator.chat(question("openai/gpt-4o-mini", "Say ok", { max_tokens: 20 }), headers)).status,
  ).toBe(200);
});

test("free models are counted per minute and per day, with headers and metadata that agree", async () => {
  const headers = { authorization: `Bearer ${knownKeys.freeTier}` };
  const ask = (): Promise<Response> =>
    simulator.chat(question("meta-llama/llama-3.3-70b-instruct:free", "Say ok"), headers);
  const statuses: number[] = [];
  for (let asked = 0; asked < 20; asked += 1) statuses.push((await ask()).status);
  expect(new Set(statuses)).toEqual(new Set([200]));
  const minute = await ask();
  const body = await bodyOf(minute);
  expect(minute.status).toBe(429);
  expect(body.error.message).toBe("Rate limit exceeded: free-models-per-min");
  expect(body.error.metadata).toMatchObject({
    limit_source: "openrouter_free_tier_per_minute",
    headers: {
      "X-RateLimit-Limit": "20",
      "X-RateLimit-Remaining": "0",
      "X-RateLimit-Reset": minute.headers.get("x-ratelimit-reset"),
    },
  });
  expect(Number(minute.headers.get("x-ratelimit-reset"))).toBe(simulator.clock.now() + 60_000);
  for (let asked = 20; asked < 50; asked += 1) {
    if (asked % 15 === 5) simulator.clock.advance(60_000);
    expect((await ask()).status).toBe(200);
  }
  simulator.clock.advance(60_000);
  expect((await bodyOf(await ask())).error.message).toContain("free-models-per-day. Add 10 credits");
  const { data } = await bodyOf(await simulator.ask("GET", "/key", undefined, headers));
  expect(data).toMatchObject({
    is_free_tier: true,
    free_model_daily_requests: { limit: 50, used: 50, remaining: 0 },
  });
});

test("an unknown path is 404 in JSON, a wrong method 405 with Allow", async () => {
  const unknown = await simulator.ask("GET", "/nothing");
  expect(unknown.status).toBe(404);
  expect(await bodyOf(unknown)).toMatchObject({ error: { code: 404 } });
  const wrong = await simulator.ask("GET", "/chat/completions");
  expect(wrong.status).toBe(405);
  expect(wrong.headers.get("allow")).toBe("POST");
  expect(await bodyOf(wrong)).toEqual({ error: { code: 405, message: "Method Not Allowed" } });
});

test("browsers are let in from anywhere", async () => {
  const preflight = await fetch(`${simulator.url}/api/v1/chat/completions`, { method: "OPTIONS" });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-headers")).toContain("HTTP-Referer");
  const reply = await simulator.ask("GET", "/models/count");
  expect(reply.headers.get("access-control-allow-origin")).toBe("*");
  expect(reply.headers.get("access-control-expose-headers")).toBe("X-Generation-Id,X-Provider-Name,cf-ray");
});

test("with one key of its own every other key is unknown", async () => {
  const key = `sk-or-v1-${"c0".repeat(32)}`;
  const strict = await startForTests({ key });
  const ask = (bearer: string): Promise<Response> =>
    strict.ask("GET", "/key", undefined, { authorization: `Bearer ${bearer}` });
  expect((await ask(key)).status).toBe(200);
  for (const other of [`sk-or-v1-${"ab".repeat(32)}`, ...Object.values(knownKeys)]) {
    const response = await ask(other);
    expect(response.status).toBe(401);
    expect(await bodyOf(response)).toEqual({ error: { code: 401, message: "User not found." } });
  }
  await strict.close();
});
