/** Keeps a copy of bytes that pass by, up to a size; the bytes themselves are never held up by it. */

/** What all recordings of a gateway may hold in memory together. Full: recordings are cut, streams go on. */
export interface RecordingRoom {
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createRecordingRoom(maxBytes: number): RecordingRoom {
  let free = maxBytes;
  return {
    take: (bytes) => {
      if (bytes > free) return false;
      free -= bytes;
      return true;
    },
    give: (bytes) => {
      free += bytes;
    },
  };
}

export interface BoundedCopy {
  add(chunk: Uint8Array, atMs: number): void;
  /** All bytes that passed, kept or not. */
  readonly seenBytes: number;
  /** True once bytes passed that were not kept. */
  readonly cut: boolean;
  readonly arrivals: readonly (readonly [endOffset: number, atMs: number])[];
  bytes(): Uint8Array;
  /** Gives the memory back; nothing is kept afterwards. */
  release(): void;
}

/** One entry a chunk; further chunks of a reply in very small pieces share the last entry. */
const maxArrivals = 65_536;
const firstBytes = 1_024;

/** The first `maxBytes` are kept. Bytes are copied into one buffer, so that chunks of a byte each cost a byte each. */
export function createBoundedCopy(maxBytes: number, room: RecordingRoom): BoundedCopy {
  let buffer = Buffer.alloc(0);
  let kept = 0;
  let seen = 0;
  let cut = false;
  const arrivals: [number, number][] = [];

  const makeRoom = (bytes: number): boolean => {
    if (bytes <= buffer.length) return true;
    const size = Math.min(maxBytes, Math.max(bytes, buffer.length * 2, firstBytes));
    if (!room.take(size - buffer.length)) return false;
    const larger = Buffer.allocUnsafe(size);
    buffer.copy(larger, 0, 0, kept);
    buffer = larger;
    return true;
  };

  return {
    add(chunk, atMs) {
      seen += chunk.length;
      if (cut || chunk.length === 0) return;
      const wanted = Math.min(chunk.length, maxBytes - kept);
      cut = wanted < chunk.length;
      if (!makeRoom(kept + wanted)) {
        cut = true;
        return;
      }
      buffer.set(chunk.subarray(0, wanted), kept);
      kept += wanted;
      const last = arrivals.at(-1);
      if (arrivals.length < maxArrivals || last === undefined) arrivals.push([kept, atMs]);
      else last[0] = kept;
    },
    get seenBytes() {
      return seen;
    },
    get cut() {
      return cut;
    },
    arrivals,
    bytes: () => buffer.subarray(0, kept),
    release() {
      room.give(buffer.length);
      buffer = Buffer.alloc(0);
      kept = 0;
      cut = true;
    },
  };
}
