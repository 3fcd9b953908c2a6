/** A recorded request or reply reads as the same conversation on every surface, whole or streamed. */
import { describe, expect, test } from "vitest";
import type { CallRecord } from "../../contract/calls.ts";
import type { Part, Turn } from "./conversation.ts";
import { replyConversation, requestConversation } from "./read-conversation.ts";

type Json = Readonly<Record<string, unknown>>;

const record = (
  path: string,
  parts: { request?: unknown; reply?: unknown; events?: readonly Json[] },
): CallRecord =>
  ({
    call: { path },
    request: { headers: [], text: JSON.stringify(parts.request ?? {}), cut: false },
    response: { headers: [], text: JSON.stringify(parts.reply ?? {}), cut: false },
    events: (parts.events ?? []).map((event, at) => ({
      atMs: at,
      kind: "data",
      text: JSON.stringify(event),
    })),
    answer: null,
    bill: null,
  }) as unknown as CallRecord;

const asked = (path: string, request: unknown): readonly Turn[] =>
  requestConversation(record(path, { request }))?.turns ?? [];
const answered = (path: string, reply: unknown): readonly Turn[] =>
  replyConversation(record(path, { reply }))?.turns ?? [];
const streamed = (path: string, events: readonly Json[]): readonly Turn[] =>
  replyConversation(record(path, { events }))?.turns ?? [];
const parts = (turns: readonly Turn[]): readonly Part[] => turns.flatMap((turn) => turn.parts);

const chat = "/api/v1/chat/completions";
const responses = "/api/v1/responses?x=1";
const messages = "/api/v1/messages";

