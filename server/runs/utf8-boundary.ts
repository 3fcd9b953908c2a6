/** Cuts a byte stream only between UTF-8 characters, so that each piece can be read by itself. */

/**
 * How many bytes at the end of `bytes` are the beginning of a character that is not complete yet (0 to 3). Bytes that can
 * never become a character count as complete: they are shown as replacement.
 */
export function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc2) return lengthOf(byte) > back ? back : 0;
    if (byte >= 0xc0) return 0;
  }
  return 0;
}

function lengthOf(lead: number): number {
  if (lead >= 0xf5) return 1;
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}
