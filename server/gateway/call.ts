/** One request of a program from its arrival to its settled row: judged, held to ceilings, recorded, relayed, priced. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { CallChange, CallRow, CallStore } from "../store/call-store.ts";
import { admit, mustBeWhole, type Admission, type Held, type Refused } from "./admit.ts";
import type { BoundedCopy, RecordingRoom } from "./bounded-copy.ts";
import { closeCall } from "./call-end.ts";
import { createCallLog, type CallLog } from "./call-log.ts";
import { askedReader, firstRow, generationIdOf, wholeBody } from "./call-row.ts";
import { errorReply, surfaceOf } from "./envelope.ts";
import { answer, exchange, requestCopyFor, responseCopyFor } from "./exchange.ts";
import type { GatewayRun } from "./gateway.ts";
import type { RawHeaders } from "./headers.ts";
import type { SeenConnection } from "./attribution.ts";
import { createCallSource, type CallSource } from "./call-source.ts";
import { judge, pathOf, type Verdict } from "./policy.ts";
import type { Repeated, Repeats } from "./repeats.ts";
import type { Quiet } from "./quiet.ts";
import { readBody, type RequestBody } from "./request-body.ts";
import type { Retries } from "./retries.ts";
import { createReplyReader, type ReplyReader } from "./reply-reader.ts";
import type { Ending } from "./settle.ts";
import { spendingWatch } from "./spending-watch.ts";

export interface CallParts {
  readonly calls: CallStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly room: RecordingRoom;
  readonly run: GatewayRun;
  /** The run's own count of what it sent before. */
  readonly repeats: Repeats;
  readonly retries: Retries;
  readonly quiet: Quiet;
}

export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: SeenConnection;
  readonly gone: AbortSignal;
  /** 1 for the run's first call. */
  readonly number: number;
  /** Monotonic time of the run's first call. */
  readonly firstAt: number;
  /** The program waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
}

/** A call that has its row and may be sent on, or is to be refused. */
export interface OpenedCall {
  readonly row: CallRow;
  /** Monotonic. */
  readonly arrivedAt: number;
  readonly calls: CallLog;
  readonly costs: boolean;
  readonly withKey: boolean;
  readonly refused: Refused | null;
  readonly held: Held | null;
  readonly body: RequestBody | null;
  readonly requestCopy: BoundedCopy;
  /** What the request tells by now. */
  readonly asked: () => CallChange;
  /** How many earlier ones were the same; null while its body is not there whole. */
  readonly repeats: () => Repeated | null;
  readonly source: CallSource;
}

/** What came of it. */
export interface RelayedCall {
  readonly ending: Ending;
  readonly status: number | null;
  readonly headers: RawHeaders;
  readonly reader: ReplyReader | null;
  readonly responseCopy: BoundedCopy;
  /** From its arrival until it was sent on. */
  readonly queuedMs: number;
  readonly durationMs: number;
}

/** A small body is waited for this long before the request is sent on, so that the row can name the model from the start. */
const bodyWaitMs = 10;
/** Who sends a request is found out before its reply may end it, in a fraction of this. */
const ownerWaitMs = 2_000;

/** Resolves when the call's row is settled. Never rejects. */
export async function handleCall(parts: CallParts, arrival: Arrival): Promise<void> {
  const opened = await openCall(parts, arrival);
  const relayed = await relayCall(parts, arrival, opened);
  // Under a ceiling the next request counts on what this one leaves of its reservation.
  if (parts.run.money?.account.isHeld() !== true) await parts.quiet.comes();
  await closeCall(parts, arrival.request.rawHeaders, opened, relayed);
}

