/** Promises of how times, money and sizes are written. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatUsd,
  formatUsdShort,
  sumUsd,
} from "./format.ts";

describe("money", () => {
  test.each([
    ["0", "$0.00"],
    ["0.004103", "$0.004103"],
    ["0.0000068", "$0.0000068"],
    ["0.00000", "$0.00"],
    ["12.4", "$12.40"],
    ["12.00412", "$12.00412"],
    ["-0.5", "-$0.500000"],
    [null, "unknown"],
  ])("%s is written in full as %s", (usd, text) => expect(formatUsd(usd)).toBe(text));

  test.each([
    ["0.004149", "$0.0041"],
    ["0.00415", "$0.0042"],
    ["0.0000068", "$0.0000068"],
    ["0.999", "$1.00"],
    ["0.5", "$0.50"],
    ["12.345", "$12.35"],
    ["0", "$0.00"],
    [null, "unknown"],
  ])("%s is shortened to %s", (usd, text) => expect(formatUsdShort(usd)).toBe(text));

  test("a sum keeps every digit and leaves out what is unknown", () => {
    expect(sumUsd(["0.1", "0.2", null, "0.0000068"])).toBe("0.3000068");
    expect(sumUsd([])).toBe("0");
    expect(sumUsd(["-0.5", "0.25"])).toBe("-0.25");
  });

  test("a sum of any amounts equals the sum of their smallest units", () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 18n });
    fc.assert(
      fc.property(fc.array(amount), (picos) => {
        const text = (pico: bigint): string => {
          const digits = String(pico).padStart(13, "0");
          return `${digits.slice(0, -12)}.${digits.slice(-12)}`;
        };
        const total = picos.reduce((sum, pico) => sum + pico, 0n);
        const [whole = "", fraction = ""] = sumUsd(picos.map(text)).split(".");
        expect(BigInt(whole + fraction.padEnd(12, "0"))).toBe(total);
      }),
    );
  });
});

test.each([
  [null, "–"],
  [0.4, "0 ms"],
  [84, "84 ms"],
  [999.6, "1.00 s"],
  [2531, "2.53 s"],
  [12_440, "12.4 s"],
  [99_960, "1 min 40 s"],
  [185_000, "3 min 05 s"],
])("%s ms lasts %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1434, "1.4 KiB"],
  [48 * 1024 * 1024, "48 MiB"],
])("%s bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test("counts are grouped only when long", () => {
  expect(formatCount(1056)).toBe("1056");
  expect(formatCount(128_000)).toBe("128,000");
  expect(formatCount(null)).toBe("–");
});

describe("how long ago", () => {
  const now = new Date(2025, 10, 22, 15, 0).getTime();
  const at = (...args: [number, number, number, number, number]): string => new Date(...args).toISOString();
  test.each([
    [at(2025, 10, 22, 14, 59), "1 min"],
    [at(2025, 10, 22, 15, 0), "now"],
    [at(2025, 10, 22, 12, 0), "3 h"],
    [at(2025, 10, 21, 23, 0), "yesterday"],
    [at(2025, 10, 18, 9, 0), "Tue"],
    [at(2025, 9, 18, 9, 0), "18 Oct"],
    [at(2024, 9, 18, 9, 0), "18 Oct 2024"],
  ])("%s was %s", (instant, text) => expect(formatAgo(instant, now)).toBe(text));
});
