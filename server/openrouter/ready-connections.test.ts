/** A connection that was opened ahead carries the first request, is checked like any other, and is never in the way. */
import { once } from "node:events";
import { createServer as createPlain, type Server } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "../gateway/certificates.ts";
import { createLog } from "../log.ts";
import { createDialer, type Dialer } from "./dial.ts";
import { createUpstream } from "./http-upstream.ts";
import { gather } from "./reply-body.ts";
import type { Upstream } from "./upstream.ts";

const patience = { timeout: 20_000 };
const authority = createAuthority("localhost", Date.now());
beforeAll(() => setDefaultCACertificates([...getCACertificates("default"), authority.certificatePem]));

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const kinds = ["http", "https"] as const;

/** Counts what connects; a TLS connection counts when its handshake is done. */
async function place(kind: (typeof kinds)[number], host = "localhost") {
  const sockets: Socket[] = [];
  const certificate = authority.issue("localhost");
  const server: Server =
    kind === "http"
      ? createPlain((_, response) => response.end("pong"))
      : createSecure({ key: certificate.keyPem, cert: certificate.certificatePem }, (_, response) =>
          response.end("pong"),
        );
  server.on(kind === "http" ? "connection" : "secureConnection", (socket: Socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = new URL(`${kind}://${host}:${(server.address() as AddressInfo).port}`);
  const dialer = createDialer({ origin });
  closing.push(
    () => dialer.close(),
    () => {
      server.closeAllConnections();
      server.close();
    },
  );
  return { sockets, dialer, upstream: upstreamOver(dialer) };
}

const upstreamOver = (dialer: Dialer): Upstream =>
  createUpstream({ dialer, key: () => Promise.resolve(null), simulated: false, log: createLog("silent") });

async function ask(upstream: Upstream): Promise<string> {
  const reply = await upstream.send({
    method: "GET",
    path: "/api/v1/models",
    rawHeaders: [],
    withKey: false,
    body: null,
    signal: new AbortController().signal,
  });
  return reply.ok ? String(await gather(reply.value.body, 100)) : reply.error.code;
}

describe.each(kinds)("over %s", (kind) => {
  test("the first request goes over it, and asking twice for one opens one", async () => {
    const { sockets, upstream } = await place(kind);
    upstream.warm();
    upstream.warm();
    await expect.poll(() => sockets.length, patience).toBe(1);
    expect(await ask(upstream)).toBe("pong");
    expect(await ask(upstream)).toBe("pong");
    upstream.warm();
    expect(await ask(upstream)).toBe("pong");
    expect(sockets).toHaveLength(1);
  });

  test("a request that comes while it is being opened waits for it and no longer", async () => {
    const { sockets, upstream } = await place(kind);
    upstream.warm();
    expect(await ask(upstream)).toBe("pong");
    expect(sockets).toHaveLength(1);
  });

  test("one that the other side has closed is not used", async () => {
    const { sockets, dialer, upstream } = await place(kind);
    upstream.warm();
    await expect.poll(() => sockets.length, patience).toBe(1);
    sockets[0]?.end();
    await expect.poll(() => sockets[0]?.destroyed, patience).toBe(true);
    // Its end has come to our side, too, when another may be opened.
    await expect
      .poll(() => {
        dialer.warm();
        return sockets.length;
      }, patience)
      .toBe(2);
    expect(await ask(upstream)).toBe("pong");
    expect(sockets).toHaveLength(2);
  });
});

test("where nobody listens, or with a name that is not the certificate's, nothing is told until a request meets it", async () => {
  const nobody = createDialer({ origin: new URL("http://localhost:9") });
  closing.push(() => nobody.close());
  nobody.warm();
  expect(await ask(upstreamOver(nobody))).toBe("unreachable");
  const { upstream } = await place("https", "127.0.0.1");
  upstream.warm();
  expect(await ask(upstream)).not.toBe("pong");
});
