/** A stream means the same however its bytes are split, lined, compressed or cut short: read by examples of all that OpenRouter sends. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createBoundedCopy, createRecordingRoom } from "./bounded-copy.ts";
import type { Meaning } from "./reply-meaning.ts";
import { createReplyReader } from "./reply-reader.ts";

async function read(
  pieces: readonly Uint8Array[],
  coding: readonly string[] = [],
  isMeasured = true,
): Promise<Meaning & { ended: boolean }> {
  const copy = createBoundedCopy(2 ** 20, createRecordingRoom(2 ** 24));
  const reader = createReplyReader(["Content-Type", "text/event-stream", ...coding], copy, isMeasured);
  for (const piece of pieces) reader.feed(piece, 1);
  const meaning = await reader.finish();
  return { ...meaning, ended: reader.ended };
}

const chunk = (more: object): string =>
  `data: ${JSON.stringify({ id: "gen-1", object: "chat.completion.chunk", model: "a/b", provider: "P", ...more })}`;
const delta = (content: object, index = 0): string =>
  chunk({ choices: [{ index, delta: { role: "assistant", content: "", ...content }, finish_reason: null }] });
const usage = {
  prompt_tokens: 9,
  completion_tokens: 2,
  cost: 0.0000068,
  completion_tokens_details: { reasoning_tokens: 1, image_tokens: 3 },
};

/** Everything that may stand between begin and end of a chat stream; lines without their ends. */
const middles: readonly (readonly string[])[] = [
  [": OPENROUTER PROCESSING"],
  [":"],
  [delta({ content: "grüße \u{1f600} \u2028" })],
  [delta({ content: "second" }, 1)],
  [
    delta({
      reasoning: "hm",
      reasoning_details: [{ type: "reasoning.text", text: "hm", format: "unknown", index: 0 }],
    }),
  ],
  [delta({ reasoning_details: [{ type: "reasoning.encrypted", data: "AAA=", id: "r" }] })],
  [
    delta({
      tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "f", arguments: '{"a":"' } }],
    }),
  ],
  [delta({ tool_calls: [{ index: 0, function: { arguments: '\\n"}' } }] })],
  [delta({ images: [{ type: "image_url", image_url: { url: "data:image/png;base64,iVBO" } }] })],
  [
    delta({
      annotations: [{ type: "url_citation", url_citation: { url: "https://a.example", title: "t" } }],
    }),
  ],
  // Two lines of data are one event, joined by a line break: JSON takes it.
  ["event: x", "id: 7", "retry: 5", 'data: {"choices":[],', 'data: "x":1}'],
  ["data: not JSON"],
  ["data: [1]"],
  ["data"],
];
const finish = { index: 0, delta: { content: "" }, finish_reason: "stop" };
/** The three variants that were seen on the wire (reference/openrouter-api.md, 2.11). */
const usages: readonly (readonly string[])[] = [
  [chunk({ choices: [finish] }), chunk({ choices: [finish], usage })],
  [chunk({ choices: [finish] }), chunk({ choices: [], usage })],
  [chunk({ choices: [finish] }), chunk({ choices: [{ ...finish, finish_reason: null }], usage })],
];
const errors: readonly (readonly [line: string, code: string])[] = [
  [chunk({ error: { code: 502, message: "gone" }, choices: [{ ...finish, finish_reason: "error" }] }), "502"],
  [chunk({ error: { code: "server_error", message: "gone" }, choices: [] }), "server_error"],
];

const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
const stream = fc.record({
  middle: fc.array(fc.constantFrom(...middles), { maxLength: 8 }),
  ending: fc.constantFrom<readonly string[]>(...usages, []),
  error: fc.option(fc.constantFrom(...errors), { nil: null }),
  end: lineEnd,
  isBom: fc.boolean(),
  isMarked: fc.boolean(),
  isCutShort: fc.boolean(),
});
type Stream = typeof stream extends fc.Arbitrary<infer S> ? S : never;

