/** What page and report see of a call: texts, events with their times, the answer, and never a float. */
import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Call, CallRecord } from "../../contract/calls.ts";
import type { CallId, OwnerId, RunId } from "../../contract/ids.ts";
import { newId } from "../new-id.ts";
import type { CallRow, Recording } from "../store/call-store.ts";
import { toCall, toCallRecord } from "./call-view.ts";

const row: CallRow = {
  id: newId<CallId>(0),
  runId: newId<RunId>(0),
  ownerId: newId<OwnerId>(0),
  number: 1,
  state: "done",
  method: "POST",
  path: "/api/v1/chat/completions",
  model: "m",
  provider: null,
  status: 200,
  stream: true,
  promptTokens: 1,
  completionTokens: 2,
  costPicoUsd: 80_000n,
  costText: "8e-8",
  queuedMs: 0.5,
  ttftMs: 1.5,
  durationMs: 20,
  startedAt: Date.UTC(2026, 10, 24),
  startMs: 0,
  generationId: "gen-1",
  finishReason: "stop",
  errorCode: null,
  errorMessage: null,
  requestBytes: 2,
  responseBytes: 0,
  recordingCut: false,
  simulated: false,
  reservedPicoUsd: null,
  repeats: 0,
  sentFrom: null,
  retryOf: null,
  resendOf: null,
  resendKey: null,
  bill: null,
};
const recording = (body: Uint8Array | string, type: string, more: Partial<Recording> = {}): Recording => ({
  requestHeaders: [["Content-Type", "application/json"]],
  requestBody: Buffer.from("{}"),
  responseHeaders: [["content-type", type]],
  responseBody: Buffer.from(body),
  arrivals: [[body.length, 5]],
  ...more,
});

test("a row becomes the contract's call: the price as plain digits, no owner", () => {
  const call = toCall(row);
  expect(Call.parse(call)).toEqual(call);
  expect(call).toMatchObject({
    costUsd: "0.00000008",
    startedAt: "2026-11-24T00:00:00.000Z",
    error: null,
    recording: "whole",
  });
  expect(call).not.toHaveProperty("ownerId");
  expect(
    toCall({ ...row, costText: null, errorCode: "502", errorMessage: "no", recordingCut: true }),
  ).toMatchObject({
    costUsd: null,
    error: { code: "502", message: "no" },
    recording: "cut",
  });
});

test("who told the line is awaited as long as the call goes on, and untold after it", () => {
  const sentFrom = [{ file: "main.py", line: 3, function: "<module>" }];
  const told = toCall({ ...row, sentFrom: JSON.stringify(sentFrom), retryOf: 1 });
  expect(Call.parse(told)).toEqual(told);
  expect(told).toMatchObject({ attribution: "told", sentFrom, retryOf: 1 });
  expect(toCall({ ...row, state: "streaming" })).toMatchObject({ attribution: "awaited", sentFrom: null });
  for (const state of ["done", "failed", "unknown"] as const)
    expect(toCall({ ...row, state })).toMatchObject({ attribution: "untold", sentFrom: null });
});

test("events are dated with the chunk that completed them, comments and names included", () => {
  const chunks = [
    ': wait\n\ndata: {"choi',
    'ces":[{"delta":{"content":"Hi"}}]}\n\nevent: ping\ndata: {}\n\n',
    "data: [DONE]\n\n",
  ];
  let end = 0;
  const arrivals = chunks.map((chunk, i) => [(end += chunk.length), i * 10] as const);
  const record = toCallRecord(
    row,
    recording(chunks.join(""), "text/event-stream; charset=utf-8", { arrivals }),
  );
  expect(CallRecord.parse(record)).toEqual(record);
  expect(record.events).toEqual([
    { atMs: 0, kind: "comment", text: "wait" },
    { atMs: 10, kind: "data", text: '{"choices":[{"delta":{"content":"Hi"}}]}' },
    { atMs: 10, kind: "event", text: "ping" },
    { atMs: 10, kind: "data", text: "{}" },
    { atMs: 20, kind: "end", text: "[DONE]" },
  ]);
  expect(record.answer).toBe("Hi");
  expect(record.response.text).toBe(chunks.join(""));
});

test("compressed bodies are shown decoded", () => {
  const reply = '{"choices":[{"message":{"content":"gr\u00fc\u00dfe"}}]}';
  for (const [encoding, bytes] of [
    ["gzip", gzipSync(reply)],
    ["br", brotliCompressSync(reply)],
  ] as const) {
    const responseHeaders = [
      ["Content-Type", "application/json"],
      ["Content-Encoding", encoding],
    ] as const;
    const record = toCallRecord(
      { ...row, responseBytes: bytes.length },
      recording(bytes, "", { responseHeaders }),
    );
    expect(record).toMatchObject({
      response: { text: reply, cut: false },
      events: [],
      answer: "gr\u00fc\u00dfe",
    });
  }
});

test("a sentence stands where a body is no text, unfolds to too much or is not what it says", () => {
  const encoded = (bytes: Uint8Array): string =>
    toCallRecord(row, recording(bytes, "", { responseHeaders: [["content-encoding", "gzip"]] })).response
      .text;
  expect(encoded(gzipSync(Buffer.alloc(20 * 1024 * 1024)))).toMatch(
    /^\[\d+ bytes, encoded as "gzip", that can't be shown/,
  );
  expect(encoded(Buffer.from("not gzip"))).toBe('[8 bytes, encoded as "gzip", that can\'t be shown as text]');
  expect(toCallRecord(row, recording("mp3", "audio/mpeg")).response.text).toBe("[3 bytes of audio/mpeg]");
  expect(toCallRecord(row, recording(Uint8Array.of(0, 1, 2), "")).response.text).toBe(
    "[3 bytes of binary data]",
  );
});

test("a cut body says so and is decoded as far as it goes", () => {
  const bytes = gzipSync("a".repeat(100_000)).subarray(0, 60);
  const cut = { ...row, responseBytes: 500, requestBytes: 10, recordingCut: true };
  const record = toCallRecord(cut, recording(bytes, "", { responseHeaders: [["content-encoding", "gzip"]] }));
  expect(record.response.cut && record.request.cut).toBe(true);
  expect(record.response.text).toMatch(/^a+$/);
});

test("a call that still goes on has no recording and shows what is known", () => {
  expect(toCallRecord({ ...row, state: "open" }, null)).toMatchObject({
    events: [],
    answer: null,
    response: { text: "" },
  });
});
