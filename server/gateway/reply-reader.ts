/** Reads the meaning of a reply on the side while its bytes pass; whatever happens here never reaches the program. */
import type { Transform } from "node:stream";
import { limits } from "../../contract/limits.ts";
import type { BoundedCopy } from "./bounded-copy.ts";
import { decodeWhole, decoderFor, isPlain, textOf } from "../content-coding.ts";
import { createEventStreamReader, type StreamPiece } from "./event-stream.ts";
import { headerWord, type RawHeaders } from "./headers.ts";
import { mayTellMore, nothingYet, readReply, type Meaning } from "./reply-meaning.ts";

export interface ReplyReader {
  readonly stream: boolean;
  /** ms after the request was sent on at which the first generated piece was seen; of a plain reply, its first byte. */
  readonly firstContentMs: number | null;
  /** True when the stream's own end marker was seen. */
  readonly ended: boolean;
  /** What has been read by now; of a plain reply nothing before its end. */
  readonly meaning: Meaning;
  feed(chunk: Uint8Array, atMs: number): void;
  /** No more bytes come. Resolves with all that could be read. */
  finish(): Promise<Meaning>;
}

/** A compressed stream that unfolds to more than this is read no further. */
const maxDecodedBytes = 64 * 1024 * 1024;
/** Compressed bytes that wait to be decoded; a decoder that can't keep up is given up. */
const maxWaitingBytes = 4 * 1024 * 1024;

/** `isMeasured`: somebody goes by `generatedLength` while a stream passes, so every event is read. */
export function createReplyReader(headers: RawHeaders, copy: BoundedCopy, isMeasured: boolean): ReplyReader {
  const type = headerWord(headers, "content-type").split(";", 1)[0]?.trim();
  const encoding = headerWord(headers, "content-encoding");
  return type === "text/event-stream"
    ? streamReader(encoding, isMeasured)
    : plainReader(type ?? "", encoding, copy);
}

function plainReader(type: string, encoding: string, copy: BoundedCopy): ReplyReader {
  let firstContentMs: number | null = null;
  const meaning = nothingYet();
  return {
    stream: false,
    meaning,
    get firstContentMs() {
      return firstContentMs;
    },
    ended: false,
    feed(chunk, atMs) {
      if (chunk.length > 0) firstContentMs ??= atMs;
    },
    finish() {
      const isJson = /[/+]json$/.test(type) || type === "";
      const bytes =
        isJson && !copy.cut ? decodeWhole(copy.bytes(), encoding, limits.recordedResponseBytes) : null;
      if (bytes !== null) readReply(meaning, textOf(bytes));
      return Promise.resolve(meaning);
    },
  };
}

/** The first events of a stream, which tell its id, its model and that it has begun. */
const beginBytes = 2_048;
/** Could be, or hold, a stream's own end marker. */
const mayEnd = /\[DONE\]|message_stop/;

function streamReader(encoding: string, isMeasured: boolean): ReplyReader {
  const meaning = nothingYet();
  const events = createEventStreamReader();
  let firstContentMs: number | null = null;
  let ended = false;

  const read = (pieces: readonly StreamPiece[], atMs: number): void => {
    for (const piece of pieces) {
      if (piece.kind === "comment") continue;
      if (piece.text === "[DONE]" || piece.name === "message_stop") ended = true;
      else if (!piece.cut && (isMeasured || mayTellMore(meaning, piece.text))) readReply(meaning, piece.text);
      if (meaning.generated || piece.cut) firstContentMs ??= atMs;
    }
  };
  const isIdle = (text: string): boolean => !isMeasured && !mayTellMore(meaning, text) && !mayEnd.test(text);
  const decoding = isPlain(encoding)
    ? null
    : decodeAside(encoding, (bytes, atMs) => read(events.feed(bytes, isIdle), atMs));
  let lastMs = 0;
  return {
    stream: true,
    meaning,
    get firstContentMs() {
      return firstContentMs;
    },
    get ended() {
      return ended;
    },
    feed(chunk, atMs) {
      lastMs = atMs;
      if (decoding !== null) return decoding.feed(chunk, atMs);
      // A stream that comes at once has its beginning read, so that most of the rest can be passed over.
      const begin = meaning.generated ? 0 : beginBytes;
      if (begin > 0) read(events.feed(chunk.subarray(0, begin)), atMs);
      if (chunk.length > begin) read(events.feed(chunk.subarray(begin), isIdle), atMs);
    },
    async finish() {
      await decoding?.finish();
      read(events.end(), lastMs);
      return meaning;
    },
  };
}

interface AsideDecoding {
  feed(chunk: Uint8Array, atMs: number): void;
  finish(): Promise<void>;
}

/** Decoded bytes are dated with the arrival of the last chunk that went in. An unknown coding is not read at all. */
function decodeAside(encoding: string, take: (bytes: Uint8Array, atMs: number) => void): AsideDecoding {
  const decoder: Transform | null = decoderFor(encoding);
  let decoded = 0;
  let lastMs = 0;
  const closed = new Promise<void>((resolve) => {
    if (decoder === null) return resolve();
    decoder.on("data", (bytes: Buffer) => {
      decoded += bytes.length;
      if (decoded > maxDecodedBytes) decoder.destroy();
      else take(bytes, lastMs);
    });
    // Bytes that are not what their header says can't be read; `close` follows.
    decoder.on("error", () => resolve());
    decoder.on("close", () => resolve());
  });
  return {
    feed(chunk, atMs) {
      lastMs = atMs;
      if (decoder === null || decoder.destroyed) return;
      decoder.write(chunk);
      if (decoder.writableLength > maxWaitingBytes) decoder.destroy();
    },
    finish() {
      if (decoder !== null && !decoder.destroyed) decoder.end();
      return closed;
    },
  };
}
