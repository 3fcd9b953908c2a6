/** Every text comes back from the columns as it went in, and what is stored can be stored by both databases. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { exactNumber, fromText, toColumn, toText } from "./column-values.ts";

/** Any sequence of UTF-16 units, with those that need care as often as others. */
const unit = fc.oneof(
  fc.constantFrom("\0", "\u001a", "0", "0041", "\ud83d", "\ude00", "é"),
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
);
const anyText = fc.array(unit).map((units) => units.join(""));

test("any text survives the way in and out, and is stored without NUL and as valid Unicode", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const stored = toText(text);
      expect(fromText(stored)).toBe(text);
      expect(stored).not.toContain("\0");
      expect(stored.isWellFormed()).toBe(true);
    }),
  );
});

test("usual text is stored as it is, so that the tables can be read by others", () => {
  const text = "print('hé')\r\n\t# 漢 👩‍💻";
  expect(toText(text)).toBe(text);
});

test("a part of a text is found in the stored text by the same way in", () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, (before, part, after) => {
      // Splitting a pair of surrogates makes other characters of them.
      fc.pre(before.isWellFormed() && part.isWellFormed() && after.isWellFormed());
      expect(toText(before + part + after)).toContain(toText(part));
    }),
  );
});

test("whole numbers are numbers where that is exact, and bigint beyond", () => {
  expect(exactNumber(9_007_199_254_740_991n)).toBe(9_007_199_254_740_991);
  expect(exactNumber(9_007_199_254_740_992n)).toBe(9_007_199_254_740_992n);
  expect(exactNumber(-(2n ** 63n))).toBe(-(2n ** 63n));
});

test("flags are 0 or 1, and what is left out is null", () => {
  expect([true, false, undefined, null, 7n].map(toColumn)).toEqual([1, 0, null, null, 7n]);
});
