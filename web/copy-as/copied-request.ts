/** What of a recorded call another program has to send to send the same; or why that can't be told. Pure. */
import type { CallRecord } from "../../contract/calls.ts";
import { readJson, type Json } from "./json-tree.ts";

export interface CopiedRequest {
  readonly method: string;
  /** With the query: "/api/v1/chat/completions". */
  readonly path: string;
  readonly url: string;
  /** Without the credential, which is named by a variable, and without what each client sets for itself. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Exactly as it was sent (but for its compression); null: none. */
  readonly body: string | null;
  /** The same as a tree, where it says that it is JSON, and is. */
  readonly json: Json | null;
  readonly stream: boolean;
  /** The reply was no text: it belongs in a file. */
  readonly savesReply: boolean;
}

export type Copied<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

export const cannot = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });

export const origin = "https://openrouter.ai";

/** Each client has its own, or they tell how one connection carried one body. */
const clientsOwn =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-length|content-encoding|accept-encoding|user-agent|proxy-.*|authorization|x-api-key|api-key|cookie|x-stainless-.*)$/i;

export function copiedRequest({ call, request, response }: CallRecord): Copied<CopiedRequest> {
  const { method, path } = call;
  if (!/^\/[\x21-\x7e]*$/.test(path)) return cannot("Its address is not one that a client would send.");
  if (request.cut) return cannot("Its request was larger than what is recorded, so it can't be sent again.");
  if (!request.isText) return cannot("Its body is no text, so no program text can hold it.");
  if (request.text.includes("\0"))
    return cannot("Its body holds NUL characters, which no command line takes.");
  const body = request.text === "" ? null : request.text;
  const headers = merged(
    request.headers.filter(
      ([name, value]) => !clientsOwn.test(name) && !(/^accept$/i.test(name) && value === "*/*"),
    ),
  );
  const isJson = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(headerOf(headers, "content-type") ?? "");
  return {
    ok: true,
    value: {
      method,
      path,
      url: origin + path,
      headers,
      body,
      json: body !== null && isJson ? readJson(body) : null,
      stream: call.stream,
      savesReply: /^(?:audio|image|video)\//i.test(headerOf(response.headers, "content-type") ?? ""),
    },
  };
}

export function headerOf(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  return headers.find(([own]) => own.toLowerCase() === name)?.[1];
}

/** A header that was sent twice is one list (RFC 9110, 5.3): no client's table of headers holds a name twice. */
function merged(headers: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  const found = new Map<string, [string, string]>();
  for (const [name, value] of headers) {
    const known = found.get(name.toLowerCase());
    if (known === undefined) found.set(name.toLowerCase(), [name, value]);
    else known[1] = `${known[1]}, ${value}`;
  }
  return [...found.values()];
}

/** Headers that a body written as JSON brings along by itself. */
export const withoutPlainJson = (headers: CopiedRequest["headers"]): readonly (readonly [string, string])[] =>
  headers.filter(
    ([name, value]) => !(/^content-type$/i.test(name) && value.trim().toLowerCase() === "application/json"),
  );
