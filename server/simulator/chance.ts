/** Everything that looks random in the simulator: drawn from a hash of its cause, so that equal causes give equal draws. */
import { createHash } from "node:crypto";

const alphanumerics = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A whole number from 0 to `below` − 1 that depends on `cause` only. */
export const drawBelow = (below: number, cause: string): number =>
  createHash("sha256").update(cause).digest().readUInt32BE(0) % below;

/** A whole number of ms inside the range, both ends included. */
export const drawWithin = (range: readonly [number, number], cause: string): number =>
  range[0] + drawBelow(range[1] - range[0] + 1, cause);

/** `length` characters of A–Z, a–z, 0–9 (at most 32), as in OpenRouter's ids. */
export function drawAlphanumeric(length: number, cause: string): string {
  const bytes = createHash("sha256").update(cause).digest();
  return Array.from(bytes.subarray(0, length), (byte) => alphanumerics[byte % alphanumerics.length]).join("");
}

/** 64 hex characters. */
export const drawHex = (cause: string): string => createHash("sha256").update(cause).digest("hex");

/** One of `choices`, which must not be empty. */
export function drawOne<T>(choices: readonly [T, ...T[]], cause: string): T {
  return choices[drawBelow(choices.length, cause)] ?? choices[0];
}