describe("chat completions", () => {
  test("a request: roles, parts, tool calls and their results, and the tools on offer", () => {
    const request = {
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          name: "ann",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } },
            { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
            { type: "file", file: { filename: "a.pdf", file_data: "https://x.example/a.pdf" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: '{"at":1}' } }],
        },
        { role: "tool", tool_call_id: "c1", content: "a cat" },
      ],
      tools: [
        {
          type: "function",
          function: { name: "look", description: "Looks", parameters: { type: "object" } },
        },
      ],
    };
    const turns = asked(chat, request);
    expect(turns.map(({ role, name }) => [role, name])).toEqual([
      ["system", null],
      ["user", "ann"],
      ["assistant", null],
      ["tool", null],
    ]);
    expect(parts(turns)).toEqual([
      { kind: "text", text: "Be brief." },
      { kind: "text", text: "What is this?" },
      { kind: "image", url: "data:image/png;base64,AA==" },
      { kind: "media", what: "audio", name: "wav", bytes: 3, url: null },
      { kind: "media", what: "file", name: "a.pdf", bytes: null, url: "https://x.example/a.pdf" },
      { kind: "tool-call", id: "c1", name: "look", input: '{"at":1}' },
      { kind: "tool-result", id: "c1", parts: [{ kind: "text", text: "a cat" }] },
    ]);
    expect(requestConversation(record(chat, { request }))?.tools).toMatchObject([
      { name: "look", description: "Looks" },
    ]);
  });

  test("a reply: reasoning is told once, several choices stand apart", () => {
    const message = {
      role: "assistant",
      content: "4",
      reasoning: "two and two",
      reasoning_details: [
        { type: "reasoning.text", text: "two and two", signature: "s" },
        { type: "reasoning.encrypted", data: "xxxx" },
      ],
      annotations: [{ type: "url_citation", url_citation: { url: "https://a.example", title: "A" } }],
    };
    const turns = answered(chat, {
      choices: [
        { index: 0, message, finish_reason: "stop" },
        { index: 1, message: { role: "assistant", content: null, refusal: "No." }, finish_reason: "stop" },
      ],
    });
    expect(turns.map(({ choice }) => choice)).toEqual([0, 1]);
    expect(parts(turns)).toEqual([
      { kind: "reasoning", text: "two and two", about: null },
      { kind: "reasoning", text: "", about: expect.stringContaining("encrypted") as string },
      { kind: "text", text: "4" },
      { kind: "citation", url: "https://a.example", title: "A" },
      { kind: "refusal", text: "No." },
    ]);
  });

  test("a stream: texts, reasoning, and two calls whose arguments come in mixed pieces", () => {
    const delta = (delta: Json, more: Json = {}): Json => ({ choices: [{ index: 0, delta, ...more }] });
    const turns = streamed(chat, [
      delta({
        role: "assistant",
        content: "",
        reasoning: "Hm",
        reasoning_details: [{ type: "reasoning.text", index: 0, text: "Hm" }],
      }),
      delta({
        content: "",
        reasoning: "m.",
        reasoning_details: [{ type: "reasoning.text", index: 0, text: "m.", signature: "s" }],
      }),
      delta({ content: "Let me " }),
      delta({ content: "look." }),
      delta({ tool_calls: [{ index: 0, id: "a", function: { name: "look", arguments: '{"at"' } }] }),
      delta({ tool_calls: [{ index: 1, id: "b", function: { name: "hear", arguments: "{" } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
      delta({ tool_calls: [{ index: 1, function: { arguments: "}" } }] }, { finish_reason: "tool_calls" }),
      { choices: [], usage: {} },
    ]);
    expect(turns).toMatchObject([{ role: "assistant", choice: null, finish: "tool_calls" }]);
    expect(parts(turns)).toEqual([
      { kind: "reasoning", text: "Hmm.", about: null },
      { kind: "text", text: "Let me look." },
      { kind: "tool-call", id: "a", name: "look", input: '{"at":1}' },
      { kind: "tool-call", id: "b", name: "hear", input: "{}" },
    ]);
  });

  test("a stream that fails midway keeps what was said, and the error beside it", () => {
    const found = replyConversation(
      record(chat, {
        events: [
          { choices: [{ index: 0, delta: { content: "Half" } }] },
          { error: { code: 502, message: "Provider disconnected" }, choices: [] },
        ],
      }),
    );
    expect(found).toMatchObject({ error: "Provider disconnected", turns: [{ parts: [{ text: "Half" }] }] });
  });

  test("pictures and sound in an answer", () => {
    expect(
      parts(
        answered(chat, {
          choices: [
            {
              message: {
                content: "",
                images: [{ type: "image_url", image_url: { url: "data:image/png;base64,AA==" } }],
                audio: { data: "AAAAAAAA", transcript: "hello" },
              },
            },
          ],
        }),
      ),
    ).toEqual([
      { kind: "image", url: "data:image/png;base64,AA==" },
      { kind: "text", text: "hello" },
      { kind: "media", what: "audio", name: null, bytes: 6, url: null },
    ]);
  });
});

test("text completions: the prompt and the text that goes on from it", () => {
  expect(parts(asked("/api/v1/completions", { prompt: ["Once", "Twice"] }))).toEqual([
    { kind: "text", text: "Once" },
    { kind: "text", text: "Twice" },
  ]);
  expect(
    parts(answered("/api/v1/completions", { choices: [{ text: " upon", finish_reason: "stop" }] })),
  ).toEqual([{ kind: "text", text: " upon" }]);
  expect(
    parts(
      streamed("/api/v1/completions", [
        { choices: [{ index: 0, text: " up" }] },
        { choices: [{ index: 0, text: "on" }] },
      ]),
    ),
  ).toEqual([{ kind: "text", text: " upon" }]);
});

describe("responses", () => {
  const output = [
    { type: "reasoning", summary: [{ type: "summary_text", text: "Short" }], encrypted_content: "zz" },
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hi" }] },
    { type: "function_call", call_id: "f1", name: "look", arguments: "{}" },
  ];
  const expected: readonly Part[] = [
    { kind: "reasoning", text: "Short", about: "summary" },
    { kind: "reasoning", text: "", about: expect.stringContaining("encrypted") as string },
    { kind: "text", text: "Hi" },
    { kind: "tool-call", id: "f1", name: "look", input: "{}" },
  ];

  test("a request: instructions, items, and results of calls", () => {
    const turns = asked(responses, {
      instructions: "Be brief.",
      input: [
        { role: "user", content: [{ type: "input_text", text: "Hi" }] },
        { type: "function_call", call_id: "f1", name: "look", arguments: "{}" },
        { type: "function_call_output", call_id: "f1", output: "a cat" },
      ],
    });
    expect(turns.map(({ role }) => role)).toEqual(["system", "user", "assistant", "tool"]);
    expect(asked(responses, { input: "Hi" })).toMatchObject([{ role: "user", parts: [{ text: "Hi" }] }]);
  });

  test("a reply is one turn of the assistant", () => {
    const turns = answered(responses, { object: "response", status: "completed", output });
    expect(turns).toMatchObject([{ role: "assistant", finish: "completed" }]);
    expect(parts(turns)).toEqual(expected);
  });

  test("a stream tells the whole at its end, and is put together when that is missing", () => {
    const pieces: readonly Json[] = [
      {
        type: "response.output_item.added",
        output_index: 0,
        item: { type: "message", role: "assistant", content: [] },
      },
      { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "H" },
      { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "i" },
      {
        type: "response.output_item.added",
        output_index: 1,
        item: { type: "function_call", call_id: "f1", name: "look", arguments: "" },
      },
      { type: "response.function_call_arguments.delta", output_index: 1, delta: '{"a":' },
      { type: "response.function_call_arguments.delta", output_index: 1, delta: "1}" },
    ];
    expect(parts(streamed(responses, pieces))).toEqual([
      { kind: "text", text: "Hi" },
      { kind: "tool-call", id: "f1", name: "look", input: '{"a":1}' },
    ]);
    const whole = { type: "response.completed", response: { status: "completed", output } };
    expect(parts(streamed(responses, [...pieces, whole]))).toEqual(expected);
  });
});

describe("messages", () => {
  test("a request: the system text, thoughts, calls and results", () => {
    const turns = asked(messages, {
      system: [{ type: "text", text: "Be brief." }],
      messages: [
        { role: "user", content: "Hi" },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm", signature: "s" },
            { type: "tool_use", id: "t1", name: "look", input: { at: 1 } },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "t1", content: [{ type: "text", text: "a cat" }] },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "AA==" } },
          ],
        },
      ],
    });
    expect(turns.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    expect(parts(turns).slice(2)).toEqual([
      { kind: "reasoning", text: "Hm", about: null },
      { kind: "tool-call", id: "t1", name: "look", input: '{\n  "at": 1\n}' },
      { kind: "tool-result", id: "t1", parts: [{ kind: "text", text: "a cat" }] },
      { kind: "image", url: "data:image/png;base64,AA==" },
    ]);
  });

  test("a stream: blocks grow by their deltas", () => {
    const turns = streamed(messages, [
      { type: "message_start", message: { role: "assistant", content: [] } },
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "Hm" } },
      { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "s" } },
      { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "Let me" } },
      { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: " look" } },
      {
        type: "content_block_start",
        index: 2,
        content_block: { type: "tool_use", id: "t1", name: "look", input: {} },
      },
      { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '{"at":' } },
      { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: "1}" } },
      { type: "message_delta", delta: { stop_reason: "tool_use" } },
      { type: "message_stop" },
    ]);
    expect(turns).toMatchObject([{ role: "assistant", finish: "tool_use" }]);
    expect(parts(turns)).toEqual([
      { kind: "reasoning", text: "Hm", about: null },
      { kind: "text", text: "Let me look" },
      { kind: "tool-call", id: "t1", name: "look", input: '{"at":1}' },
    ]);
  });
});

