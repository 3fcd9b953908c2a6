/** What a program may send by hand to get past the gateway, and what it gets: a refusal that can be read, and no call upstream. */
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { limits } from "../../contract/limits.ts";
import { createWorld, type World } from "./gateway-fixture.ts";
import { placeholder } from "./program-request-for-tests.ts";

const authorization = `Authorization: Bearer ${placeholder}`;
const get = (target: string, ...headers: readonly string[]): string =>
  [`GET ${target} HTTP/1.1`, "Host: openrouter.ai", authorization, ...headers, "", ""].join("\r\n");
const post = (headers: readonly string[], body = ""): string =>
  ["POST /api/v1/chat/completions HTTP/1.1", "Host: openrouter.ai", authorization, ...headers, "", body].join(
    "\r\n",
  );

async function dial(world: World): Promise<TLSSocket> {
  const socket = connect({
    host: "127.0.0.1",
    port: world.port,
    ca: world.authorityPem,
    servername: "openrouter.ai",
  });
  await once(socket, "secureConnect");
  return socket;
}

/** Sends the bytes and reads until the gateway closes. */
async function exchange(world: World, bytes: string): Promise<string> {
  const socket = await dial(world);
  let reply = "";
  socket.setEncoding("latin1").on("data", (text: string) => (reply += text));
  socket.on("error", () => socket.destroy());
  socket.write(Buffer.from(bytes, "latin1"));
  await once(socket, "close");
  return reply;
}

/** An upstream that counts what reaches it. */
async function counting(): Promise<{ world: World; reached: string[] }> {
  const reached: string[] = [];
  const world = await createWorld({
    upstream: (request, response) => {
      reached.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      request.resume().on("end", () => response.end("{}"));
    },
  });
  return { world, reached };
}

