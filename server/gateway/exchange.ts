/** One call on its way: bytes from the program to OpenRouter and back as they come, a bounded copy to the recorder on the side. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Transform, type Readable } from "node:stream";
import { limits } from "../../contract/limits.ts";
import type { Upstream, UpstreamFailure, UpstreamReply } from "../openrouter/upstream.ts";
import { createBoundedCopy, type BoundedCopy, type RecordingRoom } from "./bounded-copy.ts";
import { errorReply, type OwnReply } from "./envelope.ts";
import { forProgram, forUpstream, headerValues } from "./headers.ts";
import type { Ending } from "./settle.ts";

/** What the exchange tells while it goes on. Nothing here may throw. */
export interface ExchangeSteps {
  /** ms after the request was sent on. */
  readonly sinceSent: () => number;
  readonly requestCopy: BoundedCopy;
  readonly replied: (reply: Pick<UpstreamReply, "status" | "rawHeaders">) => void;
  readonly chunk: (chunk: Buffer) => void;
}

/** The request's body with a copy of what passes; `whole` settles when the program has sent all of it, or has gone. */
export interface TappedBody {
  readonly body: Readable | null;
  readonly whole: Promise<void>;
}

/** Small bodies fit whole, so that they can be read before they are sent on. */
const tapBytes = 256 * 1024;

/**
 * `isHeldWhole`: it is not sent on before all of it is there (or more than the copy takes, which then ends the wait), so all
 * of it must fit.
 */
export function tapBody(request: IncomingMessage, copy: BoundedCopy, isHeldWhole: boolean): TappedBody {
  const hasBody =
    headerValues(request.rawHeaders, "transfer-encoding").length > 0 ||
    Number(headerValues(request.rawHeaders, "content-length")[0] ?? 0) > 0;
  if (!hasBody) return { body: null, whole: Promise.resolve() };
  const overfull = Promise.withResolvers<void>();
  const tap = new Transform({
    readableHighWaterMark: isHeldWhole ? limits.pricedRequestBytes + tapBytes : tapBytes,
    transform(chunk: Buffer, _encoding, done) {
      copy.add(chunk, 0);
      if (copy.cut) overfull.resolve();
      done(null, chunk);
    },
  });
  // Whoever reads it may be gone when the program is; the ending is told by the exchange.
  tap.on("error", () => {});
  request.on("error", (error) => tap.destroy(error));
  request.on("close", () => {
    if (!request.complete) tap.destroy(new Error("the program went away while it sent its request"));
  });
  // A reader that lost interest must not keep the connection from its next request: the rest is read and dropped.
  tap.on("close", () => {
    request.unpipe(tap);
    request.resume();
  });
  const whole = new Promise<void>((resolve) => {
    tap.on("finish", () => resolve());
    tap.on("close", () => resolve());
  });
  request.pipe(tap);
  return { body: tap, whole: isHeldWhole ? Promise.race([whole, overfull.promise]) : whole };
}

export interface Program {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the program goes away or its run ends; the reason is a sentence. */
  readonly gone: AbortSignal;
}

/** Never rejects; when it resolves, everything that will be told has been told. */
export async function exchange(
  program: Program,
  upstream: Upstream,
  withKey: boolean,
  body: Readable | null,
  steps: ExchangeSteps,
): Promise<Ending> {
  const { request, gone } = program;
  const sent = await upstream.send({
    method: request.method ?? "GET",
    path: request.url ?? "/",
    rawHeaders: forUpstream(request.rawHeaders),
    withKey,
    body,
    signal: gone,
  });
  if (sent.ok) return relay(program, sent.value, steps);
  if (gone.aborted) return left(gone);
  answer(program, failureReply(sent.error), steps);
  return { kind: "no-reply", failure: sent.error };
}

/** Gives the program a reply of the gateway's own, and the recorder a copy. */
export function answer(
  { request, response }: Pick<Program, "request" | "response">,
  reply: OwnReply,
  steps: Pick<ExchangeSteps, "replied" | "chunk">,
): void {
  steps.replied(reply);
  if (request.method !== "HEAD") steps.chunk(reply.body);
  if (response.destroyed || response.headersSent) return;
  response.writeHead(reply.status, reply.statusText, [...reply.rawHeaders]);
  response.end(reply.body);
}

/** Status 502 or 504 as OpenRouter itself would give for a provider that it can't reach. */
function failureReply(failure: UpstreamFailure): OwnReply {
  if (failure.code === "no-key") return errorReply(401, failure.message);
  return errorReply(failure.code === "timed-out" ? 504 : 502, failure.message);
}

const left = (gone: AbortSignal): Ending => ({ kind: "left", message: String(gone.reason) });

function relay(
  { request, response, gone }: Program,
  reply: UpstreamReply,
  steps: ExchangeSteps,
): Promise<Ending> {
  const { body } = reply;
  const headers = forProgram(reply.rawHeaders);
  steps.replied({ status: reply.status, rawHeaders: headers });
  return new Promise((resolve) => {
    let ending: Ending | null = null;
    /** Written to the program, and not yet told. */
    let untold: Buffer[] = [];
    const tell = (): void => {
      const passed = untold;
      untold = [];
      for (const bytes of passed) steps.chunk(bytes);
    };
    const finish = (how: Ending): void => {
      if (ending !== null) return;
      ending = how;
      gone.removeEventListener("abort", onGone);
      resolve(how);
    };
    const onGone = (): void => {
      body.drop();
      tell();
      finish(left(gone));
    };
    gone.addEventListener("abort", onGone);
    if (gone.aborted) return onGone();

    response.writeHead(reply.status, reply.statusText, headers);
    response.on("drain", () => body.resume());
    body.read({
      chunk(bytes) {
        if (!response.write(bytes)) body.pause();
        // What has been written leaves at the end of this turn, and only then it is looked at.
        if (untold.push(bytes) === 1) process.nextTick(tell);
      },
      end() {
        response.end();
        tell();
        finish({ kind: "whole" });
      },
      broken(message) {
        tell();
        if (ending !== null) return;
        finish({ kind: "broken", message });
        // The connection is cut, so that the program sees a break and not an end.
        request.socket.destroy();
      },
    });
    // A body that came along with the head goes out with it, in one packet; a head alone waits for nothing.
    setImmediate(() => {
      if (!response.destroyed && !response.writableEnded) response.flushHeaders();
    });
  });
}

export const requestCopyFor = (room: RecordingRoom, isHeldWhole: boolean): BoundedCopy =>
  createBoundedCopy(isHeldWhole ? limits.pricedRequestBytes : limits.recordedRequestBytes, room);

export const responseCopyFor = (room: RecordingRoom): BoundedCopy =>
  createBoundedCopy(limits.recordedResponseBytes, room);
