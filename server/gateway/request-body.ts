/** A request's body on its way from the program: one that is soon there whole goes on in one piece, any other as it comes. A bounded copy is kept of both. */
import type { IncomingMessage } from "node:http";
import { Transform, type Readable } from "node:stream";
import { limits } from "../../contract/limits.ts";
import type { BoundedCopy } from "./bounded-copy.ts";
import { headerValues } from "./headers.ts";

export interface RequestBody {
  /** All of it has come. */
  readonly isWhole: boolean;
  /** Settles when the program has sent all of it, or more than is waited for, or has gone. */
  readonly whole: Promise<void>;
  /** Once: what is to be sent on. */
  take(): Uint8Array | Readable;
  /** It is not sent on: what still comes is read and dropped, so that the connection can be used again. */
  drop(): void;
}

/** So much is gathered before somebody takes it. */
const gatheredBytes = 256 * 1024;

/**
 * `isHeldWhole`: it is not sent on before all of it is there (or more than the copy takes, which then ends the wait), so all
 * of it must fit. Null: the request has none.
 */
export function readBody(
  request: IncomingMessage,
  copy: BoundedCopy,
  isHeldWhole: boolean,
): RequestBody | null {
  const { rawHeaders } = request;
  const [length = "0"] = headerValues(rawHeaders, "content-length");
  const isChunked = headerValues(rawHeaders, "transfer-encoding").length > 0;
  const wanted = isChunked ? Infinity : Number(length);
  if (!(wanted > 0)) return null;
  const most = isHeldWhole ? limits.pricedRequestBytes + gatheredBytes : gatheredBytes;
  const settled = Promise.withResolvers<void>();
  let gathered: Buffer[] = [];
  let bytes = 0;
  let isWhole = false;

  const gather = (chunk: Buffer): void => {
    copy.add(chunk, 0);
    gathered.push(chunk);
    bytes += chunk.length;
    if (bytes === wanted) return end();
    if (bytes >= most) request.pause();
    if (isHeldWhole && copy.cut) settled.resolve();
  };
  const end = (): void => {
    isWhole = true;
    settled.resolve();
  };
  request.on("data", gather);
  request.on("end", end);
  request.on("close", settled.resolve);
  // Whoever goes on sending it learns of a break by the stream that it took, and the exchange by the connection's end.
  request.on("error", settled.resolve);

  const letGo = (): readonly Buffer[] => {
    const parts = gathered;
    gathered = [];
    request.off("data", gather);
    return parts;
  };
  return {
    get isWhole() {
      return isWhole;
    },
    whole: settled.promise,
    take() {
      const parts = letGo();
      if (!isWhole) return rest(request, copy, parts, most);
      const [first] = parts;
      return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
    },
    drop() {
      letGo();
      request.resume();
    },
  };
}

/** What was gathered, and then what still comes. */
function rest(request: IncomingMessage, copy: BoundedCopy, parts: readonly Buffer[], most: number): Readable {
  let known = parts.length;
  const passing = new Transform({
    readableHighWaterMark: most,
    transform(chunk: Buffer, _encoding, done) {
      if (known > 0) known -= 1;
      else copy.add(chunk, 0);
      done(null, chunk);
    },
  });
  const stop = (): void => void passing.destroy(new Error("the program went away while it sent its request"));
  // Whoever reads it may be gone when the program is; the ending is told by the exchange.
  passing.on("error", () => {});
  request.on("error", stop);
  request.on("close", () => {
    if (!request.complete) stop();
  });
  // A reader that lost interest must not keep the connection from its next request: the rest is read and dropped.
  passing.on("close", () => {
    request.unpipe(passing);
    request.resume();
  });
  for (const part of parts) passing.write(part);
  if (request.destroyed && !request.complete) stop();
  else request.pipe(passing);
  return passing;
}
