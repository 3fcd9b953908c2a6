/** Bytes that no browser sends: each gets its refusal, and whatever came before, the next request is answered. */
import { connect } from "node:net";
import { once } from "node:events";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { limits } from "../../contract/limits.ts";
import { sendRaw, startTestServer, type TestServer } from "./test-kit.ts";

let server: TestServer;
let port: number;
let cookie: string;
beforeAll(async () => {
  server = await startTestServer({
    handlers: { startRun: async () => ({ ok: false, error: { code: "run-ended" } }) },
  });
  port = server.server.address.port;
  cookie = await server.signIn();
});
afterAll(() => server.stop());
/** Whatever a test has sent, the next request is answered. */
afterEach(async () => {
  const reply = await fetch(`${server.origin}/api/health`);
  expect(reply.status).toBe(200);
});

const get = (lines: string[], path = "/api/health"): string =>
  [`GET ${path} HTTP/1.1`, ...lines, "connection: close", "", ""].join("\r\n");
const post = (lines: string[], body: string): string =>
  [
    "POST /api/runs HTTP/1.1",
    `host: ${server.host}`,
    `origin: ${server.origin}`,
    `cookie: ${cookie}`,
    "content-type: application/json",
    ...lines,
    "",
    body,
  ].join("\r\n");

test.each<[string, () => string, number]>([
  ["no Host", () => get([]), 400],
  ["no Host in HTTP/1.0", () => "GET /api/health HTTP/1.0\r\n\r\n", 400],
  ["an empty Host", () => get(["host:"]), 400],
  ["two Hosts", () => get([`host: ${server.host}`, "host: evil.test"]), 400],
  ["two Hosts that agree", () => get([`host: ${server.host}`, `Host: ${server.host}`]), 400],
  ["a Host that is folded", () => get([`host: ${server.host}`, " evil.test"]), 400],
  ["an absolute URL", () => get([`host: ${server.host}`], `http://${server.host}/api/health`), 400],
  ["an absolute URL that differs", () => get([`host: ${server.host}`], "http://evil.test/api/health"), 400],
  ["an asterisk", () => get([`host: ${server.host}`], "*"), 400],
  ["a Host of brackets", () => get(["host: [::1"]), 400],
  ["a Host with another port", () => get(["host: 127.0.0.1:1"]), 421],
  ["a Host with an odd port", () => get(["host: 127.0.0.1:0x50"]), 400],
  ["0.0.0.0", () => get([`host: 0.0.0.0:${port}`]), 421],
  ["a broken escape", () => get([`host: ${server.host}`], "/api/health?q=%E0%A4"), 400],
  ["NUL in the path", () => get([`host: ${server.host}`], "/api/\0health"), 400],
  ["an odd Origin", () => get([`host: ${server.host}`, "origin: http://[::1"]), 403],
  ["an odd cookie", () => get([`host: ${server.host}`, "cookie: =;;=orid_test1;orid_test1"]), 200],
  ["two session cookies", () => get([`host: ${server.host}`, `cookie: ${cookie}; ${cookie}`]), 400],
  [
    "two session cookies in two headers",
    () => get([`host: ${server.host}`, `cookie: ${cookie}`, `cookie: ${cookie}`]),
    400,
  ],
  ["a body on GET", () => `${get([`host: ${server.host}`, "content-length: 2"])}{}`, 400],
  ["an unknown method", () => "BREW / HTTP/1.1\r\nhost: x\r\n\r\n", 400],
  ["20 kB of headers", () => get([`host: ${server.host}`, `x: ${"y".repeat(20_000)}`]), 431],
  ["thousands of headers", () => get([`host: ${server.host}`, ...Array<string>(3_000).fill("x:")]), 400],
  [
    "thousands of headers on an upgrade",
    () => get([`host: ${server.host}`, "upgrade: websocket", ...Array<string>(5_000).fill("abc: d")]),
    431,
  ],
  ["an expectation", () => get([`host: ${server.host}`, "expect: 200-maybe"]), 400],
  ["a length and chunks", () => post(["content-length: 4", "transfer-encoding: chunked"], "0\r\n\r\n"), 400],
  ["chunks and a length", () => post(["transfer-encoding: chunked", "content-length: 4"], "0\r\n\r\n"), 400],
  ["two lengths", () => post(["content-length: 2", "content-length: 3"], "{}"), 400],
  ["twin lengths", () => post(["content-length: 2, 2"], "{}"), 400],
  ["a signed length", () => post(["content-length: +2"], "{}"), 400],
  ["an odd coding", () => post(["transfer-encoding: xchunked"], "0\r\n\r\n"), 400],
  ["chunked not last", () => post(["transfer-encoding: chunked, identity"], "0\r\n\r\n"), 400],
  ["a folded coding", () => post(["transfer-encoding:", " chunked"], "0\r\n\r\n"), 400],
  ["a space before the colon", () => post(["content-length : 2"], "{}"), 400],
  ["a bare LF", () => post(["x: y\ncontent-length: 2"], "{}"), 400],
  ["an odd chunk size", () => post(["transfer-encoding: chunked"], "0x2\r\n{}\r\n0\r\n\r\n"), 400],
  ["a negative chunk size", () => post(["transfer-encoding: chunked"], "-2\r\n{}\r\n0\r\n\r\n"), 400],
  [
    "a huge chunk extension",
    () => post(["transfer-encoding: chunked"], `2;${"x".repeat(20_000)}\r\n{}\r\n0\r\n\r\n`),
    413,
  ],
  ["JSON that is none", () => post(["content-length: 1"], "{"), 400],
  ["bytes that are no UTF-8", () => post(["content-length: 3"], '"\u00ff"'), 400],
  ["a compressed body", () => post(["content-length: 2", "content-encoding: gzip"], "{}"), 400],
  ["half a request", () => "POST /api/runs HT", 400],
])("%s", async (_name, request, status) => {
  const reply = await sendRaw(port, Buffer.from(request(), "latin1"));
  expect(reply.status).toBe(status);
});

