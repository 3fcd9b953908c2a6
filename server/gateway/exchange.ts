/** One call on its way: bytes from the program to OpenRouter and back as they come, a bounded copy to the recorder on the side. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { limits } from "../../contract/limits.ts";
import type { Upstream, UpstreamFailure, UpstreamReply } from "../openrouter/upstream.ts";
import { createBoundedCopy, type BoundedCopy, type RecordingRoom } from "./bounded-copy.ts";
import { errorReply, type OwnReply } from "./envelope.ts";
import { forProgram, forUpstream } from "./headers.ts";
import { createPieceWriter } from "./piece-writer.ts";
import type { Ending } from "./settle.ts";

/** What the exchange tells while it goes on. Nothing here may throw. */
export interface ExchangeSteps {
  /** ms after the request was sent on. */
  readonly sinceSent: () => number;
  readonly requestCopy: BoundedCopy;
  readonly replied: (reply: Pick<UpstreamReply, "status" | "rawHeaders">) => void;
  readonly chunk: (chunk: Buffer) => void;
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
  body: Uint8Array | Readable | null,
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
  if (body instanceof Readable) body.destroy();
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
    const pieces = createPieceWriter(response, () => body.resume());
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
      pieces.close();
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
    body.read({
      chunk(bytes) {
        if (!pieces.write(bytes)) body.pause();
        // What has been written has left by the end of this turn, and only then it is looked at.
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
