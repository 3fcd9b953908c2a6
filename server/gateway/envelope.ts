/** Answers of the gateway's own, in the envelope that OpenRouter uses for errors, so that every client's error handling works. */
import { STATUS_CODES } from "node:http";

export type Surface = "chat" | "responses" | "messages";

/** In whose shape errors are expected by who calls that path. */
export function surfaceOf(path: string): Surface {
  if (path === "/api/v1/responses") return "responses";
  return path === "/api/v1/messages" ? "messages" : "chat";
}

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
  402: "payment_required",
  403: "permission_denied",
  413: "payload_too_large",
  429: "rate_limit_exceeded",
  500: "server",
  502: "provider_unavailable",
  503: "provider_unavailable",
  504: "timeout",
};

export function errorReply(status: number, message: string, surface: Surface = "chat"): OwnReply {
  const body = Buffer.from(JSON.stringify(shapes[surface](status, message, errorTypes[status] ?? null)));
  return {
    status,
    statusText: STATUS_CODES[status] ?? "",
    rawHeaders: ["Content-Type", "application/json", "Content-Length", String(body.length)],
    body,
  };
}

type Shape = (status: number, message: string, type: string | null) => object;

const shapes: Readonly<Record<Surface, Shape>> = {
  chat: (code, message, type) => ({
    error: { code, message, ...(type === null ? {} : { metadata: { error_type: type } }) },
  }),
  // Section 3.2: of these statuses only one has a code of its own there.
  responses: (status, message, type) => ({
    id: null,
    object: "response",
    status: "failed",
    error: { code: status === 429 ? "rate_limit_exceeded" : "server_error", message },
    ...(type === null ? {} : { error_type: type }),
  }),
  messages: (status, message, type) => ({
    type: "error",
    error: {
      type: messageTypes[status] ?? "api_error",
      message,
      ...(type === null ? {} : { error_type: type }),
    },
    request_id: null,
  }),
};

/** Section 3.3. */
const messageTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  413: "invalid_request_error",
  429: "rate_limit_error",
  504: "timeout_error",
};

/** The same as bytes for a connection that has no response object: it is closed afterwards. */
export function errorBytes(status: number, message: string): Buffer {
  const reply = errorReply(status, message);
  const head =
    `HTTP/1.1 ${reply.status} ${reply.statusText}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${reply.body.length}\r\nConnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), reply.body]);
}
