/** Promises of a HAR entry: within the specification whatever the call was, nothing of it lost, and no key. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { OwnerId } from "../../contract/ids.ts";
import { readHar, type HarEntry } from "../../test/har-12.ts";
import type { CallRow, Recording } from "../store/call-store.ts";
import { sampleCall, sampleRun } from "../store/sample-rows.ts";
import { harEntry } from "./har-entry.ts";

const run = sampleRun("a".repeat(20) as OwnerId);
const nothing: Recording = {
  requestHeaders: [["Content-Type", "application/json"]],
  requestBody: new Uint8Array(),
  responseHeaders: [["Content-Type", "application/json"]],
  responseBody: new Uint8Array(),
  arrivals: [],
};

function entryOf(change: Partial<CallRow>, recording: Partial<Recording> | null): HarEntry {
  const whole = recording === null ? null : { ...nothing, ...recording };
  const sizes = {
    requestBytes: whole?.requestBody.length ?? 0,
    responseBytes: whole?.responseBody.length ?? 0,
  };
  const json = harEntry(sampleCall(run, 1, { ...sizes, durationMs: 50, ...change }), whole, "p");
  const page = {
    startedDateTime: "2026-11-24T12:00:00.000Z",
    id: "p",
    title: "t",
    pageTimings: { onContentLoad: -1, onLoad: -1 },
  };
  const log = {
    version: "1.2",
    creator: { name: "n", version: "1" },
    pages: [page],
    entries: [JSON.parse(json)],
  };
  const [entry] = readHar(JSON.stringify({ log })).log.entries;
  if (entry === undefined) throw new Error("no entry");
  return entry;
}

test("a plain call has its texts, its query, and its time parted at the first byte", () => {
  const entry = entryOf(
    { path: "/api/v1/generation?id=gen-1&x=%20a" },
    { requestBody: Buffer.from('{"a":"é"}'), responseBody: Buffer.from('{"b":1}'), arrivals: [[7, 20]] },
  );
  expect(entry.request).toMatchObject({
    method: "POST",
    url: "https://openrouter.ai/api/v1/generation?id=gen-1&x=%20a",
    queryString: [
      { name: "id", value: "gen-1" },
      { name: "x", value: " a" },
    ],
    postData: { mimeType: "application/json", text: '{"a":"é"}' },
  });
  expect(entry.response.content).toEqual({ size: 7, text: '{"b":1}', mimeType: "application/json" });
  expect(entry.timings).toMatchObject({ blocked: -1, send: 0, wait: 20, receive: 30, dns: -1 });
});

test("the time in our hands is no wait for the upstream", () => {
  const { time, timings } = entryOf(
    { queuedMs: 2.5 },
    { responseBody: Buffer.from("x"), arrivals: [[1, 20]] },
  );
  expect(timings).toMatchObject({ blocked: 2.5, wait: 20, receive: 30 });
  expect(time).toBe(52.5);
});

test("a stream has each event with its time, in our words and in those that Chrome reads", () => {
  const [first, second] = ["event: delta\ndata: one\n\n", ": wait\n\ndata: [DONE]\n\n"];
  const entry = entryOf(
    { startedAt: 1_800_000_000_000 },
    {
      responseHeaders: [["content-type", "text/event-stream"]],
      responseBody: Buffer.from(first + second),
      arrivals: [
        [first.length, 10.5],
        [first.length + second.length, 40],
      ],
    },
  );
  expect(entry._events).toEqual([
    { atMs: 10.5, kind: "event", text: "delta" },
    { atMs: 10.5, kind: "data", text: "one" },
    { atMs: 40, kind: "comment", text: "wait" },
    { atMs: 40, kind: "end", text: "[DONE]" },
  ]);
  expect(entry._eventSourceMessages).toEqual([
    { time: 1_800_000_000.0105, eventName: "delta", eventId: "", data: "one" },
    { time: 1_800_000_000.04, eventName: "message", eventId: "", data: "[DONE]" },
  ]);
});

test("compressed text is text, bytes are base64, and a cut recording says so", () => {
  const coded = gzipSync("hello hello hello hello hello hello");
  const text = entryOf({}, { responseHeaders: [["Content-Encoding", "gzip"]], responseBody: coded });
  expect(text.response.content).toMatchObject({ size: 35, compression: 35 - coded.length });
  const png = Uint8Array.of(0x89, 0x50, 0, 1);
  const bytes = entryOf(
    { responseBytes: 10 },
    {
      requestHeaders: [["Content-Type", "image/png"]],
      requestBody: png,
      responseHeaders: [["Content-Type", "image/png"]],
      responseBody: png,
    },
  );
  expect(bytes.response.content).toMatchObject({ size: 4, encoding: "base64", text: "iVAAAQ==" });
  expect(bytes.response.content.comment).toBe("The recording is cut: 4 of 10 bytes were kept.");
  expect(bytes.request.postData).toMatchObject({ text: "", _base64: "iVAAAQ==" });
});

test("a call that goes on, one without a reply, and one whose recording is gone are entries, too", () => {
  expect(entryOf({ state: "open", status: null, durationMs: null }, null)).toMatchObject({
    time: 0,
    response: { status: 0 },
  });
  const failed = {
    state: "failed",
    status: null,
    errorCode: "unreachable",
    errorMessage: "Nobody there.",
  } as const;
  expect(entryOf(failed, {}).response).toMatchObject({ status: 0, _error: "Nobody there." });
});

test("what we know of the call stands beside it, and no key that a program wrote anywhere", () => {
  const key = `sk-or-v1-${"facade".repeat(10)}1234`;
  const entry = entryOf(
    { provider: "P", costText: "8e-8", costPicoUsd: 80_000n, errorCode: "400", errorMessage: `not ${key}` },
    {
      requestHeaders: [["X-Mine", key]],
      requestBody: Buffer.from(JSON.stringify({ messages: [{ content: `my key is ${key}!` }] })),
      responseBody: Buffer.from(`{"echo":"${key}"}`),
    },
  );
  expect(entry._openrouter).toMatchObject({
    provider: "P",
    costUsd: "0.00000008",
    state: "done",
    bill: null,
  });
  expect(JSON.stringify(entry)).not.toContain("facade");
  expect(entry.request.postData?.text).toContain(`my key is sk-or-v1-${"*".repeat(64)}!`);
});
