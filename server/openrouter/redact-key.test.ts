/** The key never passes, whatever the split; anything else passes unchanged, and is not held back. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRedaction, redactText } from "./redact-key.ts";

const key = "sk-or-v1-aabaab";
const stars = "*".repeat(key.length);

/** What came out after each write, and at the end. */
function pass(pieces: readonly Buffer[]): readonly string[] {
  const redaction = createRedaction(key);
  const out = pieces.map((piece) => redaction.next(piece).toString());
  return [...out, redaction.rest().toString()];
}

test("the key is masked, once and many times, with its own length", () => {
  expect(pass([Buffer.from(`a ${key}${key} b`)]).join("")).toBe(`a ${stars}${stars} b`);
  expect(redactText(`Bearer ${key}`, key)).toBe(`Bearer ${stars}`);
});

test("a chunk goes on at once unless its end could begin the key", () => {
  expect(pass([Buffer.from("data: 1\n\n"), Buffer.from("it is"), Buffer.from(" so")])).toEqual([
    "data: 1\n\n",
    "it i",
    "s so",
    "",
  ]);
  expect(pass([Buffer.from(`x${key.slice(0, 12)}`), Buffer.from("!")])).toEqual([
    "x",
    `${key.slice(0, 12)}!`,
    "",
  ]);
  expect(pass([Buffer.from("x sk-")])).toEqual(["x ", "sk-"]);
});

test("any text with keys in it, in any split, comes out with every key masked and nothing else changed", () => {
  const part = fc.oneof(
    fc.constantFrom(key, "sk-or-v1-", "sk-or-v1-aab", "aab", "s", "\n"),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 10 }), fc.array(fc.nat(60), { maxLength: 10 }), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(""));
      const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted(
        (a, b) => a - b,
      );
      const out = pass(ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end)));
      expect(out.join("")).toBe(bytes.toString().replaceAll(key, stars));
    }),
  );
});
