/** Results come out whole, however their pieces are cut and mixed, and nothing that a program writes there breaks more than its own. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createResultPieces } from "./result-pieces.ts";
import type { JobResult } from "./sandbox.ts";

function piece(kind: string, sender: number, count: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(13);
  head.write(`OR${kind}`, "latin1");
  head.writeUInt32LE(sender, 3);
  head.writeUInt32LE(count, 7);
  head.writeUInt16LE(payload.length, 11);
  return Buffer.concat([head, payload]);
}

function pieces(sender: number, content: Uint8Array, head: object = {}): Buffer[] {
  const described = {
    kind: "shown",
    mediaType: "text/plain",
    name: null,
    size: content.length,
    note: null,
    ...head,
  };
  const middle = [];
  for (let at = 0; at < content.length; at += 100)
    middle.push(piece("m", sender, 1, content.subarray(at, at + 100)));
  return [
    piece("b", sender, 1, Buffer.from(JSON.stringify(described))),
    ...middle,
    piece("e", sender, 1, Buffer.from("1")),
  ];
}

const all = (bytes: Buffer, step: number): { name: string; result: JobResult }[] => {
  const reader = createResultPieces();
  const whole = [];
  for (let at = 0; at < bytes.length; at += step) whole.push(...reader.feed(bytes.subarray(at, at + step)));
  return whole;
};

test("a result is what was sent, wherever the reads cut it", () => {
  const content = Buffer.from("x".repeat(250));
  for (const step of [1, 7, 13, 100, 10_000]) {
    expect(all(Buffer.concat(pieces(5, content)), step)).toEqual([
      {
        name: "5.1",
        result: {
          kind: "shown",
          mediaType: "text/plain",
          name: null,
          bytes: content,
          sizeBytes: 250,
          note: null,
        },
      },
    ]);
  }
});

test("two processes' results may come mixed", () => {
  const [one, other] = [pieces(5, Buffer.from("a".repeat(250))), pieces(6, Buffer.from("b".repeat(250)))];
  const mixed = one.flatMap((part, at) => [part, other[at] ?? Buffer.alloc(0)]);
  const results = all(Buffer.concat(mixed), 50).map(({ result }) =>
    Buffer.from(result.bytes ?? []).toString(),
  );
  expect(results).toEqual(["a".repeat(250), "b".repeat(250)]);
});

test("what else is written there is passed over, and the next result is whole", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      // A forged head may take what follows for its own; a whole piece's length later it is over.
      const bytes = Buffer.concat([noise, Buffer.alloc(70_000), ...pieces(7, Buffer.from("well"))]);
      expect(all(bytes, 1000).at(-1)?.result.bytes?.toString()).toBe("well");
    }),
    { numRuns: 30 },
  );
});

test("a head that is none, or too many at once, are not kept", () => {
  expect(
    all(Buffer.concat([piece("b", 1, 1, Buffer.from("{")), piece("e", 1, 1, Buffer.from("1"))]), 99),
  ).toEqual([]);
  const open = Array.from({ length: 40 }, (_, n) => pieces(n, Buffer.from("x")));
  const bytes = Buffer.concat([
    ...open.flatMap((parts) => parts.slice(0, -1)),
    ...open.map((parts) => parts.at(-1) ?? Buffer.alloc(0)),
  ]);
  expect(all(bytes, 5000)).toHaveLength(16);
});

test("what was cut on its way is told as not taken", () => {
  const bytes = Buffer.concat([
    ...pieces(5, Buffer.from("x")).slice(0, -1),
    piece("e", 5, 1, Buffer.from("0")),
  ]);
  expect(all(bytes, 99)[0]?.result).toMatchObject({ bytes: null, note: "Not taken." });
});
