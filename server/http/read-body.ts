/** Reads a request's JSON body, counting the bytes that really come: a length header is a claim, and chunks have none. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { limits } from "../../contract/limits.ts";
import { done, refused, type Result } from "../../contract/failures.ts";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `undefined` when there is no body. */
export async function readJson(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<Result<unknown>> {
  const most = limits.requestBodyBytes;
  if (Number(incoming.headers["content-length"] ?? 0) > most) return refused({ code: "too-large" });
  if (incoming.headers.expect?.toLowerCase() === "100-continue") outgoing.writeContinue();
  const bytes = await readBytes(incoming, most);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === 0) return done(undefined);
  try {
    return done(JSON.parse(strictUtf8.decode(bytes.value)) as unknown);
  } catch {
    return refused({ code: "bad-request", says: "The body is not JSON in UTF-8.", hint: "Send valid JSON." });
  }
}

async function readBytes(incoming: IncomingMessage, most: number): Promise<Result<Buffer>> {
  // Mostly the body came with the head, and waits here whole.
  if (incoming.complete && !incoming.destroyed) {
    const whole = (incoming.read() as Buffer | null) ?? Buffer.alloc(0);
    return whole.length > most ? refused({ code: "too-large" }) : done(whole);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Leaving the loop early must not destroy the socket: the refusal still has to go out on it.
    for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) return refused({ code: "too-large" });
      chunks.push(chunk);
    }
  } catch {
    return refused({ code: "bad-request", says: "The body broke off.", hint: "Send it again." });
  }
  return done(Buffer.concat(chunks, size));
}
