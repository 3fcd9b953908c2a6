/** What is read from replies, on every surface that OpenRouter has; samples follow reference/openrouter-api.md. */
import { expect, test } from "vitest";
import { answerOf } from "./answer.ts";
import { nothingYet, readReply, type Meaning } from "./reply-meaning.ts";

function read(...objects: readonly (object | string)[]): Meaning & { answer: string | null } {
  const texts = objects.map((object) => (typeof object === "string" ? object : JSON.stringify(object)));
  const meaning = nothingYet();
  for (const text of texts) readReply(meaning, text);
  return { ...meaning, answer: answerOf(texts) };
}

const chat = { id: "gen-1", object: "chat.completion", model: "openai/gpt-4.1-mini", provider: "OpenAI" };
const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, cost: 0.0000068 };
const told = { generationId: "gen-1", model: "openai/gpt-4.1-mini", provider: "OpenAI" };

test("a plain chat completion", () => {
  const reply = {
    ...chat,
    choices: [{ finish_reason: "stop", message: { content: "ok", reasoning: "hm" } }],
    usage,
  };
  expect(read(reply)).toMatchObject({
    ...told,
    promptTokens: 9,
    completionTokens: 2,
    costText: "0.0000068",
    finishReason: "stop",
    error: null,
    generated: true,
    answer: "ok",
  });
});

test("the price keeps the wire's own digits", () => {
  for (const digits of ["8e-8", "0.10", "1", "0.12345678901234567890123", "1.50E-3"])
    expect(read(`{"usage":{"cost_details":{"cost_x":3},"cost" : ${digits}}}`).costText).toBe(digits);
  expect(read('{"usage":{"cost":0.5},"note":"\\"cost\\": 0.50"}').costText).toBe("0.5");
  for (const not of ['"0.5"', "null", "true", "[0.5]"])
    expect(read(`{"usage":{"cost":${not}}}`).costText).toBeNull();
});

const delta = (content: string, more: object = {}): object => ({
  ...chat,
  choices: [{ index: 0, delta: { role: "assistant", content, ...more }, finish_reason: null }],
});

test("a chat stream, with the usage chunk in each of its three variants", () => {
  const endings = [
    [{ ...chat, choices: [{ delta: { content: "" }, finish_reason: "stop" }], usage }],
    [
      { ...chat, choices: [{ delta: { content: "" }, finish_reason: "stop" }] },
      { ...chat, choices: [], usage },
    ],
    [
      { ...chat, choices: [{ delta: { content: "" }, finish_reason: "stop" }] },
      { ...chat, choices: [{ delta: { content: "" }, finish_reason: null }], usage },
    ],
  ];
  for (const ending of endings)
    expect(
      read(delta(""), delta("", { reasoning: "hm" }), delta("Hel"), delta("lo"), ...ending),
    ).toMatchObject({
      ...told,
      costText: "0.0000068",
      finishReason: "stop",
      generated: true,
      answer: "Hello",
    });
});

test("nothing generated is seen in an empty delta; reasoning and tool calls count", () => {
  expect(read(delta("")).generated).toBe(false);
  expect(read(delta("", { reasoning: null, tool_calls: [] })).generated).toBe(false);
  expect(read(delta("", { reasoning: "hm" })).generated).toBe(true);
  expect(read(delta("", { tool_calls: [{ index: 0 }] })).generated).toBe(true);
});

test("completions, plain and streamed", () => {
  const piece = (text: string): object => ({
    id: "gen-1",
    choices: [{ text, index: 0, finish_reason: null }],
  });
  expect(read({ ...piece("ok"), usage })).toMatchObject({
    answer: "ok",
    costText: "0.0000068",
    generated: true,
  });
  expect(read(piece("o"), piece("k"))).toMatchObject({ answer: "ok" });
});

