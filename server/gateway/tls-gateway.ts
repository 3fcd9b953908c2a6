/** The gateway over TLS: for each run an endpoint that is openrouter.ai to the programs in its sandbox. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { createServer as createPlainServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { CallStore } from "../store/call-store.ts";
import { createAttribution, type ArrivedConnection, type SeenConnection } from "./attribution.ts";
import { createRecordingRoom } from "./bounded-copy.ts";
import { handleCall, type CallParts } from "./call.ts";
import { createCallOrder } from "./call-order.ts";
import { createAuthority } from "./certificates.ts";
import { errorBytes, errorReply } from "./envelope.ts";
import type { Endpoint, Gateway, ListenerHandle } from "./gateway.ts";
import type { HostDialer } from "./host-dialer.ts";
import { maxHeaders } from "./policy.ts";
import { createQuiet } from "./quiet.ts";
import { createRepeats } from "./repeats.ts";
import { createRetries } from "./retries.ts";
import { resend } from "./resend.ts";
import { createTunnels, type Tunnels } from "./tunnels.ts";

const host = "openrouter.ai";
/** Where the sandbox's list of names has it (server/sandbox/runtime-directory.ts). */
const gatewayAddress = "127.0.0.1";
/** All recordings that are being made, over all runs. */
const recordingBytes = 256 * 1024 * 1024;
const maxHeaderBytes = 64 * 1024;
const handshakeMs = 10_000;
const headersMs = 30_000;

export function createGateway(options: {
  readonly calls: CallStore;
  readonly clock: Clock;
  readonly log: Log;
  /** To the hosts that users let their programs reach; absent: to none. */
  readonly hosts?: HostDialer;
}): Promise<Gateway> {
  const authority = createAuthority(host, options.clock.now());
  const certificate = authority.issue(host);
  const room = createRecordingRoom(recordingBytes);
  const shared = { ...options, room, quiet: createQuiet() };
  return Promise.resolve({
    authorityPem: authority.certificatePem,
    resend: (run, request) =>
      resend({ ...shared, run, repeats: createRepeats(), retries: createRetries() }, request),
    attach: (listener, run) => {
      const { hosts } = options;
      const parts = { ...shared, run, repeats: createRepeats(), retries: createRetries() };
      const tunnels =
        hosts === undefined || run.reach === undefined || run.reach.hosts.length === 0
          ? null
          : createTunnels(run, hosts, options.log);
      return attach(() => createTlsServer(certificate), listener, parts, tunnels);
    },
  });
}

function createTlsServer(certificate: { readonly certificatePem: string; readonly keyPem: string }): Server {
  const server = createServer({
    key: certificate.keyPem,
    cert: certificate.certificatePem,
    // Clients that would rather speak HTTP/2 must not get to choose it.
    ALPNProtocols: ["http/1.1"],
    minVersion: "TLSv1.2",
    handshakeTimeout: handshakeMs,
    headersTimeout: headersMs,
    // An upload may take as long as the run does, and so may a pause between two calls.
    requestTimeout: 0,
    keepAliveTimeout: 0,
    maxHeaderSize: maxHeaderBytes,
    insecureHTTPParser: false,
    // The policy refuses it too, in the envelope.
    requireHostHeader: false,
    noDelay: true,
  });
  server.maxHeadersCount = maxHeaders;
  return server;
}

