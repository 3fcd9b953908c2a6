/** The event reader reads the same whatever the pieces, in bounded memory. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createEventStreamReader, type StreamPiece } from "./event-stream.ts";

function read(pieces: readonly Uint8Array[], maxLength?: number): readonly StreamPiece[] {
  const reader = createEventStreamReader(maxLength);
  return [...pieces.flatMap((piece) => reader.feed(piece)), ...reader.end()];
}
const readText = (text: string): readonly StreamPiece[] => read([Buffer.from(text)]);
const data = (text: string, name: string | null = null): StreamPiece => ({
  kind: "data",
  name,
  text,
  cut: false,
});
const comment = (text: string): StreamPiece => ({ kind: "comment", text, cut: false });

test("data, comments, names and the end marker are told apart", () => {
  expect(
    readText(
      ": OPENROUTER PROCESSING\n\nevent: ping\ndata: {}\n\ndata:a\ndata: b\nid: 7\nretry: 1\n\ndata: [DONE]\n\n",
    ),
  ).toEqual([comment("OPENROUTER PROCESSING"), data("{}", "ping"), data("a\nb"), data("[DONE]")]);
});

test("line feeds, carriage returns and both end lines alike", () => {
  for (const end of ["\n", "\r", "\r\n"])
    expect(readText(["data: 1", "", "data: 2", "", ""].join(end))).toEqual([data("1"), data("2")]);
});

test("a byte order mark is no part of the first field, and a missing last blank line loses nothing", () => {
  expect(readText("\ufeffdata: 1\n\ndata: 2")).toEqual([data("1"), data("2")]);
});

test("a field without a colon, an event without data and an empty data line", () => {
  expect(readText("event: x\n\ndata\n\n:\n\n")).toEqual([data(""), comment("")]);
});

test("a line longer than the bound is kept up to there, marked, and the next event is read whole", () => {
  const pieces = Array<Buffer>(5_000).fill(Buffer.from("x".repeat(1_000)));
  expect(read([Buffer.from("data: "), ...pieces, Buffer.from("\n\ndata: 2\n\n")], 1_000)).toEqual([
    { kind: "data", name: null, text: "x".repeat(994), cut: true },
    data("2"),
  ]);
  expect(readText(`data: ${"y".repeat(2 * 1024 * 1024)}\n\n`)[0]).toMatchObject({ cut: true });
});

test("many data lines of one event are bounded together", () => {
  const [event] = read([Buffer.from(`${"data: 1234567\n".repeat(1_000)}\n`)], 100);
  expect(event).toMatchObject({ cut: true });
  expect(event?.text).toHaveLength(100);
});

const line = fc.oneof(
  fc
    .constantFrom("data: ", ": ", "event: ", "data", "", "\ufeff", "id: 1")
    .chain((field) => fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => field + text)),
  fc.constantFrom("data: gr\u00fc\u00dfe \u{1f600}", "data: [DONE]", "", ""),
);
const stream = fc
  .array(fc.tuple(line, fc.constantFrom("\n", "\r", "\r\n")), { maxLength: 12 })
  .map((lines) => Buffer.from(lines.flat().join("")));

test("any split of any stream reads like the whole", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(200), { maxLength: 20 }), (bytes, cuts) => {
      const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted(
        (a, b) => a - b,
      );
      const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
      expect(read(pieces)).toEqual(read([bytes]));
    }),
    { numRuns: 300 },
  );
});

test("what is left out because it tells nothing is all that is left out, in any split", () => {
  const tells = (text: string): boolean => text.includes("[DONE]");
  const telling = (pieces: readonly StreamPiece[]): readonly StreamPiece[] =>
    pieces.filter(({ text }) => tells(text));
  fc.assert(
    fc.property(stream, stream, stream, fc.nat(400), (one, two, three, cut) => {
      const bytes = Buffer.concat([one, two, three]);
      const reader = createEventStreamReader();
      const idle = (events: string): boolean => !tells(events);
      const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap((piece) =>
        reader.feed(piece, idle),
      );
      expect(telling([...pieces, ...reader.end()])).toEqual(telling(read([bytes])));
    }),
    { numRuns: 300 },
  );
  const many = Buffer.from("data: 1\n\n".repeat(100));
  expect(createEventStreamReader().feed(many, () => true)).toEqual([data("1")]);
});

test("byte by byte reads like the whole", () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(read([bytes]));
    }),
  );
});
