/** Bytes of two pipes come out in the order in which they were written, however the reads cut them. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Stream } from "../../contract/events.ts";
import { makeMark } from "./mark-scanner.ts";
import { createStreamOrder, type OutputPiece, type Piece } from "./stream-order.ts";

const mark = makeMark(Buffer.from("0123456789abcde"));

/** What the supervisor writes for a sequence of writes of the program. */
function written(writes: readonly OutputPiece[]): Record<Stream, Buffer> {
  const out: Uint8Array[] = [];
  const error: Uint8Array[] = [];
  for (const [at, { stream, bytes }] of writes.entries()) {
    if (stream === "stdout") out.push(bytes);
    else {
      out.push(mark, Buffer.from(`2.${at + 1};`));
      error.push(mark, Buffer.from(`2.${at + 1}:${bytes.length};`), bytes);
    }
  }
  return { stdout: Buffer.concat(out), stderr: Buffer.concat(error) };
}

const text = (pieces: readonly Piece[]): string => {
  let all = "";
  let last: Stream | null = null;
  for (const piece of pieces) {
    if ("result" in piece) {
      all += `[${piece.result}]`;
      continue;
    }
    if (piece.stream !== last) all += `<${piece.stream}>`;
    last = piece.stream;
    all += Buffer.from(piece.bytes).toString("latin1");
  }
  return all;
};

const lengthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + ("bytes" in piece ? piece.bytes.length : 0), 0);

const write = fc.record({
  stream: fc.constantFrom<Stream>("stdout", "stderr"),
  // Bytes that look like beginnings of marks are frequent here.
  bytes: fc
    .oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: mark.length - 1 }).map((length) => mark.subarray(0, length)),
      fc.constant(Buffer.from("\0;:9.")),
    )
    .map((bytes): Uint8Array => Buffer.from(bytes)),
});

