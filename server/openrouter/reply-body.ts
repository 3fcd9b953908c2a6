/** A reply's body on its way to whoever reads it: each piece at once and without a stream in between, the key masked in it. */
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Transform } from "node:stream";
import { decoderFor, encodingOf } from "../content-coding.ts";
import { createCodedGuard } from "./coded-guard.ts";
import { createRedaction } from "./redact-key.ts";
import type { BodyReader, ReplyBody } from "./upstream.ts";

/** `secret`: what must not pass; null: nothing. `idleMs`: so long a silence is borne. */
export function createReplyBody(
  outgoing: ClientRequest,
  incoming: IncomingMessage,
  secret: string | null,
  idleMs: number,
): ReplyBody {
  const redaction = secret === null ? null : createRedaction(secret);
  const guard = secret === null ? null : guardFor(secret, incoming);
  const source = guard ?? incoming;
  let reader: BodyReader | null = null;
  let isOver = false;
  let broke: string | null = null;
  let isPaused = false;
  let isSilent = false;
  let arrived: Buffer[] = [];

  const breakOff = (message: string): void => {
    if (isOver) return;
    broke = message;
    if (reader === null) return;
    isOver = true;
    reader.broken(message);
  };
  const handOn = (bytes: Buffer): void => {
    if (bytes.length > 0 && !isOver) reader?.chunk(bytes);
  };
  const flush = (): void => {
    if (arrived.length === 0 || isOver) return;
    const [first] = arrived;
    const bytes = arrived.length === 1 && first !== undefined ? first : Buffer.concat(arrived);
    arrived = [];
    handOn(redaction === null ? bytes : redaction.next(bytes));
  };
  const finish = (): void => {
    flush();
    if (redaction !== null) handOn(redaction.rest());
    if (isOver) return;
    isOver = true;
    reader?.end();
  };

  outgoing.setTimeout(idleMs);
  outgoing.on("timeout", () => {
    // A reader that is behind is no fault of the upstream's, and gets the same time again.
    isSilent = !isPaused;
    if (isSilent) incoming.destroy(new Error("silent"));
    else outgoing.setTimeout(idleMs);
  });
  // The error that follows a break has only Node's words.
  incoming.on("error", () => {});
  incoming.on("close", () => {
    if (incoming.complete) return;
    breakOff(isSilent ? `OpenRouter sent nothing for ${idleMs / 1000} s.` : "OpenRouter's reply broke off.");
    guard?.destroy();
  });
  guard?.on("error", (error) => {
    breakOff(error.message);
    incoming.destroy();
  });

  return {
    read(by) {
      reader = by;
      // One read of the connection may bring many chunks: they go on together, in the same turn.
      source.on("data", (chunk: Buffer) => {
        if (arrived.push(chunk) === 1) process.nextTick(flush);
      });
      source.on("end", finish);
      if (guard !== null) incoming.pipe(guard);
      if (broke !== null) process.nextTick(breakOff, broke);
    },
    pause() {
      isPaused = true;
      source.pause();
    },
    resume() {
      isPaused = false;
      source.resume();
    },
    drop() {
      isOver = true;
      arrived = [];
      guard?.destroy();
      if (!incoming.readableEnded) incoming.destroy();
    },
  };
}

function guardFor(secret: string, { rawHeaders }: IncomingMessage): Transform | null {
  const decoder = decoderFor(encodingOf(rawHeaders));
  return decoder === null ? null : createCodedGuard(secret, decoder);
}

/** All of it; null when it breaks off or is more than `maxBytes`. */
export function gather(body: ReplyBody, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.read({
      chunk(bytes) {
        size += bytes.length;
        chunks.push(bytes);
        if (size <= maxBytes) return;
        body.drop();
        resolve(null);
      },
      end: () => resolve(Buffer.concat(chunks)),
      broken: () => resolve(null),
    });
  });
}
