/** USD as integers of 10^-12 (bigint): no float ever touches a sum. */

const digits = 12;
/** The largest integer that both databases keep: over nine million USD, more than any call can cost. */
const most = 2n ** 63n - 1n;

/**
 * A decimal text ("0.0000068", "8e-8", "-1.5") as 10^-12 USD, rounded away from zero where the wire tells more digits than
 * that, so that a sum is never less than what is charged. Null for anything that is not a finite decimal number, or too
 * large to be a price.
 */
export const picoUsd = (text: string): bigint | null => picoTimes(text, 1n);

/** `units` times a price as decimal text, rounded away from zero once, at the end. Null as for `picoUsd`. */
export function picoTimes(text: string, units: bigint): bigint | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (match === null) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const shift = digits + Number(exponent) - fraction.length;
  const number = BigInt(whole + fraction) * units;
  const pico = shift >= 0 ? number * 10n ** BigInt(shift) : divideUp(number, 10n ** BigInt(-shift));
  if (pico > most) return null;
  return sign === "-" ? -pico : pico;
}

/** 10^-12 USD as plain decimal text without trailing zeros: 6_800_000n is "0.0000068". */
export function usdText(pico: bigint): string {
  const sign = pico < 0n ? "-" : "";
  const text = (pico < 0n ? -pico : pico).toString().padStart(digits + 1, "0");
  const fraction = text.slice(-digits).replace(/0+$/, "");
  return sign + text.slice(0, -digits) + (fraction === "" ? "" : `.${fraction}`);
}

function divideUp(number: bigint, by: bigint): bigint {
  return (number + by - 1n) / by;
}
