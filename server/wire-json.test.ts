/** Numbers from the wire keep their digits. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { picoUsd } from "./money.ts";
import { jsonObject, numberText, plainDecimal } from "./wire-json.ts";

test("a number is found as it was written, and never inside a string", () => {
  expect(numberText('{"a":{"cost": 1.50}}', "cost", 1.5)).toBe("1.50");
  expect(numberText('{"a":"\\"cost\\":1.50","cost":1.5}', "cost", 1.5)).toBe("1.5");
  expect(numberText('{"cost":"1.5"}', "cost", "1.5")).toBeNull();
});

test("only objects are objects", () => {
  for (const text of ["", "{", "[]", "null", '"a"', "1"]) expect(jsonObject(text)).toBeNull();
  expect(jsonObject('{"__proto__":{"x":1}}')).not.toHaveProperty("x");
});

test("an exponent is written out with the same digits", () => {
  const pairs = [
    ["8e-8", "0.00000008"],
    ["1.5E+1", "15"],
    ["12.5e-1", "1.25"],
    ["-1e2", "-100"],
    ["0.10", "0.10"],
    ["0e0", "0"],
  ];
  for (const [text, plain] of pairs) expect(plainDecimal(text!)).toBe(plain);
});

test("writing out changes no amount", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(999), fc.integer({ min: -20, max: 3 }), (whole, fraction, exponent) => {
      const text = `${whole}.${fraction}e${exponent}`;
      expect(plainDecimal(text)).toMatch(/^\d+(\.\d+)?$/);
      expect(picoUsd(plainDecimal(text))).toBe(picoUsd(text));
    }),
  );
});
