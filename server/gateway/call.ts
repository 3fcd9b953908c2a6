/** One request of a program from its arrival to its settled row: judged, recorded, relayed, priced. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { limits } from "../../contract/limits.ts";
import type { CallId } from "../../contract/ids.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { newId } from "../new-id.ts";
import type { CallChange, CallRow, CallStore, Recording } from "../store/call-store.ts";
import { jsonObject } from "../wire-json.ts";
import type { BoundedCopy, RecordingRoom } from "./bounded-copy.ts";
import { createCallLog } from "./call-log.ts";
import { decodeWhole } from "../content-coding.ts";
import { errorReply } from "./envelope.ts";
import { answer, exchange, requestCopyFor, responseCopyFor, tapBody } from "./exchange.ts";
import type { GatewayRun } from "./gateway.ts";
import { forRecording, headerValues, headerWord, type RawHeaders } from "./headers.ts";
import { judge, type Verdict } from "./policy.ts";
import { clean, nothingYet } from "./reply-meaning.ts";
import { createReplyReader, type ReplyReader } from "./reply-reader.ts";
import { settle, type Ending } from "./settle.ts";

export interface CallParts {
  readonly calls: CallStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly room: RecordingRoom;
  readonly run: GatewayRun;
}

export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly gone: AbortSignal;
  /** 1 for the run's first call. */
  readonly number: number;
  /** Monotonic time of the run's first call. */
  readonly firstAt: number;
  /** The program waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
}

/** A small body is waited for this long before the request is sent on, so that the row can name the model from the start. */
const bodyWaitMs = 10;
const pathLength = 2_000;

/** Resolves when the call's row is settled. Never rejects. */
export async function handleCall(parts: CallParts, arrival: Arrival): Promise<void> {
  const { clock, room, run } = parts;
  const { request, response } = arrival;
  const verdict = judgeCall(arrival);
  const requestCopy = requestCopyFor(room);
  const responseCopy = responseCopyFor(room);
  const arrivedAt = clock.monotonic();
  const row = firstRow(parts, arrival, arrivedAt);

  if (verdict.allowed && arrival.expectsContinue) response.writeContinue();
  const { body, whole } = verdict.allowed ? tapBody(request, requestCopy) : { body: null, whole: null };
  if (body !== null && whole !== null) await Promise.race([whole, setTimeout(bodyWaitMs)]);
  const asked = askedReader(request.rawHeaders, requestCopy);
  const calls = createCallLog({ ...parts, changed: run.changed }, { ...row, ...asked() });
  await calls.open();

  const sentAt = clock.monotonic();
  const sinceSent = (): number => clock.monotonic() - sentAt;
  let status: number | null = null;
  let replyHeaders: RawHeaders = [];
  let reader: ReplyReader | null = null;
  const steps = {
    sinceSent,
    requestCopy,
    replied: (reply: { readonly status: number; readonly rawHeaders: RawHeaders }) => {
      ({ status } = reply);
      replyHeaders = reply.rawHeaders;
      reader = createReplyReader(replyHeaders, responseCopy);
    },
    chunk: (chunk: Buffer) => {
      const atMs = sinceSent();
      if (responseCopy.seenBytes === 0 && status !== null && status < 400)
        calls.change({ ...asked(), state: "streaming", status, stream: reader?.stream ?? false });
      responseCopy.add(chunk, atMs);
      reader?.feed(chunk, atMs);
    },
  };

  const ending = await endingOf(parts, arrival, verdict, body, steps);
  const durationMs = sinceSent();
  const read = reader as ReplyReader | null;
  const meaning = (await read?.finish()) ?? nothingYet();
  const costs = verdict.allowed && verdict.costs;
  const outcome = settle({ ending, status, meaning, costs, ended: read?.ended ?? false });
  const asks = asked();
  await calls.close(
    {
      ...asks,
      state: outcome.state,
      status,
      stream: (read?.stream ?? false) || asks.stream === true,
      model: meaning.model ?? asks.model ?? null,
      provider: meaning.provider,
      promptTokens: meaning.promptTokens,
      completionTokens: meaning.completionTokens,
      costText: outcome.costText,
      costPicoUsd: outcome.costPicoUsd,
      ttftMs: status !== null && status < 400 ? (read?.firstContentMs ?? null) : null,
      durationMs,
      generationId: generationIdOf(replyHeaders) ?? meaning.generationId,
      finishReason: meaning.finishReason,
      errorCode: outcome.error?.code ?? null,
      errorMessage: outcome.error?.message ?? null,
      responseBytes: responseCopy.seenBytes,
      recordingCut: requestCopy.cut || responseCopy.cut,
    },
    {
      requestHeaders: forRecording(request.rawHeaders),
      requestBody: requestCopy.bytes(),
      responseHeaders: forRecording(replyHeaders),
      responseBody: responseCopy.bytes(),
      arrivals: responseCopy.arrivals,
    } satisfies Recording,
  );
  requestCopy.release();
  responseCopy.release();
  parts.log.info(
    {
      callId: row.id,
      runId: row.runId,
      status,
      state: outcome.state,
      durationMs,
      bytes: responseCopy.seenBytes,
    },
    "call ended",
  );
}

