/** Turns a call's row and recording into what page and report show: bodies as text, events with their times, the answer put together. */
import type { Attribution, Bill, Call, CallRecord, SourcePlace } from "../../contract/calls.ts";
import { limits } from "../../contract/limits.ts";
import { instant } from "../clock.ts";
import { usdText } from "../money.ts";
import type { CallRow, ListedCall, Recording } from "../store/call-store.ts";
import { plainDecimal } from "../wire-json.ts";
import { answerOf } from "./answer.ts";
import { decodeWhole, isPlain } from "../content-coding.ts";
import { createEventStreamReader, type StreamPiece } from "./event-stream.ts";
import { headerWord } from "./headers.ts";

export function toCall(row: ListedCall): Call {
  return {
    id: row.id,
    runId: row.runId,
    number: row.number,
    state: row.state,
    method: row.method,
    path: row.path,
    model: row.model,
    provider: row.provider,
    status: row.status,
    stream: row.stream,
    promptTokens: row.promptTokens,
    completionTokens: row.completionTokens,
    costUsd: row.costText === null ? null : plainDecimal(row.costText),
    queuedMs: row.queuedMs,
    ttftMs: row.ttftMs,
    durationMs: row.durationMs,
    startedAt: instant(row.startedAt),
    startMs: row.startMs,
    generationId: row.generationId,
    finishReason: row.finishReason,
    error: row.errorMessage === null ? null : { code: row.errorCode ?? "error", message: row.errorMessage },
    requestBytes: row.requestBytes,
    responseBytes: row.responseBytes,
    recording: row.recordingCut ? "cut" : "whole",
    simulated: row.simulated,
    repeats: row.repeats,
    reservedUsd: row.reservedPicoUsd === null ? null : usdText(row.reservedPicoUsd),
    attribution: attributionOf(row),
    // JSON that the gateway wrote by this version's schema or an earlier one's.
    sentFrom: row.sentFrom === null ? null : (JSON.parse(row.sentFrom) as SourcePlace[]),
    retryOf: row.retryOf,
    resendOf: row.resendOf,
  };
}

function attributionOf({ sentFrom, state }: ListedCall): Attribution {
  if (sentFrom !== null) return "told";
  return state === "open" || state === "streaming" ? "awaited" : "untold";
}

/** `recording` is null while the call goes on, and when it could not be stored. */
export function toCallRecord(row: CallRow, recording: Recording | null): CallRecord {
  const call = toCall(row);
  // JSON that the gateway wrote by this version's schema or an earlier one's.
  const bill = row.bill === null ? null : (JSON.parse(row.bill) as Bill);
  if (recording === null) {
    const nothing = { headers: [], text: "", isText: true, cut: row.recordingCut };
    return { call, request: nothing, response: nothing, events: [], answer: null, bill };
  }
  const request = readBody(recording.requestHeaders, recording.requestBody);
  const response = readBody(recording.responseHeaders, recording.responseBody);
  const isStream = contentType(recording.responseHeaders) === "text/event-stream";
  const pieces = isStream && response.bytes !== null ? readEvents(recording, response.bytes) : [];
  return {
    call,
    request: {
      headers: recording.requestHeaders.map(([name, value]) => [name, value]),
      text: request.text,
      isText: request.bytes !== null,
      cut: row.requestBytes > recording.requestBody.length,
    },
    response: {
      headers: recording.responseHeaders.map(([name, value]) => [name, value]),
      text: response.text,
      isText: response.bytes !== null,
      cut: row.responseBytes > recording.responseBody.length,
    },
    events: pieces.flatMap(({ piece, atMs }) => toEvents(piece, atMs)),
    answer: answerOf(isStream ? pieces.map(({ piece }) => piece.text) : [response.text]),
    bill,
  };
}

interface DatedPiece {
  readonly piece: StreamPiece;
  readonly atMs: number;
}

/** Each event is dated with the chunk that completed it; of a compressed stream only the last arrival is known for sure. */
function readEvents(recording: Recording, bytes: Uint8Array): readonly DatedPiece[] {
  const reader = createEventStreamReader(limits.recordedResponseBytes);
  const lastMs = recording.arrivals.at(-1)?.[1] ?? 0;
  const asItCame = bytes === recording.responseBody;
  const pieces: DatedPiece[] = [];
  let start = 0;
  for (const [end, atMs] of asItCame ? recording.arrivals : [[bytes.length, lastMs] as const]) {
    for (const piece of reader.feed(bytes.subarray(start, end))) pieces.push({ piece, atMs });
    start = end;
  }
  for (const piece of reader.end()) pieces.push({ piece, atMs: lastMs });
  return pieces;
}

/** An event with a name becomes two entries: the name as `event`, then its data. `[DONE]` is the `end`. */
function toEvents(piece: StreamPiece, atMs: number): CallRecord["events"] {
  if (piece.kind === "comment") return [{ atMs, kind: "comment", text: piece.text }];
  if (piece.name === null && piece.text === "[DONE]") return [{ atMs, kind: "end", text: piece.text }];
  const data = { atMs, kind: "data" as const, text: piece.text };
  return piece.name === null ? [data] : [{ atMs, kind: "event", text: piece.name }, data];
}

type Pairs = Recording["requestHeaders"];

const contentType = (headers: Pairs): string =>
  headerWord(headers.flat(), "content-type").split(";", 1)[0]?.trim() ?? "";

/** A body as text; a sentence in brackets stands where text can't. `bytes` are the decoded ones, null then. */
function readBody(
  headers: Pairs,
  body: Uint8Array,
): { readonly text: string; readonly bytes: Uint8Array | null } {
  if (body.length === 0) return { text: "", bytes: body };
  const encoding = headerWord(headers.flat(), "content-encoding");
  const bytes = decodeWhole(body, encoding, limits.recordedResponseBytes);
  if (bytes === null)
    return {
      text: `[${body.length} bytes, encoded as "${encoding}", that can't be shown as text]`,
      bytes: null,
    };
  const type = contentType(headers);
  if (/^(?:image|audio|video|font)\/|octet-stream/.test(type) || !isText(bytes)) {
    const decoded = isPlain(encoding) ? "" : ", decoded";
    return {
      text: `[${bytes.length} bytes of ${type === "" ? "binary data" : type}${decoded}]`,
      bytes: null,
    };
  }
  return { text: Buffer.from(bytes).toString("utf8"), bytes };
}

/** A NUL, or a good part that is not UTF-8, tells binary data. A cut body may end inside a character. */
function isText(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 64 * 1024);
  if (sample.includes(0)) return false;
  const replaced = new TextDecoder().decode(sample).split("\ufffd").length - 1;
  return replaced * 20 <= sample.length;
}
