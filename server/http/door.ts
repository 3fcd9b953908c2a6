/** The listening side: every request and upgrade passes the guard, gets an id and a log line, and is answered or refused. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { newId } from "../new-id.ts";
import type { Result } from "../../contract/failures.ts";
import type { EventSockets } from "./event-socket.ts";
import type { Admitted } from "./guard.ts";
import { refuseRequest, refuseSocket } from "./raw-refusal.ts";
import { securityHeaders } from "./replies.ts";
import type { App, Visit } from "./visit.ts";

/** When full, further connections are closed unanswered. */
const mostConnections = 4_096;

export interface DoorParts {
  readonly app: App;
  readonly guard: (incoming: IncomingMessage, isUpgrade: boolean) => Result<Admitted>;
  readonly eventSockets: EventSockets;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Door {
  readonly server: Server;
  connections(): number;
  close(): Promise<void>;
}

export function createDoor({ app, guard, eventSockets, clock, log }: DoorParts): Door {
  const visits = new WeakMap<IncomingMessage, Visit>();
  const respond = getRequestListener(
    (request, { incoming, outgoing }) => {
      const visit = visits.get(incoming as IncomingMessage);
      if (visit === undefined) throw new Error("a request came past the guard");
      return app.fetch(request, {
        incoming: incoming as IncomingMessage,
        outgoing: outgoing as ServerResponse,
        visit,
      });
    },
    { overrideGlobalObjects: false },
  );
  let isClosing = false;
  const open = new Set<Socket>();
  /** Responses under way per connection: nothing may be written between the bytes of one that has begun. */
  const underWay = new WeakMap<Socket, Set<ServerResponse>>();

  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const requestId = newId<string>(clock.now());
    const startedAt = clock.monotonic();
    const { socket } = incoming;
    const responses = underWay.get(socket) ?? new Set();
    underWay.set(socket, responses.add(outgoing));
    for (const [name, value] of Object.entries(securityHeaders)) outgoing.setHeader(name, value);
    outgoing.setHeader("x-request-id", requestId);
    if (isClosing) outgoing.setHeader("connection", "close");
    const admitted = guard(incoming, false);
    outgoing.once("close", () => {
      responses.delete(outgoing);
      const route = visits.get(incoming)?.answeredBy ?? "guard";
      const status = outgoing.headersSent ? outgoing.statusCode : null;
      const ms = Math.round((clock.monotonic() - startedAt) * 10) / 10;
      log.info(
        { requestId, method: incoming.method, route, status, ms, whole: outgoing.writableFinished },
        "request",
      );
    });
    if (!admitted.ok) {
      refuseRequest(incoming, outgoing, admitted.error, requestId);
      return;
    }
    visits.set(incoming, { ...admitted.value, requestId, answeredBy: "nothing" });
    void respond(incoming, outgoing);
  };

  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      // Longer than the usual proxy keeps an idle connection, so that we are not the one who closes under its request.
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
      // The guard refuses a request without one, in its own form.
      requireHostHeader: false,
      // Other upgrades (h2c) are offers that may be ignored.
      shouldUpgradeCallback: (incoming) => incoming.headers.upgrade?.toLowerCase() === "websocket",
    },
    onRequest,
  );
  server.maxConnections = mostConnections;
  // The header's size bounds their number; the parser's own count would drop the rest silently.
  server.maxHeadersCount = 0;
  server.on("checkExpectation", onRequest);
  // The go-ahead for a body is given where it is read, after it is known who sends it.
  server.on("checkContinue", onRequest);
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  server.on("upgrade", (incoming, socket, head) => {
    const requestId = newId<string>(clock.now());
    const admitted: Result<Admitted> = isClosing
      ? { ok: false, error: { code: "shutting-down" } }
      : guard(incoming, true);
    eventSockets.upgrade({ incoming, socket, head, admitted, requestId });
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === "ECONNRESET" || !isNextInTurn(underWay.get(socket))) socket.destroy();
    else
      refuseSocket(
        socket,
        { code: "bad-request" },
        newId<string>(clock.now()),
        parserStatus[error.code ?? ""],
      );
  });
  return {
    server,
    connections: () => open.size,
    close: () => {
      isClosing = true;
      return drain(server, eventSockets, open);
    },
  };
}

/** Whether an answer to what could not be read comes next: nothing is under way, or just the request whose own body broke. */
function isNextInTurn(responses: ReadonlySet<ServerResponse> = new Set()): boolean {
  const [first, second] = responses;
  if (first === undefined) return true;
  return second === undefined && !first.headersSent && !first.req.complete;
}

const parserStatus: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const drainMs = 5_000;

async function drain(server: Server, eventSockets: EventSockets, open: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  eventSockets.closeAll();
  // Keep-alive connections become idle one after the other, as their requests end.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    // Browsers connect ahead of need; Node does not count those as idle.
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  }, 50);
  const enough = setTimeout(() => {
    eventSockets.terminateAll();
    server.closeAllConnections();
  }, drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(enough);
}