async function openCall(parts: CallParts, arrival: Arrival): Promise<OpenedCall> {
  const { clock, room, run } = parts;
  const { request, response } = arrival;
  const arrivedAt = clock.monotonic();
  const judged = judgeCall(arrival, run);
  const verdict = judged instanceof Promise ? await judged : judged;
  const costs = verdict.allowed && verdict.costs;
  const isWhole = costs && mustBeWhole(run.money);
  const requestCopy = requestCopyFor(room, isWhole);
  if (verdict.allowed && arrival.expectsContinue) response.writeContinue();
  const body = verdict.allowed ? readBody(request, requestCopy, isWhole) : null;
  const asksAgain = repeatsReader(parts.repeats, request, body, requestCopy, costs);
  const source = sourceOf(parts, arrival, () => (costs ? (asksAgain()?.name ?? null) : ""));
  const first = firstRow(parts, request, arrival.number, arrivedAt - arrival.firstAt);

  if (body !== null) await (isWhole ? body.whole : within(bodyWaitMs, body.whole));
  const { known } = arrival.connection;
  if (known !== null) await within(ownerWaitMs, known);
  const asked = askedReader(request.rawHeaders, requestCopy);
  const admission = await admitted(parts, arrival, requestCopy, first, costs, asksAgain()?.earlier ?? null);
  const held = admission.ok ? admission.held : null;
  if (costs) warmPrices(parts, asked().model ?? null);
  const row = {
    ...first,
    ...asked(),
    ...source.change(),
    repeats: asksAgain()?.earlier ?? 0,
    reservedPicoUsd: held !== null && held.leastPerToken !== null ? held.reservation.picoUsd : null,
  };
  const calls = createCallLog({ ...parts, changed: run.changed }, row);
  const mustLast = needsRow(run, held);
  const isWritten = await calls.open(mustLast);
  source.toldTo(calls);
  return {
    row,
    arrivedAt,
    calls,
    costs,
    withKey: verdict.allowed && verdict.withKey,
    refused: refusalOf(verdict, admission, isWritten || !mustLast),
    held,
    body,
    requestCopy,
    asked,
    repeats: asksAgain,
    source,
  };
}

