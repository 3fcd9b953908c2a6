/** Refusals written by hand where no router stands yet: before the guard has let a request in, and on sockets that asked for an upgrade. */
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { failures, type Refusal } from "../../contract/failures.ts";
import { failurePage, isForPerson } from "./plain-page.ts";
import { failureReply, securityHeaders } from "./replies.ts";

/** A body that came with a refused request is thrown away this long, so that the sender gets to read the refusal. */
const lingerMs = 500;

export function refuseRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  refusal: Refusal,
  requestId: string,
): void {
  const failure = failureReply(refusal, requestId);
  const asPage = isForPerson(incoming.url ?? "", incoming.headers.accept);
  const body = asPage ? failurePage(failure) : JSON.stringify(failure);
  outgoing.writeHead(
    failures[refusal.code].status,
    bodyHeaders(body, asPage ? "text/html" : "application/json"),
  );
  outgoing.end(body);
  if (incoming.complete) return;
  const giveUp = setTimeout(() => incoming.socket.destroySoon(), lingerMs);
  incoming.once("close", () => clearTimeout(giveUp));
  incoming.resume();
}

/** `status` stands in for the failure's own where the parser knows better (408, 431). Ends the socket. */
export function refuseSocket(socket: Duplex, refusal: Refusal, requestId: string, status?: number): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(failureReply(refusal, requestId));
  const code = status ?? failures[refusal.code].status;
  const headers = {
    ...securityHeaders,
    ...bodyHeaders(body, "application/json"),
    connection: "close",
    "x-request-id": requestId,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ""}\r\n${lines.join("")}\r\n${body}`);
  // Half-open peers do not keep the descriptor.
  socket.once("finish", () => socket.destroy());
}

const bodyHeaders = (body: string, type: string): Record<string, string> => ({
  "content-type": `${type}; charset=utf-8`,
  "cache-control": "no-store",
  "content-length": String(Buffer.byteLength(body)),
});