type Steps = Parameters<typeof exchange>[4];

async function endingOf(
  parts: CallParts,
  arrival: Arrival,
  verdict: Verdict,
  body: Parameters<typeof exchange>[3],
  steps: Steps,
): Promise<Ending> {
  if (!verdict.allowed) {
    // A program that was not told to go on may or may not send its body: the connection can't be used again.
    if (arrival.expectsContinue) arrival.response.shouldKeepAlive = false;
    answer(arrival, errorReply(verdict.status, verdict.message), steps);
    return { kind: "refused", message: verdict.message };
  }
  try {
    return await exchange(arrival, parts.run.upstream, verdict.withKey, body, steps);
  } catch (error) {
    parts.log.error({ err: error, runId: parts.run.runId }, "a call failed inside the gateway");
    answer(
      arrival,
      errorReply(500, "The gateway of this IDE failed; the server's log has the cause."),
      steps,
    );
    arrival.request.socket.destroy();
    return { kind: "broken", message: "The gateway failed; the server's log has the cause." };
  }
}

function judgeCall({ request, number }: Arrival): Verdict {
  if (number > limits.callsPerRun)
    return {
      allowed: false,
      status: 429,
      message: `A run may make ${limits.callsPerRun} calls; this one has.`,
    };
  return judge({ method: request.method ?? "", target: request.url ?? "", rawHeaders: request.rawHeaders });
}

function firstRow(
  { clock, run }: CallParts,
  { request, number, firstAt }: Arrival,
  arrivedAt: number,
): CallRow {
  const now = clock.now();
  return {
    id: newId<CallId>(now),
    runId: run.runId,
    ownerId: run.ownerId,
    number,
    state: "open",
    method: clean(request.method ?? "", 40),
    path: clean(request.url ?? "", pathLength),
    model: null,
    provider: null,
    status: null,
    stream: false,
    promptTokens: null,
    completionTokens: null,
    costPicoUsd: null,
    costText: null,
    ttftMs: null,
    durationMs: null,
    startedAt: now,
    startMs: arrivedAt - firstAt,
    generationId: null,
    finishReason: null,
    errorCode: null,
    errorMessage: null,
    requestBytes: 0,
    responseBytes: 0,
    recordingCut: false,
    simulated: run.upstream.simulated,
  };
}

/** The model asked for, and whether a stream was: read again only when more of the body has come. */
function askedReader(headers: RawHeaders, copy: BoundedCopy): () => CallChange {
  let readBytes = 0;
  let asked: Pick<CallChange, "model" | "stream"> = {};
  return () => {
    if (copy.seenBytes !== readBytes && !copy.cut) {
      readBytes = copy.seenBytes;
      const encoding = headerWord(headers, "content-encoding");
      const decoded = decodeWhole(copy.bytes(), encoding, limits.recordedRequestBytes);
      const body = decoded === null ? null : jsonObject(Buffer.from(decoded).toString("utf8"));
      const model = body?.["model"];
      asked = {
        ...(typeof model === "string" ? { model: clean(model, limits.modelIdLength) } : {}),
        stream: body?.["stream"] === true,
      };
    }
    return { ...asked, requestBytes: copy.seenBytes };
  };
}

function generationIdOf(headers: RawHeaders): string | null {
  const [id] = headerValues(headers, "x-generation-id");
  return id === undefined || id.trim() === "" ? null : clean(id.trim(), 200);
}
