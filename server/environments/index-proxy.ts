/**
 * An installer's only way out: a proxy on 127.0.0.1:443 of its sandbox that reaches the package index and nothing else. TLS
 * ends here, under an authority that only this sandbox trusts, so that addresses can be listed and not only hosts.
 */
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import { createAuthority, type Authority } from "../gateway/certificates.ts";
import type { ListenerHandle } from "../gateway/gateway.ts";
import { createFetches, notAllowed, type Fetches, type FetchesParts } from "./index-fetches.ts";
import { allowedHost, bare, portOf, type IndexHost } from "../package-index.ts";

export interface IndexProxy {
  /** What the installer is to trust. */
  readonly authorityPem: string;
  readonly fetches: Fetches;
  attach(listener: ListenerHandle): Promise<void>;
  close(): Promise<void>;
}

const mostConnections = 32;

export function createIndexProxy(parts: FetchesParts): IndexProxy {
  const { hosts } = parts.index;
  const authority = createAuthority([...new Set(hosts.map(({ name }) => name))], parts.clock.now());
  const fetches = createFetches(parts);
  const tlsServers = new Map(hosts.map((host) => [host, tlsServer(host, authority, fetches, parts)]));
  const sockets = new Set<Duplex>();

  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? "");
    if (url?.protocol === "http:") fetches.relay(url, request, response);
    else fetches.fail("A proxy is asked for whole addresses.", response, 400);
  });
  server.maxConnections = mostConnections;
  server.on("connect", (request, socket) => {
    const url = URL.parse(`https://${request.url}`);
    const host = url === null ? null : allowedHost(parts.index, bare(url.hostname), portOf(url));
    if (host === null) {
      parts.log.warn({ host: request.url?.slice(0, 300) }, "an installer wanted to go elsewhere");
      const body = notAllowed(request.url ?? "");
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    tlsServers.get(host)?.emit("connection", socket);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  });
  server.on("clientError", (_error, socket) => socket.destroy());

  return {
    authorityPem: authority.certificatePem,
    fetches,
    attach: (listener) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(listener, () => resolve());
      }),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return server.listening ? new Promise((resolve) => server.close(() => resolve())) : Promise.resolve();
    },
  };
}

/** It never listens: connections come to it through the proxy. */
function tlsServer(host: IndexHost, authority: Authority, fetches: Fetches, { log }: FetchesParts): Server {
  const { certificatePem, keyPem } = authority.issue(host.name);
  const origin = `https://${host.name.includes(":") ? `[${host.name}]` : host.name}:${host.port}`;
  const server = createTlsServer({ key: keyPem, cert: certificatePem, ALPNProtocols: ["http/1.1"] });
  server.on("request", (request, response) => {
    const url = request.url?.startsWith("/") === true ? URL.parse(origin + request.url) : null;
    if (url === null) fetches.fail("That is no address.", response, 400);
    else fetches.relay(url, request, response);
  });
  server.on("tlsClientError", (error) => log.debug({ err: error }, "an installer's handshake failed"));
  return server;
}