test("responses, plain and streamed", () => {
  const response = {
    id: "gen-2",
    object: "response",
    model: "m",
    status: "completed",
    error: null,
    output: [{ type: "reasoning" }, { type: "message", content: [{ type: "output_text", text: "ok" }] }],
    usage: { input_tokens: 3, output_tokens: 4, cost: 0.01 },
  };
  const expected = {
    generationId: "gen-2",
    promptTokens: 3,
    completionTokens: 4,
    costText: "0.01",
    finishReason: "completed",
  };
  expect(read(response)).toMatchObject({ ...expected, error: null, answer: "ok" });
  expect(
    read(
      {
        type: "response.created",
        response: { id: "gen-2", object: "response", model: "m", status: "in_progress" },
      },
      { type: "response.reasoning_text.delta", delta: "hm" },
      { type: "response.output_text.delta", delta: "o" },
      { type: "response.output_text.delta", delta: "k" },
      { type: "response.completed", response },
    ),
  ).toMatchObject({ ...expected, generated: true, answer: "ok" });
  const cut = { ...response, status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
  expect(read(cut).finishReason).toBe("max_output_tokens");
});

test("messages, plain and streamed", () => {
  const message = {
    id: "gen-3",
    type: "message",
    model: "m",
    provider: "Anthropic",
    content: [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "ok" },
    ],
    stop_reason: "end_turn",
    usage: { input_tokens: 3, output_tokens: 4, cost: 0.02 },
  };
  const expected = {
    generationId: "gen-3",
    promptTokens: 3,
    completionTokens: 4,
    costText: "0.02",
    finishReason: "end_turn",
  };
  expect(read(message)).toMatchObject({ ...expected, answer: "ok" });
  expect(
    read(
      {
        type: "message_start",
        message: { ...message, content: [], stop_reason: null, usage: { input_tokens: 3, output_tokens: 1 } },
      },
      { type: "content_block_delta", delta: { type: "thinking_delta", thinking: "hm" } },
      { type: "content_block_delta", delta: { type: "text_delta", text: "o" } },
      { type: "content_block_delta", delta: { type: "text_delta", text: "k" } },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 4, cost: 0.02 } },
      { type: "message_stop" },
    ),
  ).toMatchObject({ ...expected, generated: true, answer: "ok" });
});

test("embeddings have a price and no answer", () => {
  const reply =
    '{"object":"list","id":"gen-4","model":"e","data":[{"embedding":[0.01]}],"usage":{"prompt_tokens":4,"cost":8e-8}}';
  expect(read(reply)).toMatchObject({
    generationId: "gen-4",
    promptTokens: 4,
    costText: "8e-8",
    answer: null,
  });
});

test("errors in all their shapes", () => {
  const errors: readonly (readonly [object, string, string])[] = [
    [{ error: { code: 429, message: "Rate limit" }, user_id: "u" }, "429", "Rate limit"],
    [{ ...chat, error: { code: "server_error", message: "gone" }, choices: [] }, "server_error", "gone"],
    [{ ...chat, choices: [{ error: { code: 502, message: "cut" }, finish_reason: "error" }] }, "502", "cut"],
    [
      { type: "error", error: { type: "overloaded_error", message: "busy" }, request_id: null },
      "overloaded_error",
      "busy",
    ],
    [{ type: "error", code: "invalid_prompt", message: "long" }, "invalid_prompt", "long"],
    [
      {
        type: "response.failed",
        response: { object: "response", status: "failed", error: { code: "server_error", message: "x" } },
      },
      "server_error",
      "x",
    ],
    [{ error: { http_status: 404, error_type: "not_found", message: "none" } }, "not_found", "none"],
    [{ error: "plain words" }, "error", "plain words"],
  ];
  for (const [reply, code, message] of errors) expect(read(reply).error).toEqual({ code, message });
});

test("what is no JSON object, has wrong types or odd text tells nothing wrong", () => {
  for (const text of [
    "",
    "null",
    "[1]",
    '"a"',
    "{",
    "NaN",
    '{"usage":[]}',
    '{"usage":7,"choices":{},"id":5,"model":{}}',
  ])
    expect(read(text)).toEqual({ ...nothingYet(), answer: null });
  expect(read({ usage: { prompt_tokens: -1, completion_tokens: 1.5 } })).toMatchObject({
    promptTokens: null,
    completionTokens: null,
  });
  const odd = read(`{"model":"a\\u0000\\ud800b","id":"${"x".repeat(500)}"}`);
  expect(odd.model).toBe("a\ufffd\ufffdb");
  expect(odd.generationId).toHaveLength(200);
});
