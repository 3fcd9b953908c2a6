/** Sends one request over HTTP and hands the reply over as it comes: time limits, failures in words, the key masked on its way back. */
import type { ClientRequest, IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { Dialer } from "./dial.ts";
import { failureOf } from "./failure-words.ts";
import { isRedactable, redactText } from "./redact-key.ts";
import { createReplyBody } from "./reply-body.ts";
import type { UpstreamFailure, UpstreamReply, UpstreamRequest } from "./upstream.ts";

/** How long silence is borne, ms. Comments that keep a stream alive count as life. */
export interface Patience {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
}

const maxReplyHeaders = 500;
/** 100 Continue, 103 Early Hints and their like before the reply. */
const maxInterimReplies = 50;

export const aborted: UpstreamFailure = {
  code: "aborted",
  message: "The program went away before OpenRouter answered.",
};

export type Answer = Result<UpstreamReply, UpstreamFailure>;

/** Never rejects. The value's body ends and breaks as the reply does, with the key masked wherever it stands. */
export function send(
  dialer: Dialer,
  request: UpstreamRequest,
  key: string | null,
  wait: Patience,
): Promise<Answer> {
  return new Promise((resolve) => {
    const outgoing = dialer.request(request.method, request.path, headersOf(request, key));
    let connected = false;
    /** Why we gave up, when it was us; the error that follows only says that the connection is gone. */
    let reason: UpstreamFailure | null = null;
    const giveUp = (failure: UpstreamFailure): void => {
      reason ??= failure;
      outgoing.destroy(new Error(failure.message));
    };
    const onAbort = (): void => giveUp(aborted);
    request.signal.addEventListener("abort", onAbort);

    const connecting = setTimeout(
      () => giveUp(slow("unreachable", `OpenRouter could not be reached within ${seconds(wait.connectMs)}.`)),
      wait.connectMs,
    );
    let answering: NodeJS.Timeout | undefined;
    onConnected(outgoing, dialer, () => {
      connected = true;
      clearTimeout(connecting);
      outgoing.setTimeout(wait.idleMs);
    });
    outgoing.on("finish", () => {
      const words = `OpenRouter did not answer within ${seconds(wait.firstByteMs)}.`;
      answering = setTimeout(() => giveUp(slow("timed-out", words)), wait.firstByteMs);
    });

    let interim = 0;
    outgoing.on("information", () => {
      if (++interim > maxInterimReplies) giveUp(bad("OpenRouter sent interim replies without end."));
    });
    outgoing.on("upgrade", (_reply, socket) => {
      socket.destroy();
      giveUp(bad("OpenRouter switched to another protocol."));
    });
    outgoing.on("timeout", () => {
      // Before the reply, silence while the program itself sends slowly is not the upstream's.
      if (outgoing.writableNeedDrain)
        giveUp(slow("timed-out", `OpenRouter took nothing for ${seconds(wait.idleMs)}.`));
      else outgoing.setTimeout(wait.idleMs);
    });
    outgoing.on("response", (incoming) => {
      clearTimeout(answering);
      outgoing.removeAllListeners("timeout");
      const fault = faultOf(incoming);
      if (fault !== null) return giveUp(fault);
      const secret = key !== null && isRedactable(key) ? key : null;
      const body = createReplyBody(outgoing, incoming, secret, wait.idleMs);
      resolve(done({ ...headOf(incoming, secret), body }));
    });
    outgoing.on("error", (error) => resolve(refused(reason ?? failureOf(error, connected))));
    outgoing.on("close", () => {
      clearTimeout(connecting);
      clearTimeout(answering);
      request.signal.removeEventListener("abort", onAbort);
      if (request.body instanceof Readable && !request.body.readableEnded) request.body.destroy();
      resolve(refused(reason ?? bad("OpenRouter closed the connection without an answer.")));
    });
    sendBody(outgoing, request.body, giveUp);
  });
}

/** The program's headers, how the body's end is told, and the key. */
function headersOf(request: UpstreamRequest, key: string | null): string[] {
  const headers = [...request.rawHeaders];
  const hasLength = headers.some((text, i) => i % 2 === 0 && text.toLowerCase() === "content-length");
  if (request.body !== null && !hasLength) headers.push("Transfer-Encoding", "chunked");
  const takesBody = !["GET", "HEAD", "OPTIONS", "DELETE"].includes(request.method);
  if (request.body === null && !hasLength && takesBody) headers.push("Content-Length", "0");
  if (key !== null) headers.push("Authorization", `Bearer ${key}`);
  return headers;
}

function onConnected(outgoing: ClientRequest, dialer: Dialer, connected: () => void): void {
  outgoing.on("socket", (socket) => {
    if (outgoing.reusedSocket || dialer.wasOpen(socket) || (!dialer.secure && !socket.connecting))
      connected();
    else socket.once(dialer.secure ? "secureConnect" : "connect", connected);
  });
}

function sendBody(
  outgoing: ClientRequest,
  body: UpstreamRequest["body"],
  giveUp: (why: UpstreamFailure) => void,
): void {
  // Head and body leave in one piece.
  if (!(body instanceof Readable)) return void outgoing.end(body ?? undefined);
  const stopped = (): void => {
    if (!body.readableEnded && !outgoing.destroyed) giveUp(aborted);
  };
  body.on("error", stopped);
  body.on("close", stopped);
  if (body.destroyed) return stopped();
  body.pipe(outgoing);
}

function faultOf({ statusCode = 0, rawHeaders }: IncomingMessage): UpstreamFailure | null {
  if (statusCode < 200 || statusCode > 599) return bad(`OpenRouter answered with status ${statusCode}.`);
  return rawHeaders.length / 2 >= maxReplyHeaders ? bad("OpenRouter answered with too many headers.") : null;
}

function headOf(incoming: IncomingMessage, secret: string | null): Omit<UpstreamReply, "body"> {
  const clean = (text: string): string => (secret === null ? text : redactText(text, secret));
  return {
    status: incoming.statusCode ?? 0,
    statusText: clean(incoming.statusMessage ?? ""),
    rawHeaders: incoming.rawHeaders.map(clean),
  };
}

const slow = (code: "unreachable" | "timed-out", message: string): UpstreamFailure => ({ code, message });
const bad = (message: string): UpstreamFailure => ({ code: "bad-reply", message });
const seconds = (ms: number): string => `${ms / 1000} s`;
