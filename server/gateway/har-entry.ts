/** A call as an entry of a HAR 1.2 log (http://www.softwareishard.com/blog/har-12-spec/), with what HAR has no word for beside it. Pure. */
import { STATUS_CODES } from "node:http";
import type { Call, CallRecord, StreamEvent } from "../../contract/calls.ts";
import { decodeWhole, isPlain } from "../content-coding.ts";
import type { CallRow, Recording } from "../store/call-store.ts";
import { toCallRecord } from "./call-view.ts";
import { headerWord } from "./headers.ts";

const origin = "https://openrouter.ai";
const httpVersion = "HTTP/1.1";
/** Only programs' placeholders are recorded; a key that a program wrote into a body is its own, and not for sharing. */
const anyKey = /sk-or-v1-[0-9A-Za-z_-]{8,}/g;
const masked = (key: string): string => `sk-or-v1-${"*".repeat(key.length - 9)}`;

/** The JSON of one entry. `page` is the id of the log's page that it belongs to. */
export function harEntry(row: CallRow, recording: Recording | null, page: string): string {
  const record = toCallRecord(row, recording);
  const { call, events, bill } = record;
  const timings = timingsOf(call, recording);
  const entry = {
    pageref: page,
    startedDateTime: call.startedAt,
    time: Math.max(0, timings.blocked) + timings.send + timings.wait + timings.receive,
    request: requestOf(record, recording),
    response: responseOf(record, recording),
    cache: {},
    timings,
    ...(call.error === null ? {} : { comment: call.error.message }),
    _resourceType: "fetch",
    // As Chrome writes and reads them: its view of event streams shows these.
    ...(events.length === 0 ? {} : { _eventSourceMessages: eventSourceMessages(events, row.startedAt) }),
    _events: events,
    _openrouter: { ...call, bill },
  };
  return JSON.stringify(entry).replace(anyKey, masked);
}

/** Of a call that goes on nothing is known yet but when it began. */
function timingsOf({ queuedMs, durationMs }: Call, recording: Recording | null) {
  const firstByteMs = recording?.arrivals[0]?.[1] ?? durationMs ?? 0;
  const wait = Math.min(firstByteMs, durationMs ?? 0);
  const receive = (durationMs ?? 0) - wait;
  return { blocked: queuedMs ?? -1, dns: -1, connect: -1, ssl: -1, send: 0, wait, receive };
}

type Headers = CallRecord["request"]["headers"];

const named = (headers: Headers): { readonly name: string; readonly value: string }[] =>
  headers.map(([name, value]) => ({ name, value }));

function requestOf({ call, request }: CallRecord, recording: Recording | null) {
  const query = call.path.split("?").slice(1).join("?");
  const mimeType = headerWord(request.headers.flat(), "content-type");
  const body = recording?.requestBody ?? new Uint8Array();
  return {
    method: call.method,
    url: origin + call.path,
    httpVersion,
    cookies: [],
    headers: named(request.headers),
    queryString: [...new URLSearchParams(query)].map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: call.requestBytes,
    ...(body.length === 0
      ? {}
      : {
          postData: request.isText
            ? { mimeType, text: request.text, ...cutWords(request, body, call.requestBytes) }
            : // HAR has text only here.
              { mimeType, text: "", comment: request.text, _base64: Buffer.from(body).toString("base64") },
        }),
  };
}

function responseOf({ call, response }: CallRecord, recording: Recording | null) {
  const words = response.headers.flat();
  const body = recording?.responseBody ?? new Uint8Array();
  const { status } = call;
  return {
    status: status ?? 0,
    statusText: status === null ? "" : (STATUS_CODES[status] ?? ""),
    httpVersion,
    cookies: [],
    headers: named(response.headers),
    content: {
      ...contentOf(response, body, headerWord(words, "content-encoding")),
      mimeType: headerWord(words, "content-type") || "x-unknown",
      ...cutWords(response, body, call.responseBytes),
    },
    redirectURL: response.headers.find(([name]) => /^location$/i.test(name))?.[1] ?? "",
    headersSize: -1,
    bodySize: call.responseBytes,
    ...(status === null && call.error !== null ? { _error: call.error.message } : {}),
  };
}

function contentOf({ text, isText }: CallRecord["response"], body: Uint8Array, coding: string) {
  // What can't be undone is kept as it came.
  const bytes = decodeWhole(body, coding, largest) ?? body;
  const content = isText
    ? { size: Buffer.byteLength(text), text }
    : { size: bytes.length, text: Buffer.from(bytes).toString("base64"), encoding: "base64" };
  return { ...content, ...(isPlain(coding) ? {} : { compression: content.size - body.length }) };
}

/** Decoded, of what was recorded. */
const largest = 64 * 2 ** 20;

function cutWords({ cut }: { readonly cut: boolean }, body: Uint8Array, bytes: number) {
  return cut ? { comment: `The recording is cut: ${body.length} of ${bytes} bytes were kept.` } : {};
}

/** Chrome's are seconds since 1970. A name stands before its data; without one it is a "message". */
function eventSourceMessages(events: readonly StreamEvent[], startedAt: number) {
  let eventName = "message";
  return events.flatMap(({ kind, text, atMs }) => {
    if (kind === "event") eventName = text;
    if (kind === "event" || kind === "comment") return [];
    const message = { time: (startedAt + atMs) / 1000, eventName, eventId: "", data: text };
    eventName = "message";
    return [message];
  });
}
