/** The end of a call: what it cost and why, written with the row first; then the ledger, and who must ask about it later. */
import { limits } from "../../contract/limits.ts";
import type { CallChange, Recording } from "../store/call-store.ts";
import { billOf } from "./bill.ts";
import { tellsKeys } from "./allowed-paths.ts";
import type { CallParts, OpenedCall, RelayedCall } from "./call.ts";
import { generationIdOf } from "./call-row.ts";
import { isPlain } from "../content-coding.ts";
import { findListing } from "./find-listing.ts";
import { forRecording, headerWord, type RawHeaders } from "./headers.ts";
import { pathOf } from "./policy.ts";
import { nothingYet, type Meaning } from "./reply-meaning.ts";
import { settle, type Outcome } from "./settle.ts";

export async function closeCall(
  parts: CallParts,
  requestHeaders: RawHeaders,
  opened: OpenedCall,
  relayed: RelayedCall,
): Promise<void> {
  const { calls, requestCopy, row, held } = opened;
  const { responseCopy, reader } = relayed;
  const meaning = (await reader?.finish()) ?? nothingYet();
  const { ending, status } = relayed;
  const isSent = opened.costs && ending.kind !== "refused";
  const outcome = settle({ ending, status, meaning, costs: isSent, ended: reader?.ended ?? false });
  const change = {
    ...changeAtEnd(opened, relayed, meaning, outcome),
    bill: await billFor(parts, opened, meaning, outcome),
  };
  await calls.close(change, {
    requestHeaders: forRecording(requestHeaders),
    requestBody: requestCopy.bytes().subarray(0, limits.recordedRequestBytes),
    responseHeaders: forRecording(relayed.headers),
    responseBody: withoutKeys(row.path, relayed.headers, responseCopy.bytes()),
    arrivals: responseCopy.arrivals,
  } satisfies Recording);
  requestCopy.release();
  responseCopy.release();
  if (outcome.costPicoUsd !== null) held?.reservation.settle(outcome.costPicoUsd);
  else if (outcome.state !== "unknown") held?.reservation.settle(0n);
  else parts.run.money?.lookUp({ ...row, ...change }, held?.reservation ?? null, parts.run.changed);
  const { durationMs } = relayed;
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

function changeAtEnd(
  opened: OpenedCall,
  relayed: RelayedCall,
  meaning: Meaning,
  outcome: Outcome,
): CallChange {
  const { requestCopy, asked, repeats } = opened;
  const { status, reader, responseCopy } = relayed;
  const asks = asked();
  return {
    ...asks,
    state: outcome.state,
    status,
    stream: (reader?.stream ?? false) || asks.stream === true,
    model: meaning.model ?? asks.model ?? null,
    provider: meaning.provider,
    promptTokens: meaning.promptTokens,
    completionTokens: meaning.completionTokens,
    costText: outcome.costText,
    costPicoUsd: outcome.costPicoUsd,
    queuedMs: relayed.ending.kind === "refused" ? null : relayed.queuedMs,
    ttftMs: status !== null && status < 400 ? (reader?.firstContentMs ?? null) : null,
    durationMs: relayed.durationMs,
    generationId: generationIdOf(relayed.headers) ?? meaning.generationId,
    finishReason: meaning.finishReason,
    errorCode: outcome.error?.code ?? null,
    errorMessage: outcome.error?.message ?? null,
    responseBytes: responseCopy.seenBytes,
    recordingCut: requestCopy.cut || responseCopy.cut || requestCopy.seenBytes > limits.recordedRequestBytes,
    repeats: repeats()?.earlier ?? 0,
    ...opened.source.change(),
  };
}

/** The JSON of its bill; null for a call without a price. */
async function billFor(
  { run, log }: CallParts,
  { asked }: OpenedCall,
  meaning: Meaning,
  { costText, costPicoUsd }: Outcome,
): Promise<string | null> {
  if (costText === null || costPicoUsd === null) return null;
  const { usage, serviceTier } = meaning;
  const charge = { usage, serviceTier, costText, costPicoUsd, toldBy: "reply" as const };
  try {
    const listing = await findListing(run.money?.prices ?? null, meaning.model, asked().model ?? null);
    return JSON.stringify(billOf(charge, listing));
  } catch (error) {
    log.error({ err: error, runId: run.runId }, "prices could not be looked up");
    return JSON.stringify(billOf(charge, null));
  }
}

/** A login or a management key's call answers with a whole new key: it is the program's, and nothing for the database. */
function withoutKeys(path: string, headers: RawHeaders, body: Uint8Array): Uint8Array {
  if (!tellsKeys(pathOf(path))) return body;
  if (!isPlain(headerWord(headers, "content-encoding"))) return new Uint8Array();
  const text = Buffer.from(body).toString("latin1");
  return Buffer.from(
    text.replace(
      /(sk-or-v1-)([0-9a-f]+)/g,
      (_, start: string, rest: string) => start + "*".repeat(rest.length),
    ),
    "latin1",
  );
}
