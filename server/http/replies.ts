/** Replies in the shapes that this server gives: JSON of the contract, failures as one record, and the headers that stand on everything. */
import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { failures, type FailureReply, type Refusal } from "../../contract/failures.ts";

/**
 * Scripts and workers only as own files, nothing from elsewhere. Styles keep 'unsafe-inline': Monaco makes style elements
 * that can carry no nonce.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  // The document for a stranger's HTML, which has a policy of its own; a frame can't be led anywhere else either.
  "frame-src 'self'",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()",
  // Addresses name runs and snippets, and the first one holds the token: no other site hears of them.
  "referrer-policy": "no-referrer",
};

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null;
}

export const toResponse = ({ status, headers, body }: Reply): Response =>
  new Response(body, { status, headers: { ...headers } });

/**
 * Answers with a reply. A text goes straight to its connection: a `Response`, and reading it back out of its stream, would
 * cost more than all else about it.
 */
export function send(reply: Reply, outgoing: ServerResponse): Response {
  const { status, headers, body } = reply;
  if (typeof body !== "string") return toResponse(reply);
  outgoing.statusCode = status;
  for (const name in headers) outgoing.setHeader(name, headers[name] ?? "");
  outgoing.setHeader("content-length", Buffer.byteLength(body));
  outgoing.end(body);
  return RESPONSE_ALREADY_SENT;
}

export const withCookie = (reply: Reply, cookie: string): Reply => ({
  ...reply,
  headers: { ...reply.headers, "set-cookie": cookie },
});

export const json = (value: unknown, status = 200): Reply => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  body: JSON.stringify(value),
});

export const html = (body: string, status = 200): Reply => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  body,
});

/** `location` is a path of this site, already escaped. */
export const seeOther = (location: string): Reply => ({
  status: 303,
  headers: { location, "cache-control": "no-store" },
  body: null,
});

export function failureReply(refusal: Refusal, requestId: string): FailureReply {
  const { says, hint } = failures[refusal.code];
  return {
    code: refusal.code,
    says: refusal.says ?? says,
    hint: refusal.hint ?? hint,
    ...(refusal.fields === undefined ? {} : { fields: refusal.fields.map((field) => ({ ...field })) }),
    requestId,
  };
}

export const failed = (refusal: Refusal, requestId: string): Reply =>
  json(failureReply(refusal, requestId), failures[refusal.code].status);