function bytesOf({ middle, ending, error, end, isBom, isMarked, isCutShort }: Stream): Buffer {
  const events: (readonly string[])[] = [
    ...middle,
    ...(error === null ? [] : [[error[0]]]),
    ...ending.map((line) => [line]),
  ];
  if (isMarked) events.push(["data: [DONE]"]);
  const text = events.map((lines) => lines.join(end) + end + end).join("");
  // A last event without its blank line, and even without its line's end, still counts.
  const whole = isCutShort ? text.slice(0, text.length - 2 * end.length) : text;
  return Buffer.from((isBom ? "\ufeff" : "") + whole);
}

function expected({ ending, error, isMarked }: Stream) {
  const isTold = ending.length > 0;
  return {
    ended: isMarked,
    costText: isTold ? "0.0000068" : null,
    promptTokens: isTold ? 9 : null,
    completionTokens: isTold ? 2 : null,
    error: error === null ? null : { code: error[1], message: "gone" },
    finishReason: isTold ? "stop" : error?.[1] === "502" ? "error" : null,
  };
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted(
    (a, b) => a - b,
  );
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

test("any stream in any split means what it says, and the same as in one piece", async () => {
  await fc.assert(
    fc.asyncProperty(stream, fc.array(fc.nat(20_000), { maxLength: 30 }), async (one, cuts) => {
      const bytes = bytesOf(one);
      const whole = await read([bytes]);
      expect(whole).toMatchObject(expected(one));
      expect(await read(split(bytes, cuts))).toEqual(whole);
      // Where nobody goes by the length, events that tell no more are passed over.
      const { generatedLength, ...rest } = whole;
      const quick = await read(split(bytes, cuts), [], false);
      expect(quick).toMatchObject(rest);
      expect(quick.generatedLength).toBeLessThanOrEqual(generatedLength);
    }),
    { numRuns: 400 },
  );
});

const everything: Stream = {
  middle: [...middles],
  ending: usages[0]!,
  error: errors[1]!,
  end: "\r\n",
  isBom: true,
  isMarked: true,
  isCutShort: false,
};

test("every single cut, and every byte for itself, reads like the whole", async () => {
  const bytes = bytesOf(everything);
  const whole = await read([bytes]);
  expect(whole).toMatchObject({
    ...expected(everything),
    generated: true,
    model: "a/b",
    provider: "P",
    generationId: "gen-1",
  });
  for (let cut = 0; cut <= bytes.length; cut++)
    expect(await read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
  expect(await read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
});

test("a compressed stream in any split means the same", async () => {
  const whole = await read([bytesOf(everything)]);
  const packed = gzipSync(bytesOf(everything));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(packed.length), { maxLength: 20 }), async (cuts) => {
      expect(await read(split(packed, cuts), ["Content-Encoding", "gzip"])).toEqual(whole);
    }),
    { numRuns: 50 },
  );
});

test("a stream that is cut anywhere tells nothing that had not come", async () => {
  const bytes = bytesOf({ ...everything, error: null });
  const priceAt = bytes.indexOf("0.0000068") + "0.0000068".length;
  for (let length = 0; length <= bytes.length; length += 7) {
    const { costText, ended } = await read([bytes.subarray(0, length)]);
    expect(costText === null || (costText === "0.0000068" && length >= priceAt)).toBe(true);
    expect(ended && length < bytes.length - 4).toBe(false);
  }
});

test("a huge line is passed over, and what comes after it is read", async () => {
  const image = delta({
    images: [{ image_url: { url: `data:image/png;base64,${"A".repeat(3 * 2 ** 20)}` } }],
  });
  const bytes = Buffer.from([image, chunk({ choices: [], usage }), "data: [DONE]", ""].join("\n\n"));
  const cuts = Array.from({ length: 60 }, (_, n) => n * 60_001);
  expect(await read(split(bytes, cuts))).toMatchObject({ costText: "0.0000068", ended: true, error: null });
});