test("a pipelined rest that is poisoned closes the connection and harms nobody else", async () => {
  const good = `GET /api/health HTTP/1.1\r\nhost: ${server.host}\r\n\r\n`;
  const reply = await sendRaw(port, `${good}GARBAGE\r\n\r\n`);
  expect([0, 200]).toContain(reply.status);
  // Whole replies one after the other, never one inside another.
  expect(reply.whole.split("HTTP/1.1 ").length).toBeLessThanOrEqual(3);
});

test("CONNECT and h2c get nothing", async () => {
  expect((await sendRaw(port, "CONNECT evil.test:443 HTTP/1.1\r\nhost: evil.test\r\n\r\n")).status).toBe(0);
  const h2c = get([
    `host: ${server.host}`,
    "connection: Upgrade, HTTP2-Settings",
    "upgrade: h2c",
    "http2-settings: AAA",
  ]);
  expect((await sendRaw(port, h2c)).status).toBe(200);
});

test("nobody reads the body of somebody who is not signed in", async () => {
  const socket = connect({ host: "127.0.0.1", port });
  const head = [
    "POST /api/runs HTTP/1.1",
    `host: ${server.host}`,
    `origin: ${server.origin}`,
    "content-type: application/json",
    "content-length: 1000000",
    "expect: 100-continue",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  // Answered although not one byte of the body has come, and none was asked for.
  const [first] = (await once(socket, "data")) as [Buffer];
  expect(first.toString()).toMatch(/^HTTP\/1\.1 401 /);
  socket.destroy();
});

test("a body that was announced is asked for from somebody who is", async () => {
  const socket = connect({ host: "127.0.0.1", port });
  socket.write(post(["content-length: 2", "expect: 100-continue", "connection: close"], ""));
  const [first] = (await once(socket, "data")) as [Buffer];
  expect(first.toString()).toMatch(/^HTTP\/1\.1 100 /);
  socket.write("{}");
  const [second] = (await once(socket, "data")) as [Buffer];
  expect(second.toString()).toMatch(/^HTTP\/1\.1 400 /);
  socket.destroy();
});

test("a body over the limit is refused by what came, not by what was announced", async () => {
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  const chunks = chunk.repeat(limits.requestBodyBytes / 0x10000 + 1);
  const chunked = await sendRaw(port, post(["transfer-encoding: chunked"], `${chunks}0\r\n\r\n`));
  expect(chunked.status).toBe(413);
  const announced = await sendRaw(port, post([`content-length: ${limits.requestBodyBytes + 1}`], "{}"));
  expect(announced.status).toBe(413);
});

test("random bytes, alone and after a good beginning, leave the server standing", async () => {
  const beginning = `GET /api/health HTTP/1.1\r\nhost: ${server.host}\r\n`;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        "",
        "GET ",
        "POST /api/",
        beginning,
        `${beginning}origin: `,
        `${beginning}cookie: orid_test1=`,
      ),
      fc.uint8Array({ maxLength: 300 }),
      async (head, bytes) => {
        const reply = await sendRaw(port, Buffer.concat([Buffer.from(head), bytes, Buffer.from("\r\n\r\n")]));
        // 0: closed without a word. Never a fault of the server's own.
        expect([0, 200, 400, 403, 404, 421, 431]).toContain(reply.status);
      },
    ),
    { numRuns: 300 },
  );
});