const corpus: Readonly<Record<string, string>> = {
  "both lengths": post(["Content-Length: 4", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
  "two lengths": post(["Content-Length: 4", "Content-Length: 5"], "abcd"),
  "a signed length": post(["Content-Length: +4"], "abcd"),
  "an unknown coding": post(["Transfer-Encoding: xchunked"], "abcd"),
  "a coding list": post(["Transfer-Encoding: chunked, identity"], "0\r\n\r\n"),
  "a broken chunk size": post(["Transfer-Encoding: chunked"], "xyz\r\nabc\r\n0\r\n\r\n"),
  "a folded header": get("/api/v1/models", "X-A: 1", " folded"),
  "a bare line feed": "GET /api/v1/models HTTP/1.1\nHost: openrouter.ai\n\n",
  "a NUL in a header": get("/api/v1/models", "X-A: a\0b"),
  "a blank before the colon": get("/api/v1/models", "X-A : 1"),
  "no HTTP at all": "hello\r\n\r\n",
  "an endless header": get("/api/v1/models", `X-A: ${"a".repeat(70_000)}`),
};

test.each(Object.entries(corpus))(
  "%s is refused by the parser, and the connection closed",
  async (_name, bytes) => {
    const { world, reached } = await counting();
    await using _ = world;
    const reply = await exchange(world, bytes);
    expect(reply).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(reply.split("HTTP/1.1 ")).toHaveLength(2);
    expect(reached.filter((line) => !line.startsWith("POST /api/v1/chat/completions"))).toEqual([]);
    expect(JSON.parse(reply.slice(reply.indexOf("\r\n\r\n")))).toHaveProperty("error.message");
  },
);

const refused: Readonly<Record<string, readonly [request: string, status: number]>> = {
  "no host": ["GET /api/v1/models HTTP/1.1\r\n\r\n", 400],
  "two hosts": [get("/api/v1/models", "Host: evil.example"), 400],
  "another host": [get("/api/v1/models").replace("Host: openrouter.ai", "Host: evil.example"), 421],
  "an absolute address": [get("https://evil.example/api/v1/models"), 400],
  "a tunnel": ["CONNECT evil.example:443 HTTP/1.1\r\nHost: openrouter.ai\r\n\r\n", 400],
  dots: [get("/api/v1/models/../keys"), 400],
  "an encoded slash": [get("/api/v1/models%2F..%2Fkeys"), 400],
  "twice the credential": [get("/api/v1/key", authorization), 400],
  "the admin's keys": [get("/api/v1/keys"), 403],
  "a key of its own": [post([]).replace("chat/completions", "auth/keys/code"), 403],
};

test.each(Object.entries(refused))("%s: refused in OpenRouter's envelope", async (_name, [bytes, status]) => {
  const { world, reached } = await counting();
  await using _ = world;
  const reply = await exchange(world, bytes.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
  expect(reply).toContain(`HTTP/1.1 ${status} `);
  const { error } = JSON.parse(reply.slice(reply.indexOf("\r\n\r\n"))) as {
    error: { code: number; message: string };
  };
  expect(error.code).toBe(status);
  expect(error.message).not.toBe("");
  expect(reached).toEqual([]);
});

test("no key, an empty and a mangled one get OpenRouter's own answers, and the catalogue needs none", async () => {
  const { world, reached } = await counting();
  await using _ = world;
  const ask = async (path: string, ...headers: string[]): Promise<string> =>
    (await world.curl(`https://openrouter.ai/api/v1/${path}`, ...headers.flatMap((header) => ["-H", header])))
      .stdout;
  expect(await ask("key")).toContain('"code":401,"message":"Missing Authentication header"');
  expect(await ask("key", "Authorization: Bearer ")).toContain("401");
  expect(await ask("key", "Authorization: Basic abc")).toContain("No auth credentials found");
  expect(await ask("key", `Authorization: Bearer ${placeholder.slice(0, 40)}`)).toContain("User not found.");
  expect(reached).toEqual([]);
  expect(await ask("models")).toBe("{}");
  expect(reached[0]).not.toContain("authorization");
  expect(await ask("key", `x-api-key: ${placeholder}`)).toBe("{}");
  expect(reached[1]).toContain('"authorization":"Bearer sk-or-v1-c0ffee');
  expect(reached[1]).not.toContain("x-api-key");
  const states = (await world.settled(6)).map(({ state, status }) => [state, status]);
  expect(states).toEqual([...Array.from({ length: 4 }, () => ["failed", 401]), ["done", 200], ["done", 200]]);
});

test("credentials, cookies, hop-by-hop and steering headers stay behind; the rest keeps order and spelling", async () => {
  let raw: readonly string[] = [];
  await using world = await createWorld({
    upstream: (request, response) => {
      raw = request.rawHeaders;
      request.resume().on("end", () => response.end("{}"));
    },
  });
  const kept = ["X-Odd-CASE: 1", "HTTP-Referer: http://localhost", "x-title: Caf\xe9"];
  const dropped = [
    "Cookie: a=b",
    "X-Forwarded-For: 1.2.3.4",
    "TE: trailers",
    "Upgrade: h2c",
    "X-Hop: 1",
    "X-HTTP-Method-Override: DELETE",
  ];
  await exchange(
    world,
    get("/api/v1/key", ...kept, ...dropped, "Connection: close, X-Hop, Authorization, Upgrade"),
  );
  expect(raw).toEqual([
    "Host",
    expect.stringContaining("127.0.0.1"),
    ...kept.flatMap((line) => line.split(": ")),
    "Authorization",
    expect.stringContaining("c0ffee"),
    "Connection",
    "keep-alive",
  ]);
});

test("a refused upload that waits for 100 Continue is not asked for, an allowed one is", async () => {
  const { world, reached } = await counting();
  await using _ = world;
  const expecting = ["Content-Length: 4", "Expect: 100-continue"];
  const refusal = await exchange(world, post(expecting).replace("chat/completions", "keys"));
  expect(refusal).toMatch(/^HTTP\/1\.1 403 /);
  expect(reached).toEqual([]);
  const socket = await dial(world);
  socket.write(post(expecting));
  const [go] = (await once(socket, "data")) as [Buffer];
  expect(go.toString()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  socket.write("abcd");
  const [reply] = (await once(socket, "data")) as [Buffer];
  expect(reply.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(reached[0]).not.toContain("expect");
  socket.destroy();
});

test("HEAD and OPTIONS pass, and pipelined requests are answered in order", async () => {
  const reached: string[] = [];
  await using world = await createWorld({
    upstream: (request, response) => {
      reached.push(`${request.method} ${request.url}`);
      response.writeHead(200, { "Content-Length": 2 }).end(request.method === "HEAD" ? "" : "{}");
    },
  });
  const head = get("/api/v1/models").replace("GET", "HEAD");
  const options = get("/api/v1/chat/completions").replace("GET", "OPTIONS");
  const reply = await exchange(world, head + options + get("/api/v1/models?x=1", "Connection: close"));
  expect(reply.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  expect(reply.match(/\{\}/g)).toHaveLength(2);
  expect(reached.toSorted()).toEqual([
    "GET /api/v1/models?x=1",
    "HEAD /api/v1/models",
    "OPTIONS /api/v1/chat/completions",
  ]);
});

test("connections beyond the run's limit are closed at once, and the others go on", async () => {
  const { world } = await counting();
  await using _ = world;
  const held = await Promise.all(Array.from({ length: limits.connectionsPerRun }, () => dial(world)));
  await expect(dial(world)).rejects.toThrow(/disconnected|ECONNRESET|hang up/);
  held[0]!.write(get("/api/v1/models"));
  const [reply] = (await once(held[0]!, "data")) as [Buffer];
  expect(reply.toString()).toContain("200 OK");
  for (const socket of held) socket.destroy();
});
