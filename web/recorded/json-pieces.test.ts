/** Promises of how recorded JSON is laid out. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonPieces } from "./json-pieces.ts";

const laidOut = (text: string): string | undefined =>
  jsonPieces(text)
    ?.map((piece) => piece.text)
    .join("");

describe("recorded JSON is laid out for reading", () => {
  test("with one value a line", () => {
    expect(laidOut('{"model":"a/b","messages":[{"role":"user"}],"stop":[],"x":{}}')).toBe(
      '{\n  "model": "a/b",\n  "messages": [\n    {\n      "role": "user"\n    }\n  ],\n  "stop": [],\n  "x": {}\n}',
    );
  });

  test("without changing a digit, an escape or a double key", () => {
    expect(
      laidOut('{"cost":0.00000680,"id":12345678901234567890,"e":1E-8,"s":"\\u00e9 \\" {,}","e":2}'),
    ).toBe(
      '{\n  "cost": 0.00000680,\n  "id": 12345678901234567890,\n  "e": 1E-8,\n  "s": "\\u00e9 \\" {,}",\n  "e": 2\n}',
    );
  });

  test("as JSON.stringify would, for any value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(laidOut(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  test("names tell keys from strings", () => {
    expect(jsonPieces('{"a":"b"}')?.map((piece) => piece.kind)).toEqual([
      "mark",
      "key",
      "mark",
      "string",
      "mark",
    ]);
  });

  test("and what is not JSON is left to be shown as it came", () => {
    for (const text of ["", "data: {}", '{"cut":"he', "<html>"]) expect(jsonPieces(text)).toBeNull();
  });
});
