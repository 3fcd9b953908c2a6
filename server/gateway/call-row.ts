/** A call's row as it begins, and what its request tells of it. */
import type { CallId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../clock.ts";
import { decodeWhole, textOf } from "../content-coding.ts";
import { newId } from "../new-id.ts";
import type { CallChange, CallRow } from "../store/call-store.ts";
import { jsonObject } from "../wire-json.ts";
import type { BoundedCopy } from "./bounded-copy.ts";
import type { GatewayRun } from "./gateway.ts";
import { headerValues, headerWord, type RawHeaders } from "./headers.ts";
import { clean } from "./reply-meaning.ts";

const pathLength = 2_000;

export function firstRow(
  { clock, run }: { readonly clock: Clock; readonly run: GatewayRun },
  request: { readonly method?: string | undefined; readonly url?: string | undefined },
  number: number,
  startMs: number,
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
    queuedMs: null,
    ttftMs: null,
    durationMs: null,
    startedAt: now,
    startMs,
    generationId: null,
    finishReason: null,
    errorCode: null,
    errorMessage: null,
    requestBytes: 0,
    responseBytes: 0,
    recordingCut: false,
    simulated: run.upstream.simulated,
    reservedPicoUsd: null,
    repeats: 0,
    sentFrom: null,
    retryOf: null,
    resendOf: run.resend?.of ?? null,
    resendKey: run.resend?.key ?? null,
    bill: null,
  };
}

/** The request's body without its coding; null when it is cut or can't be read. */
export function wholeBody(headers: RawHeaders, copy: BoundedCopy): Uint8Array | null {
  if (copy.cut) return null;
  return decodeWhole(copy.bytes(), headerWord(headers, "content-encoding"), limits.pricedRequestBytes);
}

/** The model asked for, and whether a stream was: read again only when more of the body has come. */
export function askedReader(headers: RawHeaders, copy: BoundedCopy): () => CallChange {
  let readBytes = 0;
  let asked: Pick<CallChange, "model" | "stream"> = {};
  return () => {
    if (copy.seenBytes !== readBytes && !copy.cut) {
      readBytes = copy.seenBytes;
      const decoded = wholeBody(headers, copy);
      const isForm = headerWord(headers, "content-type").startsWith("multipart/form-data");
      const body = decoded === null || isForm ? null : jsonObject(textOf(decoded));
      const model = decoded !== null && isForm ? formModel(decoded) : body?.["model"];
      asked = {
        ...(typeof model === "string" ? { model: clean(model, limits.modelIdLength) } : {}),
        stream: body?.["stream"] === true,
      };
    }
    return { ...asked, requestBytes: copy.seenBytes };
  };
}

/** The field of a multipart form; others, and files, are not looked at. */
function formModel(body: Uint8Array): string | undefined {
  const text = Buffer.from(body).toString("latin1");
  return /\bname="?model"?[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]{1,400})\r\n--/i.exec(text)?.[1];
}

export function generationIdOf(headers: RawHeaders): string | null {
  const [id] = headerValues(headers, "x-generation-id");
  return id === undefined || id.trim() === "" ? null : clean(id.trim(), 200);
}