/** A run that makes no call pays for no TLS: `make` is called at its first connection. */
function attach(
  make: () => Server,
  listener: ListenerHandle,
  parts: CallParts,
  tunnels: Tunnels | null,
): Promise<Endpoint> {
  let server: Server | null = null;
  const front = createPlainServer({ noDelay: true }, (socket) => {
    // What comes to the gateway's own address is the gateway's; the other addresses of the loopback are other hosts'.
    if (tunnels !== null && socket.localAddress !== gatewayAddress) return tunnels.take(socket);
    server ??= serving(make());
    server.emit("connection", socket);
  });
  front.maxConnections = limits.connectionsPerRun;
  const sockets = new Set<Duplex>();
  const attribution = createAttribution(parts.run.ownerOf ?? (() => Promise.resolve([])));
  const arrived = new Map<number, ArrivedConnection>();
  const connections = new WeakMap<object, SeenConnection>();
  const underWay = new Map<Promise<void>, AbortController>();
  const order = parts.run.order ?? createCallOrder(() => parts.clock.monotonic());
  let closing: Promise<void> | null = null;

  const take = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void => {
    if (closing !== null) return void request.socket.destroy();
    const gone = new AbortController();
    response.sendDate = false;
    response.on("error", () => gone.abort("The program went away before the reply was whole."));
    response.on("close", () => {
      if (!response.writableFinished) gone.abort("The program went away before the reply was whole.");
    });
    const { number, firstAt } = order.next();
    const socket = request.socket as TLSSocket;
    const port = socket.remotePort ?? 0;
    const connection =
      connections.get(socket) ?? seen(arrived.get(port) ?? attribution.connection(port), socket);
    connections.set(socket, connection);
    const arrival = { request, response, connection, gone: gone.signal, number, firstAt, expectsContinue };
    const call = handleCall(parts, arrival)
      .catch((error: unknown) => {
        parts.log.error({ err: error, runId: parts.run.runId }, "a call could not be settled");
        request.socket.destroy();
      })
      .finally(() => underWay.delete(call));
    underWay.set(call, gone);
  };
  const serving = (server: Server): Server => {
    server.on("request", (request, response) => take(request, response, false));
    server.on("checkContinue", (request, response) => take(request, response, true));
    server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
      const { status, rawHeaders, body } = errorReply(417, "Only 100-continue can be expected.");
      response.writeHead(status, [...rawHeaders, "Connection", "close"]).end(body);
      request.resume();
    });
    server.on("connect", (_request, socket) =>
      socket.end(errorBytes(400, "Bad Request: only openrouter.ai can be reached from here.")),
    );
    server.on("clientError", answerGarbage);
    server.on("tlsClientError", (error, socket) => {
      parts.log.debug({ err: error, runId: parts.run.runId }, "a TLS handshake failed");
      socket.destroy();
    });
    server.on("connection", (socket) => {
      const port = (socket as Socket).remotePort ?? 0;
      sockets.add(socket);
      arrived.set(port, attribution.connection(port));
      socket.on("close", () => {
        sockets.delete(socket);
        arrived.delete(port);
      });
      socket.on("error", () => socket.destroy());
    });
    // It watches over its connections from then on.
    server.emit("listening");
    return server;
  };

  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => front.close(() => resolve()));
    server?.close();
    for (const gone of underWay.values()) gone.abort("The run ended before the reply was whole.");
    for (const socket of sockets) socket.destroy();
    tunnels?.close();
    await Promise.all(underWay.keys());
    await closed;
  };
  return new Promise((resolve, reject) => {
    front.once("error", reject);
    front.listen(listener, () => {
      front.off("error", reject);
      front.on("error", (error) =>
        parts.log.error({ err: error, runId: parts.run.runId }, "an endpoint failed"),
      );
      resolve({ told: (report) => attribution.told(report), close: () => (closing ??= close()) });
    });
  });
}

/** With a resumed session the client names it by our end of the handshake, else by its own (RFC 5929, section 3). */
function seen(arrived: ArrivedConnection, socket: TLSSocket): SeenConnection {
  const ends = [socket.getPeerFinished(), socket.getFinished()];
  const bindings = ends.flatMap((end) => (end === undefined ? [] : [end.toString("hex")]));
  const connection = arrived.seen(bindings);
  socket.on("close", () => connection.closed());
  return connection;
}

/** What the parser refuses gets 400 in the envelope, unless a reply is already on the wire: then the connection is cut. */
function answerGarbage(error: NodeJS.ErrnoException, socket: Duplex): void {
  const inReply = (socket as { _httpMessage?: ServerResponse })._httpMessage?.headersSent === true;
  if (error.code === "ECONNRESET" || !socket.writable || inReply) return void socket.destroy();
  const tooLarge = error.code === "HPE_HEADER_OVERFLOW";
  const late = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
  const status = tooLarge ? 431 : late ? 408 : 400;
  socket.end(
    errorBytes(
      status,
      `Bad Request: it is not HTTP that can be read one way only (${error.code ?? "unknown"}).`,
    ),
  );
}
