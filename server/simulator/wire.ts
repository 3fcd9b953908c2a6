/** Reads requests off the wire and writes replies onto it; the only file here that knows HTTP's sockets. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { errorBody, errorPage, type ApiError, type Skin } from "./errors.ts";
import type { Pace, Reply } from "./exchange.ts";
import { pause, play } from "./stream.ts";

/** A larger body is refused with 413. */
export const bodyBytes = 16 * 1024 * 1024;

export interface RawRequest {
  /** Unix ms when it was whole. */
  readonly at: number;
  readonly method: string;
  /** Path with query, as it came. */
  readonly target: string;
  /** Name, value, name, value … as they came. */
  readonly rawHeaders: readonly string[];
  readonly header: (name: string) => string | undefined;
  /** Empty when it was too large. */
  readonly body: Buffer;
  readonly tooLarge: boolean;
}

/** The whole request, or null when the sender went away before its end. */
export async function readRequest(request: IncomingMessage, now: number): Promise<RawRequest | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  const whole = await new Promise<boolean>((resolve) => {
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      // The rest is read and dropped, so that the refusal reaches a sender who reads only after sending.
      if (size <= bodyBytes) chunks.push(chunk);
    });
    request.once("end", () => resolve(true));
    request.once("error", () => resolve(false));
    request.once("close", () => resolve(request.complete));
  });
  if (!whole) return null;
  const tooLarge = size > bodyBytes;
  return {
    at: now,
    method: request.method ?? "GET",
    target: request.url ?? "/",
    rawHeaders: request.rawHeaders,
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    body: tooLarge ? Buffer.alloc(0) : Buffer.concat(chunks),
    tooLarge,
  };
}

export interface ReplyFrame {
  readonly id: string;
  readonly skin: Skin;
  readonly isInference: boolean;
  readonly userId: string | null;
  readonly pace: Pace;
  readonly monotonic: () => number;
}

/** Writes the reply at its pace; resolves when it is written or the reader has gone. */
export async function sendReply(response: ServerResponse, reply: Reply, frame: ReplyFrame): Promise<void> {
  for (const [name, value] of Object.entries(openHeaders)) response.setHeader(name, value);
  if (frame.isInference) response.setHeader("X-Generation-Id", frame.id);
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  switch (reply.kind) {
    case "json":
      await waitFor(response, reply.afterMs ?? 0);
      return send(response, reply.status, "application/json", JSON.stringify(reply.body));
    case "bytes":
      response.writeHead(200, { "content-type": reply.type, "content-length": reply.bytes.length });
      response.end(reply.bytes);
      return undefined;
    case "text":
      return send(response, reply.status, reply.type, reply.text);
    case "refusal":
      return sendError(response, reply.error, frame);
    case "stream":
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
      response.flushHeaders();
      return play(response, reply.script, frame);
  }
}

const openHeaders = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "X-Generation-Id,X-Provider-Name,cf-ray",
} as const;

/** The answer to a browser that asks before a call from another origin. */
export function sendPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    ...openHeaders,
    "access-control-allow-methods": "GET, POST, PATCH, DELETE, OPTIONS",
    "access-control-allow-headers":
      "Authorization, Content-Type, HTTP-Referer, X-Title, X-OpenRouter-Title, X-OpenRouter-Categories, X-OpenRouter-Metadata, X-OpenRouter-Cache, X-OpenRouter-Cache-TTL, X-OpenRouter-Cache-Clear, x-session-id, x-api-key",
    "access-control-max-age": "86400",
  });
  response.end();
}

function sendError(response: ServerResponse, error: ApiError, frame: ReplyFrame): void {
  for (const [name, value] of Object.entries(error.headers ?? {})) response.setHeader(name, value);
  if (error.page) return send(response, error.status, "text/html", errorPage(error.status));
  const body = errorBody(error, frame.skin, frame.userId, frame.id);
  send(response, error.disguised ? 200 : error.status, "application/json", JSON.stringify(body));
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}

async function waitFor(response: ServerResponse, forMs: number): Promise<void> {
  if (forMs <= 0) return;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  await pause(forMs, gone.signal);
}
