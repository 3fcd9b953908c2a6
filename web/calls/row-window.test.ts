/** Promises of a list that draws only what is in view. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rowWindow } from "./row-window.ts";

describe("the rows that are drawn", () => {
  test("are those in view and some on each side", () => {
    expect(rowWindow(4000, 200, 40, 1000, 10)).toEqual({ first: 90, end: 115, before: 3600, after: 35_400 });
  });

  test("begin with the first and end with the last", () => {
    expect(rowWindow(0, 200, 40, 3)).toEqual({ first: 0, end: 3, before: 0, after: 0 });
    expect(rowWindow(0, 200, 40, 0)).toEqual({ first: 0, end: 0, before: 0, after: 0 });
  });

  test("always cover what is in view, and stand for the whole height", () => {
    const many = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(many, fc.nat(2000), fc.double({ min: 0, max: 1, noNaN: true }), (count, view, at) => {
        const top = Math.max(0, count * 40 - view) * at;
        const { first, end, before, after } = rowWindow(top, view, 40, count);
        expect(before + (end - first) * 40 + after).toBe(count * 40);
        expect(first * 40).toBeLessThanOrEqual(top);
        expect(end * 40).toBeGreaterThanOrEqual(Math.min(top + view, count * 40));
        expect(end - first).toBeLessThanOrEqual(Math.ceil(view / 40) + 22);
      }),
    );
  });
});
