/** Keeps a real key that the upstream echoes from reaching a program: in headers, and in a body however it is split. */

/** A shorter one can't be told from ordinary text, and no real key is. */
export const isRedactable = (key: string): boolean => key.length >= 16;

/** Same length as the key, so that no length told elsewhere becomes wrong. */
const mask = (key: string): string => "*".repeat(key.length);

export const redactText = (text: string, key: string): string => text.replaceAll(key, mask(key));

export interface Redaction {
  /** What may go on now of what has come, with the key masked; the piece itself is left as it is. */
  next(chunk: Buffer): Buffer;
  /** What was held back, when no more comes. */
  rest(): Buffer;
}

/**
 * Masks the key's bytes in a body that comes in pieces. What is held back is only the end of a chunk that could be the
 * beginning of the key, until the next bytes tell; everything else goes on at once, in the same chunk.
 */
export function createRedaction(key: string): Redaction {
  const wanted = Buffer.from(key, "latin1");
  let held: Buffer = nothing;
  return {
    next(chunk) {
      let bytes: Buffer = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      let found = bytes.indexOf(wanted);
      if (found !== -1) bytes = Buffer.from(bytes);
      for (; found !== -1; found = bytes.indexOf(wanted, found + key.length))
        bytes.fill("*", found, found + key.length);
      const keep = beginningAtEnd(bytes, key);
      if (keep === 0) {
        held = nothing;
        return bytes;
      }
      // A copy, so that a few bytes that wait don't keep a whole chunk.
      held = Buffer.from(bytes.subarray(bytes.length - keep));
      return bytes.subarray(0, bytes.length - keep);
    },
    rest() {
      const rest = held;
      held = nothing;
      return rest;
    },
  };
}

const nothing = Buffer.alloc(0);

/** How many bytes at the end of `bytes` are a beginning of the key (ASCII); the longest such end, never all of it. */
export function beginningAtEnd(bytes: Buffer, key: string): number {
  // Most pieces end with a line break, and no key has one.
  if (!key.includes(String.fromCharCode(bytes.at(-1) ?? 0))) return 0;
  for (let start = Math.max(0, bytes.length - key.length + 1); start < bytes.length; start++) {
    let same = 0;
    while (start + same < bytes.length && bytes[start + same] === key.charCodeAt(same)) same += 1;
    if (start + same === bytes.length) return same;
  }
  return 0;
}
