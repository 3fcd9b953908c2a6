/** What a program or an upstream may try on the gateway's way (threats A83 to A103 that no test beside the code holds). */
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { toCallRecord } from "../../server/gateway/call-view.ts";
import { createWorld, realKey, type World } from "../../server/gateway/gateway-fixture.ts";
import { placeholder } from "../../server/gateway/program-request-for-tests.ts";

/** Answers everything, and notes what came. */
async function noting(reply = '{"id":"gen-1","usage":{"cost":0.5}}') {
  const arrived: { readonly target: string; readonly headers: readonly string[]; readonly body: string }[] =
    [];
  const world = await createWorld({
    upstream: (request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        arrived.push({ target: `${request.method} ${request.url}`, headers: request.rawHeaders, body });
        response.writeHead(200, { "Content-Type": "application/json" }).end(reply);
      });
    },
  });
  return { world, arrived };
}

async function dial(world: World): Promise<TLSSocket> {
  const { port, authorityPem: ca } = world;
  const socket = connect({ host: "127.0.0.1", port, ca, servername: "openrouter.ai" });
  socket.on("error", () => socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

test("A84 a key that comes back in a redirect, a status line, a header, a stream and in pieces is masked on every way out", async () => {
  await using world = await createWorld({
    upstream: (request, response) => {
      request.resume().on("end", () => {
        response.writeHead(302, `See ${realKey}`, {
          Location: `https://evil.example/?k=${realKey}`,
          "Set-Cookie": `k=${realKey}`,
          "Content-Type": "text/event-stream",
        });
        response.write(`data: {"error":{"message":"key ${realKey.slice(0, 11)}`);
        setImmediate(() => response.end(`${realKey.slice(11)} is bad"}}\n\n`));
      });
    },
  });
  const { stdout } = await world.curl(
    "-i",
    "-d",
    "{}",
    "-H",
    `Authorization: Bearer ${placeholder}`,
    "https://openrouter.ai/api/v1/chat/completions",
  );
  expect(stdout).toContain("302");
  expect(stdout).toContain("Location: https://evil.example/?k=****");
  const [row] = await world.settled(1);
  const record = toCallRecord(row!, world.recordings.get(row!.id)!);
  expect(row!.errorMessage).toContain("****");
  for (const seen of [stdout, record, row!.errorMessage, world.announced, world.logged])
    expect(JSON.stringify(seen)).not.toContain(realKey.slice(10, 40));
});

test("A85 a body that names another destination is data: it goes to OpenRouter, and the key with it to nowhere else", async () => {
  const { world, arrived } = await noting();
  await using _ = world;
  const steering = {
    model: "m",
    base_url: "http://127.0.0.1:1/",
    api_base: "http://169.254.169.254/",
    api_key: "sk-mine",
    provider: { url: "http://evil.example", order: ["x"] },
    route: "http://evil.example",
    webhook: "http://evil.example",
    callback_url: "http://evil.example",
    callbacks: ["http://evil.example"],
    headers: { Host: "evil.example" },
    __proto__: null,
    constructor: { prototype: { admin: true } },
  };
  const body = `${JSON.stringify(steering).slice(0, -1)},"__proto__":{"admin":true}}`;
  for (const path of ["chat/completions", "responses", "messages", "embeddings", "videos"])
    expect((await world.ask(path, body)).status).toBe(200);
  expect(arrived.map(({ target, body: came }) => [target, came === body])).toEqual(
    ["chat/completions", "responses", "messages", "embeddings", "videos"].map((path) => [
      `POST /api/v1/${path}`,
      true,
    ]),
  );
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});

test("A90 a request that can be read two ways takes the connection with it: nothing that stands behind it is ever answered", async () => {
  const { world, arrived } = await noting();
  await using _ = world;
  const head = (...lines: string[]): string =>
    [
      "POST /api/v1/messages HTTP/1.1",
      "Host: openrouter.ai",
      `x-api-key: ${placeholder}`,
      ...lines,
      "",
      "",
    ].join("\r\n");
  const smuggled = head("X-Smuggled: 1", "Content-Length: 0");
  const poison = [
    head("Content-Length: 5", "Transfer-Encoding: chunked") + "0\r\n\r\n",
    head("Transfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n",
    head("Transfer-Encoding: chunked", "Transfer-Encoding: identity") + "0\r\n\r\n",
    head("Transfer-Encoding: chunked;q=0.5") + "0\r\n\r\n",
    head("Transfer-Encoding : chunked") + "0\r\n\r\n",
    head("Content-Length: 1", "content-length: 2") + "ab",
    head("Content-Length: 0x2") + "ab",
    head("Content-Length: 2, 2") + "ab",
    head("Transfer-Encoding: chunked") + "-1\r\na\r\n0\r\n\r\n",
    head("Transfer-Encoding: chunked") + "1;\n\r\na\r\n0\r\n\r\n",
    head("Transfer-Encoding: chunked") + "ffffffffffffffffff\r\na\r\n",
    head("Transfer-Encoding: chunked") + "1\r\nabc\r\n0\r\n\r\n",
    head("Transfer-Encoding: chunked") + "0\r\nContent-Length: 5\r\nBad Trailer\r\n\r\n",
    head("X: a\rContent-Length: 5") + "abcde",
  ];
  for (const bytes of poison) {
    const socket = await dial(world);
    let reply = "";
    socket.setEncoding("latin1").on("data", (text: string) => (reply += text));
    socket.write(Buffer.from(bytes + smuggled, "latin1"));
    await once(socket, "close");
    expect([bytes, reply.match(/HTTP\/1\.1 \d\d\d/g)?.at(-1)]).toEqual([
      bytes,
      expect.stringMatching(/4\d\d/),
    ]);
  }
  expect(
    arrived.filter(({ headers }) => headers.some((text) => text.toLowerCase() === "x-smuggled")),
  ).toEqual([]);
  expect((await world.ask("chat/completions", { model: "m" })).status).toBe(200);
});

test("refusals and answers that were asked for in one go come in order, with bodies of any size between, on one connection", async () => {
  const { world, arrived } = await noting("{}");
  await using _ = world;
  const ask = (path: string, body: string, ...more: string[]): string =>
    [
      `POST /api/v1/${path} HTTP/1.1`,
      "Host: openrouter.ai",
      `Authorization: Bearer ${placeholder}`,
      `Content-Length: ${body.length}`,
      ...more,
      "",
      body,
    ].join("\r\n");
  const socket = await dial(world);
  let reply = "";
  socket.setEncoding("latin1").on("data", (text: string) => (reply += text));
  const large = "x".repeat(600_000);
  socket.write(
    ask("keys", large) +
      ask("messages", "{}") +
      ask("nowhere", "{}") +
      ask("models", large) +
      ask("embeddings", "{}", "Connection: close"),
  );
  await once(socket, "close");
  expect(reply.match(/HTTP\/1\.1 \d\d\d/g)).toEqual(
    [403, 200, 403, 405, 200].map((status) => `HTTP/1.1 ${status}`),
  );
  expect(arrived.map(({ target, body }) => `${target} ${body}`)).toEqual([
    "POST /api/v1/messages {}",
    "POST /api/v1/embeddings {}",
  ]);
  const states = (await world.settled(5))
    .toSorted((one, other) => one.number - other.number)
    .map(({ status }) => status);
  expect(states).toEqual([403, 200, 403, 405, 200]);
});

test("A91 control characters and odd text in header values, models and ids: refused, or data that is escaped wherever it is shown", async () => {
  const { world, arrived } = await noting(
    '{"id":"gen-\\u0000\\u001b[31m\\ud800","model":"a\\r\\nb","provider":"p\\u0007","usage":{"cost":0.5}}',
  );
  await using _ = world;
  const socket = await dial(world);
  let replies = "";
  socket.setEncoding("latin1").on("data", (text: string) => (replies += text));
  socket.write(
    Buffer.from(
      `GET /api/v1/key HTTP/1.1\r\nHost: openrouter.ai\r\nAuthorization: Bearer ${placeholder}\r\nX-Title: a\0b\r\n\r\n`,
      "latin1",
    ),
  );
  await once(socket, "close");
  expect(replies).toMatch(/^HTTP\/1\.1 400/);
  expect(arrived).toEqual([]);
  expect((await world.ask("chat/completions", { model: "x\r\n\0\u001b[2J\ud800' OR 1=1 --" })).status).toBe(
    200,
  );
  const [row] = await world.settled(1);
  for (const text of [row!.model, row!.provider, row!.generationId])
    expect(text).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\p{Cs}/u);
});

const codings: Readonly<Record<string, (text: Buffer) => Buffer>> = {
  gzip: gzipSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
  deflate: deflateSync,
};

test("A94 a bomb in any coding, and a thousand codings on top of each other, pass as bytes and are read no further than the cap", async () => {
  const bomb = Buffer.alloc(80 * 2 ** 20, 32);
  const chain = Array.from({ length: 1_000 }, () => "gzip").join(", ");
  const cases = [
    ...Object.entries(codings).map(([name, pack]) => [name, pack(bomb)] as const),
    [chain, gzipSync("{}")] as const,
  ];
  for (const [coding, bytes] of cases) {
    await using world = await createWorld({
      upstream: (request, response) => {
        request
          .resume()
          .on("end", () =>
            response
              .writeHead(200, { "Content-Type": "application/json", "Content-Encoding": coding })
              .end(bytes),
          );
      },
    });
    const { status } = await world.ask("chat/completions", { model: "m" });
    const [row] = await world.settled(1);
    expect([coding.slice(0, 10), status, row!.state, row!.costPicoUsd, row!.responseBytes]).toEqual([
      coding.slice(0, 10),
      200,
      "unknown",
      null,
      bytes.length,
    ]);
  }
});

test("A97 a program that turns usage off, or leaves before it comes, has a call of unknown price, never a free one", async () => {
  await using world = await createWorld({
    upstream: (request, response) => {
      request.resume().on("end", () => {
        response.writeHead(200, { "Content-Type": "text/event-stream", "X-Generation-Id": "gen-9" });
        response.end('data: {"id":"gen-9","choices":[{"delta":{"content":"a"}}]}\n\ndata: [DONE]\n\n');
      });
    },
  });
  await world.ask("chat/completions", {
    model: "m",
    stream: true,
    usage: { include: false },
    stream_options: { include_usage: false },
  });
  expect((await world.settled(1))[0]).toMatchObject({
    state: "unknown",
    costPicoUsd: null,
    generationId: "gen-9",
  });
});

test("A98 a price told twice counts once, the last one; another model than was asked for is the one that is recorded", async () => {
  const { world } = await noting(
    '{"id":"gen-1","model":"other/model","usage":{"cost":0.5},"usage":{"cost":0.25}}',
  );
  await using _ = world;
  await world.ask("chat/completions", { model: "asked/model" });
  expect((await world.settled(1))[0]).toMatchObject({
    costText: "0.25",
    costPicoUsd: 250_000_000_000n,
    model: "other/model",
  });
});

test("A99 after the run its endpoint takes nothing: not a new connection, not a request on one that was open", async () => {
  const { world, arrived } = await noting();
  await using _ = world;
  const open = await dial(world);
  await world.endpoint.close();
  open.write(
    `GET /api/v1/key HTTP/1.1\r\nHost: openrouter.ai\r\nAuthorization: Bearer ${placeholder}\r\n\r\n`,
  );
  if (!open.closed) await once(open, "close");
  await expect(dial(world)).rejects.toThrow(/ECONNREFUSED|disconnected|ECONNRESET/);
  expect(arrived).toEqual([]);
});

test("A100 connections that are slow or silent take their run's places only", async () => {
  const { world: slow } = await noting();
  const { world: other } = await noting();
  await using _ = slow;
  await using __ = other;
  const held = await Promise.all(Array.from({ length: 64 }, () => dial(slow)));
  for (const socket of held) socket.write("POST /api/v1/messages HTTP/1.1\r\nHost: openr");
  await expect(dial(slow)).rejects.toThrow(/disconnected|ECONNRESET|hang up/);
  expect((await other.ask("chat/completions", { model: "m" })).status).toBe(200);
  for (const socket of held) socket.destroy();
});

test("A102 what is logged of a call is one line each, without control characters, headers or keys, however hostile it is", async () => {
  const { world } = await noting(
    '{"error":{"code":"x\\n{\\"level\\":60}","message":"\\u001b[31m\\r\\nERROR forged line"}}',
  );
  await using _ = world;
  const hostile = `m\n{"level":60,"msg":"forged"}\u001b[2J${"x".repeat(1_000_000)}`;
  await world.ask("chat/completions", { model: hostile }, { "X-Title": "a title" });
  await world.ask(`chat/completions?q=${"%0a".repeat(500)}`, { model: "m" });
  await world.settled(2);
  for (const line of world.logged) {
    expect(line.endsWith("\n")).toBe(true);
    expect(line.slice(0, -1)).not.toMatch(/[\0-\x1f\x7f]/);
    expect(line.length).toBeLessThan(10_000);
    expect(line).not.toMatch(/sk-or-v1-[0-9a-f]{8}|forged|a title/);
  }
});
