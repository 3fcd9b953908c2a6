/** Promises about how a lost server is tried again. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { retryDelayMs } from "./backoff.ts";

test("the first try comes at once, the later ones never wait longer than eight seconds", () => {
  expect(retryDelayMs(0, 0)).toBe(125);
  expect(retryDelayMs(3, 1)).toBe(2_000);
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
      const delay = retryDelayMs(failures, chance);
      expect(delay).toBeGreaterThanOrEqual(125);
      expect(delay).toBeLessThanOrEqual(8_000);
    }),
  );
});
