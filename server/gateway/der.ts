/** Writes the little of DER (X.690) that a certificate needs, so that no openssl is. */

export type Bytes = Uint8Array;

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One value: tag, length in its shortest form, contents. */
export function der(tag: number, ...contents: readonly Bytes[]): Bytes {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.of(tag), lengthOf(length), ...contents]);
}

export const sequence = (...contents: readonly Bytes[]): Bytes => der(tags.sequence, ...contents);

/** "2.5.29.19" as an object identifier. */
export function objectId(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return der(tags.objectId, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A positive integer from its big-endian bytes. */
export function positiveInteger(bytes: Bytes): Bytes {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Buffer.of(0) : bytes.subarray(first);
  return der(tags.integer, (digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Buffer.of(0), digits]));
}

export const bitString = (unusedBits: number, bits: Bytes): Bytes =>
  der(tags.bitString, Buffer.of(unusedBits), bits);

export const utf8String = (text: string): Bytes => der(tags.utf8String, Buffer.from(text, "utf8"));

/** Certificates write years before 2050 with two digits (RFC 5280, 4.1.2.5). */
export function time(unixMs: number): Bytes {
  const digits = new Date(unixMs).toISOString().replace(/[-:T]|\.\d+/g, "");
  return new Date(unixMs).getUTCFullYear() < 2050
    ? der(tags.utcTime, Buffer.from(digits.slice(2)))
    : der(tags.generalizedTime, Buffer.from(digits));
}

function lengthOf(length: number): Bytes {
  if (length < 0x80) return Buffer.of(length);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Buffer.of(0x80 | digits.length, ...digits);
}

function base128(number: number): number[] {
  const digits = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) digits.unshift(0x80 | (rest & 0x7f));
  return digits;
}