describe("stream order", () => {
  test("is the order of the writes, for every way of cutting both pipes into reads and mixing the reads", () => {
    fc.assert(
      fc.property(
        fc.array(write, { maxLength: 30 }),
        fc.array(fc.tuple(fc.boolean(), fc.nat(60))),
        (writes, reads) => {
          const pipes = written(writes);
          const order = createStreamOrder(mark);
          const pieces: Piece[] = [];
          const rest = { ...pipes };
          const read = (stream: Stream, size: number): void => {
            const chunk = rest[stream].subarray(0, size);
            rest[stream] = rest[stream].subarray(size);
            if (chunk.length > 0) pieces.push(...order.feed(stream, chunk));
          };
          for (const [isOut, size] of reads) read(isOut ? "stdout" : "stderr", size + 1);
          read("stderr", rest.stderr.length);
          read("stdout", rest.stdout.length);
          pieces.push(...order.end("stdout"), ...order.end("stderr"));
          expect(text(pieces)).toBe(text(writes));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("of bytes without any mark is that of arrival, and nothing is lost or changed", () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
        const order = createStreamOrder(mark);
        const pieces = writes.flatMap(({ stream, bytes }) => order.feed(stream, bytes));
        pieces.push(...order.end("stdout"), ...order.end("stderr"));
        for (const stream of ["stdout", "stderr"] as const) {
          const of = (all: readonly Piece[]) =>
            Buffer.concat(all.flatMap((p) => ("bytes" in p && p.stream === stream ? [p.bytes] : [])));
          expect(of(pieces)).toEqual(of(writes));
        }
      }),
    );
  });

  test("holds nothing back of ordinary text", () => {
    const order = createStreamOrder(mark);
    expect(text(order.feed("stdout", Buffer.from("name? ")))).toBe("<stdout>name? ");
    expect(text(order.feed("stderr", Buffer.from("from a child\0")))).toBe("<stderr>from a child\0");
  });

  test("hands on a long frame piece by piece", () => {
    const order = createStreamOrder(mark);
    order.feed("stdout", Buffer.concat([mark, Buffer.from("2.1;after")]));
    expect(text(order.feed("stderr", Buffer.concat([mark, Buffer.from("2.1:6;abc")])))).toBe("<stderr>abc");
    expect(text(order.feed("stderr", Buffer.from("def")))).toBe("<stderr>def<stdout>after");
  });

  test("of two threads whose marks and frames crossed loses nothing", () => {
    const order = createStreamOrder(mark);
    const frame = (name: string, body: string) =>
      Buffer.concat([mark, Buffer.from(`${name}:${body.length};${body}`)]);
    const pieces = [
      ...order.feed("stdout", Buffer.concat([mark, Buffer.from("2.1;"), mark, Buffer.from("2.2;x")])),
      ...order.feed(
        "stderr",
        Buffer.concat([frame("2.2", "two"), frame("2.1", "one"), frame("2.3", "three")]),
      ),
      ...order.feed("stdout", Buffer.concat([Buffer.from("y"), mark, Buffer.from("2.3;z")])),
    ];
    expect(text(pieces)).toBe("<stderr>twoone<stdout>xy<stderr>three<stdout>z");
  });

  test("of a frame that was cut short goes on with the next", () => {
    const order = createStreamOrder(mark);
    const pieces = [
      ...order.feed("stdout", Buffer.concat([mark, Buffer.from("2.1;a"), mark, Buffer.from("2.2;b")])),
      ...order.feed(
        "stderr",
        Buffer.concat([mark, Buffer.from("2.1:100;par"), mark, Buffer.from("2.2:3;two")]),
      ),
    ];
    expect(text(pieces)).toBe("<stderr>par<stdout>a<stderr>two<stdout>b");
  });

  test("with forged marks and frames keeps little and loses nothing", () => {
    for (const [forged, other] of [
      ["stdout", "stderr"],
      ["stderr", "stdout"],
    ] as const) {
      const order = createStreamOrder(mark);
      let given = 0;
      const body = Buffer.alloc(1000, "x");
      for (let name = 1; name <= 5000; name += 1) {
        const label = forged === "stdout" ? `9.${name};` : `9.${name}:1000;`;
        given += lengthOf(order.feed(forged, Buffer.concat([mark, Buffer.from(label), body])));
      }
      expect(5000 * 1000 - given).toBeLessThan(1100 * 1024);
      expect(text(order.feed(other, Buffer.from("still here")))).toContain("still here");
      for (const stream of [other, forged]) given += lengthOf(order.end(stream));
      expect(given).toBe(5000 * 1000);
    }
  });

  test("takes empty forged marks and frames in bounded memory and linear time", () => {
    const order = createStreamOrder(mark);
    for (let name = 1; name <= 100_000; name += 1) {
      order.feed("stdout", Buffer.concat([mark, Buffer.from(`9.${name};`)]));
      order.feed("stderr", Buffer.concat([mark, Buffer.from(`8.${name}:0;`)]));
    }
    expect(text(order.feed("stderr", Buffer.from("")))).toBe("");
    expect(text([...order.end("stdout"), ...order.end("stderr")])).toBe("");
  });
});

describe("one stream of a terminal", () => {
  const cut = (bytes: Buffer, at: number): string => {
    const order = createStreamOrder(mark);
    const pieces = [
      ...order.feed("stdout", bytes.subarray(0, at)),
      ...order.feed("stdout", bytes.subarray(at)),
    ];
    return text([...pieces, ...order.end("stdout"), ...order.end("stderr")]);
  };

  test("tells what Python wrote to standard error, wherever the reads cut it", () => {
    const bytes = Buffer.concat([
      Buffer.from("one\r\n"),
      mark,
      Buffer.from("e;oops\r\n"),
      mark,
      Buffer.from("o;two"),
    ]);
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(cut(bytes, at)).toBe("<stdout>one\r\n<stderr>oops\r\n<stdout>two");
    }
  });

  test("tells the place of what was shown", () => {
    const bytes = Buffer.concat([Buffer.from("before"), mark, Buffer.from("r10.1;after")]);
    for (let at = 0; at <= bytes.length; at += 1) expect(cut(bytes, at)).toBe("<stdout>before[10.1]after");
  });
});
