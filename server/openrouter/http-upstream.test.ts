/** The way to OpenRouter: one fixed place, a verified one, the key added last, and every failure in words. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { createAuthority } from "../gateway/certificates.ts";
import { createLog } from "../log.ts";
import { createDialer, type UpstreamTarget } from "./dial.ts";
import { createUpstream, type UpstreamOptions } from "./http-upstream.ts";
import { gather } from "./reply-body.ts";
import type { UpstreamRequest } from "./upstream.ts";

const key = `sk-or-v1-${"ab".repeat(32)}`;
const log = createLog("silent");
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(server: Server, where: string | number = 0): Promise<URL> {
  if (typeof where === "string") server.listen(where);
  else server.listen(where, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return new URL(`http://127.0.0.1:${typeof address === "string" ? 0 : (address as AddressInfo).port}`);
}

const serve = (handler: RequestListener): Promise<URL> =>
  listen(createServer({ keepAliveTimeout: 5_000 }, handler));

function upstreamTo(target: UpstreamTarget, more: Partial<UpstreamOptions> = {}) {
  const dialer = createDialer(target);
  const upstream = createUpstream({
    dialer,
    key: () => Promise.resolve(key),
    simulated: false,
    log,
    ...more,
  });
  closing.push(() => Promise.resolve(dialer.close()));
  return upstream;
}

const request = (more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  method: "GET",
  path: "/api/v1/key",
  rawHeaders: [],
  withKey: true,
  body: null,
  signal: new AbortController().signal,
  ...more,
});

const echo: RequestListener = (incoming, response) => {
  const headers = [...incoming.rawHeaders];
  void text(incoming).then((body) =>
    response.end(JSON.stringify([incoming.method, incoming.url, headers, body])),
  );
};

async function sent(
  upstream: ReturnType<typeof upstreamTo>,
  more: Partial<UpstreamRequest>,
): Promise<unknown[]> {
  const reply = await upstream.send(request(more));
  if (!reply.ok) throw new Error(reply.error.message);
  return JSON.parse(String(await gather(reply.value.body, 1e6))) as unknown[];
}

test("method, path, header order and body arrive as they were; the key is last, and masked when it comes back", async () => {
  const origin = await serve(echo);
  const rawHeaders = ["X-B", "1", "x-a", "2", "Content-Length", "3"];
  const [method, path, headers, body] = await sent(upstreamTo({ origin }), {
    method: "POST",
    path: "/api/v1/messages?q=%20",
    rawHeaders,
    body: Readable.from([Buffer.from("abc")]),
  });
  expect([method, path, body]).toEqual(["POST", "/api/v1/messages?q=%20", "abc"]);
  const masked = `Bearer ${"*".repeat(key.length)}`;
  expect(headers).toEqual([
    "Host",
    origin.host,
    ...rawHeaders,
    "Authorization",
    masked,
    "Connection",
    "keep-alive",
  ]);
});

test("a body without a length is sent in chunks, and a POST without a body says so", async () => {
  const upstream = upstreamTo({ origin: await serve(echo) });
  const chunked = await sent(upstream, {
    method: "POST",
    body: Readable.from([Buffer.from("a"), Buffer.from("b")]),
  });
  expect(chunked[3]).toBe("ab");
  expect(chunked[2]).toContain("chunked");
  expect((await sent(upstream, { method: "POST" }))[2]).toContain("Content-Length");
  expect((await sent(upstream, {}))[2]).not.toContain("Content-Length");
});

test("without `withKey` no key is added, and without a key nothing that needs one is sent", async () => {
  const origin = await serve(echo);
  expect((await sent(upstreamTo({ origin }), { withKey: false }))[2]).not.toContain("Authorization");
  for (const bad of [null, "", "a b", "a\r\nX: 1", "a".repeat(600)]) {
    const upstream = upstreamTo({ origin }, { key: () => Promise.resolve(bad) });
    expect(await upstream.send(request())).toMatchObject({ ok: false, error: { code: "no-key" } });
    expect((await upstream.send(request({ withKey: false }))).ok).toBe(true);
  }
  const broken = upstreamTo({ origin }, { key: () => Promise.reject(new Error("sealed")) });
  expect(await broken.send(request())).toMatchObject({ ok: false, error: { code: "no-key" } });
});

test("a socket path is a place too, and a path in the origin is kept", async () => {
  const directory = await mkdtemp(join(tmpdir(), "upstream-test-"));
  closing.push(() => rm(directory, { recursive: true, force: true }));
  const socketPath = join(directory, "s");
  await listen(createServer(echo), socketPath);
  const [, , headers] = await sent(upstreamTo({ socketPath }), {});
  expect(headers).toEqual(expect.arrayContaining(["Host", "openrouter.ai"]));
  const origin = new URL("/proxy/", await serve(echo));
  expect((await sent(upstreamTo({ origin }), {}))[1]).toBe("/proxy/api/v1/key");
});

test("one connection serves call after call", async () => {
  const ports = new Set<number | undefined>();
  const origin = await serve((incoming, response) => {
    ports.add(incoming.socket.remotePort);
    echo(incoming, response);
  });
  const upstream = upstreamTo({ origin });
  for (let i = 0; i < 3; i++) {
    await sent(upstream, { method: "POST", body: Readable.from([Buffer.from("x")]) });
    await new Promise(setImmediate);
  }
  expect(ports.size).toBe(1);
});

test("a certificate that nobody trusted signed is not talked to", async () => {
  const authority = createAuthority("localhost", Date.now());
  const { certificatePem: cert, keyPem } = authority.issue("localhost");
  let asked = 0;
  const server = createTlsServer({ cert, key: keyPem }, () => asked++);
  const { port } = await listen(server);
  const reply = await upstreamTo({ origin: new URL(`https://localhost:${port}`) }).send(request());
  expect(reply).toMatchObject({ ok: false, error: { code: "unreachable" } });
  expect(!reply.ok && reply.error.message).toContain(
    "its certificate is signed by nobody that this server trusts",
  );
  expect(asked).toBe(0);
});

test("a place that is not there is unreachable, in words", async () => {
  const says = async (target: UpstreamTarget): Promise<unknown> => {
    const reply = await upstreamTo(target).send(request());
    return reply.ok ? null : [reply.error.code, reply.error.message.split(": ")[1]];
  };
  expect(await says({ origin: new URL("http://127.0.0.1:9") })).toEqual([
    "unreachable",
    "the connection was refused.",
  ]);
  const plain = await serve(echo);
  const spoken = await says({ origin: new URL(`https://127.0.0.1:${plain.port}`) });
  expect(spoken).toEqual(["unreachable", "it does not speak TLS."]);
  expect(await says({ socketPath: join(tmpdir(), "no-such-socket") })).toEqual([
    "unreachable",
    "the simulator is not running.",
  ]);
});

test("a connection that does not come about is given up in time", async () => {
  // TLS is never answered.
  const silent = createTcpServer((socket) => void closing.push(() => socket.destroy())).listen(
    0,
    "127.0.0.1",
  );
  await once(silent, "listening");
  closing.push(() => silent.close());
  const origin = new URL(`https://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  const patience = { connectMs: 20, firstByteMs: 5_000, idleMs: 5_000 };
  const reply = await upstreamTo({ origin }, { patience }).send(request());
  expect(reply).toEqual({
    ok: false,
    error: { code: "unreachable", message: "OpenRouter could not be reached within 0.02 s." },
  });
});

test("aborting before, while waiting and within the reply closes the connection", async () => {
  const early = AbortSignal.abort();
  const closed: Promise<unknown>[] = [];
  const arrived: (() => void)[] = [];
  const origin = await serve((incoming, response) => {
    closed.push(once(response, "close"));
    if (incoming.url === "/stream") response.write("a");
    arrived.shift()?.();
  });
  const upstream = upstreamTo({ origin });
  expect(await upstream.send(request({ signal: early }))).toMatchObject({
    ok: false,
    error: { code: "aborted" },
  });

  const waiting = new AbortController();
  const there = new Promise<void>((resolve) => arrived.push(resolve));
  const reply = upstream.send(request({ signal: waiting.signal }));
  await there;
  waiting.abort();
  expect(await reply).toMatchObject({ ok: false, error: { code: "aborted" } });

  const within = new AbortController();
  const stream = await upstream.send(request({ path: "/stream", signal: within.signal }));
  within.abort();
  if (!stream.ok) throw new Error(stream.error.message);
  const told = Promise.withResolvers<string>();
  stream.value.body.read({ chunk: () => {}, end: () => told.resolve("end"), broken: told.resolve });
  expect(await told.promise).toBe("OpenRouter's reply broke off.");
  await Promise.all(closed);
  expect(closed).toHaveLength(2);
});

test("a body that breaks off takes the request with it", async () => {
  const aborted = Promise.withResolvers<void>();
  const origin = await serve((incoming) => void incoming.on("error", () => aborted.resolve()).resume());
  const body = new Readable({ read() {} });
  body.push("a");
  const reply = upstreamTo({ origin }).send(request({ method: "POST", body }));
  body.once("data", () => setImmediate(() => body.destroy()));
  expect(await reply).toMatchObject({ ok: false, error: { code: "aborted" } });
  await aborted.promise;
});