test("made pictures are an answer too", () => {
  expect(
    parts(
      answered("/api/v1/images", {
        data: [{ b64_json: "/9j/AA" }, { b64_json: "AA", media_type: "image/webp" }],
      }),
    ),
  ).toEqual([
    { kind: "image", url: "data:image/jpeg;base64,/9j/AA" },
    { kind: "image", url: "data:image/webp;base64,AA" },
  ]);
});

test("an error, an odd shape and another surface are no conversation, and nothing of them is a fault", () => {
  expect(
    replyConversation(record(chat, { reply: { error: { code: 401, message: "User not found." } } })),
  ).toBeNull();
  expect(requestConversation(record("/api/v1/embeddings", { request: { input: "x" } }))).toBeNull();
  for (const odd of [
    null,
    1,
    [],
    { choices: null },
    { choices: [null, 1, { delta: 7, message: [] }] },
    { messages: [{ content: [null, 1, {}] }] },
    { output: {}, content: 3 },
  ]) {
    for (const path of [chat, responses, messages, "/api/v1/images", "/api/v1/completions"]) {
      requestConversation(record(path, { request: odd }));
      replyConversation(record(path, { reply: odd }));
      replyConversation(record(path, { events: [odd as Json] }));
    }
  }
});

test("results of tools that hold each other without end are read to a depth", () => {
  const levels = 20_000;
  const content = `${'[{"type":"tool_result","content":'.repeat(levels)}"inner"${"}]".repeat(levels)}`;
  const deep = record(messages, {});
  const text = `{"messages":[{"role":"user","content":${content}}]}`;
  expect(requestConversation({ ...deep, request: { ...deep.request, text } })?.turns).toHaveLength(1);
});
