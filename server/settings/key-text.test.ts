/** What is said of a key never tells more of it than its last four characters. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isKeyShaped, keyLabel, keyNote } from "./key-text.ts";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
const facts = { label: "sk-or-v1-012...def", limitRemaining: null, isFreeTier: false };

test.each([key, "sk-or-v1-abcdefgh", "sk-or-v1-With_Other-Characters.9"])("%s looks like a key", (text) => {
  expect(isKeyShaped(text)).toBe(true);
});

test.each([
  "",
  "hello",
  "sk-1234567890",
  "sk-or-v1-",
  "sk-or-v1-short",
  `${key} x`,
  `${key}\n`,
  "sk-or-v1-schlüssel",
  `x${key}`,
])("%j does not", (text) => {
  expect(isKeyShaped(text)).toBe(false);
});

test("the label has the last four characters, and none of a key so short that they would be much of it", () => {
  expect(keyLabel(key)).toBe("sk-or-v1-…cdef");
  expect(keyLabel("sk-or-v1-abcdefgh")).toBe("sk-or-v1-…");
});

test.each([
  [facts, "no spending limit of its own"],
  [{ ...facts, limitRemaining: "4.2" }, "$4.20 left of its spending limit"],
  [{ ...facts, limitRemaining: "0", isFreeTier: true }, "$0.00 left of its spending limit · free tier"],
  [{ ...facts, limitRemaining: "-0.004" }, "-$0.004 left of its spending limit"],
  [{ ...facts, label: " Laptop " }, "“Laptop” · no spending limit of its own"],
  [{ ...facts, label: "x".repeat(200) }, `“${"x".repeat(60)}” · no spending limit of its own`],
])("%j is said as %s", (told, note) => {
  expect(keyNote(told, key)).toBe(note);
});

test("no run of five characters of the secret is ever in label or note, whatever OpenRouter's label is", () => {
  const secret = fc.string({
    unit: fc.integer({ min: 0, max: 15 }).map((digit) => digit.toString(16)),
    minLength: 16,
    maxLength: 80,
  });
  fc.assert(
    fc.property(
      secret,
      fc.nat(80),
      fc.nat(80),
      fc.constantFrom("", "my ", "sk-or-v1-"),
      (text, from, to, before) => {
        const own = `sk-or-v1-${text}`;
        const label = `${before}${text.slice(from, to)}`;
        const said = keyLabel(own) + keyNote({ ...facts, label }, own);
        for (let i = 0; i + 5 <= text.length; i++) expect(said).not.toContain(text.slice(i, i + 5));
      },
    ),
  );
});