/** Resolves with it, or after so long; nothing is left running then. */
async function within(ms: number, what: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  try {
    await Promise.race([what, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function sourceOf({ retries }: CallParts, arrival: Arrival, same: () => string | null): CallSource {
  const { request, connection, number } = arrival;
  const head = `${request.method ?? ""} ${request.url ?? ""}`;
  return createCallSource(connection, retries, {
    requestLine: `${head} HTTP/${request.httpVersion}`,
    number,
    same: () => {
      const rest = same();
      return rest === null ? null : `${head} ${rest}`;
    },
  });
}

async function admitted(
  { run }: CallParts,
  { request, gone }: Arrival,
  copy: BoundedCopy,
  { startedAt }: CallRow,
  costs: boolean,
  repeats: number | null,
): Promise<Admission> {
  if (!costs || run.money === undefined || gone.aborted) return { ok: true, held: null };
  const body = mustBeWhole(run.money) ? wholeBody(request.rawHeaders, copy) : null;
  return admit(run.money, { target: request.url ?? "", startedAt, body, repeats: repeats ?? 0 });
}

/** The list is there when the call ends: nobody has to wait for it then. */
function warmPrices({ run, log }: CallParts, model: string | null): void {
  if (run.money === undefined || model === null) return;
  run.money.prices
    .listing(model)
    .catch((error: unknown) => log.error({ err: error, runId: run.runId }, "prices could not be looked up"));
}

/** Under a ceiling the next start must be able to tell what was set aside, or spent; but for what is free. */
function needsRow({ money, resend }: GatewayRun, held: Held | null): boolean {
  // Asked for twice, it must be found again, and not be sent twice.
  if (resend !== undefined) return true;
  if (held === null || money?.account.isHeld() !== true) return false;
  return held.leastPerToken === null || held.reservation.picoUsd > 0n;
}

/** `isSafe`: the row is there, or nothing depends on it. */
function refusalOf(verdict: Verdict, admission: Admission, isSafe: boolean): Refused | null {
  if (!verdict.allowed) return { status: verdict.status, message: verdict.message, code: "refused" };
  if (!admission.ok) return admission.refused;
  if (isSafe) return null;
  const message = "The ledger could not be written, so nothing was sent; the server's log has the cause.";
  return { status: 503, message, code: "refused" };
}

async function relayCall(parts: CallParts, arrival: Arrival, opened: OpenedCall): Promise<RelayedCall> {
  const { clock, room } = parts;
  const { calls, asked } = opened;
  const responseCopy = responseCopyFor(room);
  const sentAt = clock.monotonic();
  const queuedMs = sentAt - opened.arrivedAt;
  const sinceSent = (): number => clock.monotonic() - sentAt;
  const watch = spendingWatch(opened.held);
  let status: number | null = null;
  let headers: RawHeaders = [];
  let reader: ReplyReader | null = null;
  let isContentTold = false;
  const steps = {
    sinceSent,
    requestCopy: opened.requestCopy,
    replied: (reply: { readonly status: number; readonly rawHeaders: RawHeaders }) => {
      ({ status } = reply);
      opened.source.replied(status);
      headers = reply.rawHeaders;
      reader = createReplyReader(headers, responseCopy, watch.signal !== null);
    },
    chunk: (chunk: Buffer) => {
      const atMs = sinceSent();
      const isFirst = responseCopy.seenBytes === 0;
      const isRefused = status === null || status >= 400;
      responseCopy.add(chunk, atMs);
      reader?.feed(chunk, atMs);
      if (isFirst && status !== null && !isRefused)
        calls.change({
          ...asked(),
          state: "streaming",
          status,
          queuedMs,
          stream: reader?.stream ?? false,
          // From now on it can be looked up, whatever becomes of this process.
          generationId: generationIdOf(headers) ?? reader?.meaning.generationId ?? null,
        });
      // A list shows the wait and the streaming apart while both go on.
      if (!isContentTold && !isRefused && reader?.stream === true && reader.firstContentMs !== null) {
        isContentTold = true;
        calls.note({ ttftMs: reader.firstContentMs });
      }
      if (reader !== null) watch.saw(reader.meaning);
    },
  };
  const ending = await endingOf(parts, arrival, opened, watch, steps);
  opened.source.ended(ending);
  return { ending, status, headers, reader, responseCopy, queuedMs, durationMs: sinceSent() };
}

async function endingOf(
  { run, log }: CallParts,
  arrival: Arrival,
  { refused, withKey, body }: OpenedCall,
  watch: ReturnType<typeof spendingWatch>,
  steps: Parameters<typeof exchange>[4],
): Promise<Ending> {
  const { request, gone } = arrival;
  const surface = surfaceOf(pathOf(request.url ?? ""));
  if (refused !== null) {
    // A program that was not told to go on may or may not send its body: the connection can't be used again.
    if (arrival.expectsContinue) arrival.response.shouldKeepAlive = false;
    const isOurs = refused.code !== "refused" || refused.status === 503;
    answer(arrival, errorReply(refused.status, refused.message, isOurs ? surface : "chat"), steps);
    body?.drop();
    return { kind: "refused", message: refused.message, code: refused.code };
  }
  if (gone.aborted) return { kind: "refused", message: String(gone.reason), code: "program-left" };
  try {
    const program = {
      ...arrival,
      gone: watch.signal === null ? gone : AbortSignal.any([gone, watch.signal]),
    };
    const ending = await exchange(program, run.upstream, withKey, body?.take() ?? null, steps);
    if (watch.signal?.aborted !== true || ending.kind !== "left") return ending;
    // The connection is cut, so that the program sees a break and not an end.
    request.socket.destroy();
    return { kind: "cut", message: String(watch.signal.reason) };
  } catch (error) {
    log.error({ err: error, runId: run.runId }, "a call failed inside the gateway");
    answer(
      arrival,
      errorReply(500, "The gateway of this IDE failed; the server's log has the cause."),
      steps,
    );
    request.socket.destroy();
    return { kind: "broken", message: "The gateway failed; the server's log has the cause." };
  }
}

function judgeCall({ request, number }: Arrival, { reach }: GatewayRun): Verdict | Promise<Verdict> {
  if (number > limits.callsPerRun)
    return {
      allowed: false,
      status: 429,
      message: `A run may make ${limits.callsPerRun} calls; this one has.`,
    };
  const facts = { method: request.method ?? "", target: request.url ?? "", rawHeaders: request.rawHeaders };
  const verdict = judge(facts);
  if (verdict.allowed || verdict.managesAccount !== true || reach === undefined) return verdict;
  return reach.current().then(({ accountPaths }) => (accountPaths ? judge(facts, true) : verdict));
}

/** Only what is charged for is counted: asking again whether a job is done is what such a job is for. */
function repeatsReader(
  repeats: Repeats,
  request: IncomingMessage,
  body: RequestBody | null,
  copy: BoundedCopy,
  costs: boolean,
): () => Repeated | null {
  let counted: Repeated | null = null;
  return () => {
    const isWhole = body?.isWhole ?? request.complete;
    if (!costs || copy.cut || !isWhole) return counted;
    counted ??= repeats.count(request.method ?? "", request.url ?? "", copy.bytes());
    return counted;
  };
}
