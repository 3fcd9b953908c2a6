/** Undoes `Content-Encoding` for reading only, with a counted cap: the program always gets the bytes as they came. */
import type { Transform } from "node:stream";
import * as zlib from "node:zlib";

interface Coding {
  readonly stream: () => Transform;
  readonly whole: (bytes: Uint8Array, maxOutputLength: number) => Buffer;
}

/** A cut body is decoded as far as it goes. */
const lenient = { flush: zlib.constants.Z_SYNC_FLUSH, finishFlush: zlib.constants.Z_SYNC_FLUSH };
const lenientBrotli = {
  flush: zlib.constants.BROTLI_OPERATION_FLUSH,
  finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH,
};
const lenientZstd = { flush: zlib.constants.ZSTD_e_flush, finishFlush: zlib.constants.ZSTD_e_flush };

const gzip: Coding = {
  stream: () => zlib.createGunzip(lenient),
  whole: (bytes, maxOutputLength) => zlib.gunzipSync(bytes, { ...lenient, maxOutputLength }),
};

const codings: Readonly<Record<string, Coding>> = {
  gzip,
  "x-gzip": gzip,
  deflate: {
    stream: () => zlib.createInflate(lenient),
    whole: (bytes, maxOutputLength) => zlib.inflateSync(bytes, { ...lenient, maxOutputLength }),
  },
  br: {
    stream: () => zlib.createBrotliDecompress(lenientBrotli),
    whole: (bytes, maxOutputLength) =>
      zlib.brotliDecompressSync(bytes, { ...lenientBrotli, maxOutputLength }),
  },
  zstd: {
    stream: () => zlib.createZstdDecompress(lenientZstd),
    whole: (bytes, maxOutputLength) => zlib.zstdDecompressSync(bytes, { ...lenientZstd, maxOutputLength }),
  },
};

/** The value of `Content-Encoding` in lower case, "" when there is none. */
export function encodingOf(rawHeaders: readonly string[]): string {
  const at = rawHeaders.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === "content-encoding");
  return at === -1 ? "" : (rawHeaders[at + 1] ?? "").trim().toLowerCase();
}

export const isPlain = (contentEncoding: string): boolean =>
  contentEncoding === "" || contentEncoding === "identity";

/** Null for a coding that is not known, or several on top of each other. */
export const decoderFor = (contentEncoding: string): Transform | null =>
  Object.hasOwn(codings, contentEncoding) ? (codings[contentEncoding]?.stream() ?? null) : null;

/** The whole body decoded; null when it is not what its header says, or larger than `maxBytes` when decoded. */
export function decodeWhole(bytes: Uint8Array, contentEncoding: string, maxBytes: number): Uint8Array | null {
  if (isPlain(contentEncoding)) return bytes;
  const coding = Object.hasOwn(codings, contentEncoding) ? codings[contentEncoding] : undefined;
  if (coding === undefined) return null;
  try {
    return coding.whole(bytes, maxBytes);
  } catch (error) {
    // zlib tells broken and too large input by throwing; both are answers here.
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

/** The bytes as text; what is not UTF-8 in them becomes U+FFFD. */
export const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
