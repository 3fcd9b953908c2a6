/** Answers of the gateway's own, in the envelope that OpenRouter uses for errors, so that every client's error handling works. */
import { STATUS_CODES } from "node:http";

export interface OwnReply {
  readonly status: number;
  readonly statusText: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** OpenRouter's `error_type` for the statuses that the gateway gives (reference/openrouter-api.md, 2.12). */
const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request",
  401: "authentication",
  403: "permission_denied",
  429: "rate_limit_exceeded",
  500: "server",
  502: "provider_unavailable",
  503: "provider_unavailable",
  504: "timeout",
};

export function errorReply(status: number, message: string): OwnReply {
  const type = errorTypes[status];
  const metadata = type === undefined ? {} : { metadata: { error_type: type } };
  const body = Buffer.from(JSON.stringify({ error: { code: status, message, ...metadata } }));
  return {
    status,
    statusText: STATUS_CODES[status] ?? "",
    rawHeaders: ["Content-Type", "application/json", "Content-Length", String(body.length)],
    body,
  };
}

/** The same as bytes for a connection that has no response object: it is closed afterwards. */
export function errorBytes(status: number, message: string): Buffer {
  const reply = errorReply(status, message);
  const head =
    `HTTP/1.1 ${reply.status} ${reply.statusText}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${reply.body.length}\r\nConnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), reply.body]);
}
