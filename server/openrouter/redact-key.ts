/** Keeps a real key that the upstream echoes from reaching a program: in headers, and in a body however it is split. */
import { Transform } from "node:stream";

/** A shorter one can't be told from ordinary text, and no real key is. */
export const isRedactable = (key: string): boolean => key.length >= 16;

/** Same length as the key, so that no length told elsewhere becomes wrong. */
const mask = (key: string): string => "*".repeat(key.length);

export const redactText = (text: string, key: string): string => text.replaceAll(key, mask(key));

/**
 * Passes bytes on as they come, with the key's bytes masked. What is held back is only the end of a chunk that could be
 * the beginning of the key, until the next bytes tell; everything else goes on at once, in the same chunk.
 */
export function createRedaction(key: string): Transform {
  const wanted = Buffer.from(key);
  const masked = Buffer.from(mask(key));
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let bytes: Buffer = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      let found = bytes.indexOf(wanted);
      if (found !== -1) bytes = Buffer.from(bytes);
      for (; found !== -1; found = bytes.indexOf(wanted, found + wanted.length)) masked.copy(bytes, found);
      const keep = beginningAtEnd(bytes, wanted);
      held = bytes.subarray(bytes.length - keep);
      const free = bytes.subarray(0, bytes.length - keep);
      done(null, free.length === 0 ? undefined : free);
    },
    flush(done) {
      done(null, held.length === 0 ? undefined : held);
    },
  });
}

/** How many bytes at the end of `bytes` are a beginning of `wanted`; the longest such end, never all of it. */
export function beginningAtEnd(bytes: Buffer, wanted: Buffer): number {
  const first = wanted[0] ?? 0;
  let start = Math.max(0, bytes.length - wanted.length + 1);
  for (start = bytes.indexOf(first, start); start !== -1; start = bytes.indexOf(first, start + 1)) {
    const length = bytes.length - start;
    if (bytes.compare(wanted, 0, length, start) === 0) return length;
  }
  return 0;
}
