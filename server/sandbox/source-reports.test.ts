/** Reports are read whole or not at all, in pieces of any size, and whatever else is written between them is passed over. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSourceReports } from "./source-reports.ts";

function report(kind: string, ...fields: readonly string[]): Buffer {
  const payload = Buffer.from(fields.map((field) => `${field}\0`).join(""));
  const head = Buffer.from(`OL${kind}  `);
  head.writeUInt16LE(payload.length, 3);
  return Buffer.concat([head, payload]);
}
const sentence = report("s", "ab01", "3", "10", "10.7", "1", "GET / HTTP/1.1", "lib/ä.py", "12", "Chat.ask");
const start = report("p", "10", "1", "0123abcd", "99", "main.py", "1", "<module>");
const both = [
  {
    kind: "sent",
    binding: "ab01",
    first: 3,
    pid: 10,
    call: "10.7",
    lines: ["GET / HTTP/1.1"],
    places: [{ file: "lib/ä.py", line: 12, function: "Chat.ask" }],
  },
  {
    kind: "started",
    pid: 10,
    itself: true,
    command: "0123abcd",
    atMs: 99,
    places: [{ file: "main.py", line: 1, function: "<module>" }],
  },
];

test("in pieces of any size, the reports are the same", () => {
  const bytes = Buffer.concat([sentence, start]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      const reader = createSourceReports();
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const read = places.flatMap((from, n) =>
        reader.feed(bytes.subarray(from, places[n + 1] ?? bytes.length)),
      );
      expect(read).toEqual(both);
    }),
  );
});

test("after anything else that was written, the next whole reports are read", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
      const reader = createSourceReports();
      reader.feed(junk);
      // The longest report that the junk may have begun is over by then.
      for (let turn = 0; turn < 60; turn += 1) reader.feed(sentence);
      expect(reader.feed(Buffer.concat([sentence, start])).at(-1)).toEqual(both[1]);
    }),
  );
});

test.each([
  ["no binding", ["", "1", "1", "", "1", "GET / HTTP/1.1"]],
  ["a binding that is none", ["xy", "1", "1", "", "1", "GET / HTTP/1.1"]],
  ["a long binding", ["a".repeat(257), "1", "1", "", "1", "GET / HTTP/1.1"]],
  ["a number below zero", ["aa", "-1", "1", "", "1", "GET / HTTP/1.1"]],
  ["a number that is none", ["aa", "1e9", "1", "", "1", "GET / HTTP/1.1"]],
  ["no line", ["aa", "1", "1", "", "0"]],
  ["fewer lines than said", ["aa", "1", "1", "", "3", "GET / HTTP/1.1"]],
  ["many lines", ["aa", "1", "1", "", "17", ...Array<string>(17).fill("GET / HTTP/1.1")]],
  ["half a place", ["aa", "1", "1", "", "1", "GET / HTTP/1.1", "main.py", "1"]],
  ["line 0", ["aa", "1", "1", "", "1", "GET / HTTP/1.1", "main.py", "0", "f"]],
  ["no file", ["aa", "1", "1", "", "1", "GET / HTTP/1.1", "", "1", "f"]],
  [
    "too many places",
    ["aa", "1", "1", "", "1", "GET / HTTP/1.1", ...Array.from({ length: 17 }, () => ["a", "1", "f"]).flat()],
  ],
])("%s is no report", (_name, fields) => {
  expect(createSourceReports().feed(report("s", ...fields))).toEqual([]);
});
