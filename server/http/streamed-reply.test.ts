/** A file that is made while it is sent: whole or visibly broken off, made for readers only, and ended with them. */
import { get } from "node:http";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { done } from "../../contract/failures.ts";
import { startTestServer, type TestServer } from "./test-kit.ts";

let server: TestServer;
let cookie: string;
let chunks: () => AsyncIterable<string>;
beforeAll(async () => {
  server = await startTestServer({
    handlers: {
      getRunHar: async () =>
        done({ mediaType: "application/json", fileName: "a/b.har", chunks: () => chunks() }),
    },
  });
  cookie = await server.signIn();
});
afterAll(() => server.stop());

const address = (): string => `${server.origin}/api/runs/${"0".repeat(20)}/har`;
const ask = (init: RequestInit = {}): Promise<Response> => fetch(address(), { headers: { cookie }, ...init });

test("its chunks come in order, as a download that does nothing", async () => {
  chunks = async function* () {
    yield "[1,";
    await Promise.resolve();
    yield '"é"]';
  };
  const reply = await ask();
  expect(await reply.text()).toBe('[1,"é"]');
  expect(Object.fromEntries(reply.headers)).toMatchObject({
    "content-type": "application/json",
    "content-disposition": `attachment; filename="b.har"; filename*=UTF-8''b.har`,
    "content-security-policy": "sandbox; default-src 'none'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
});

test("HEAD has the same head, and nothing is made for it", async () => {
  let made = 0;
  chunks = async function* () {
    made += 1;
    yield "{}";
  };
  const reply = await ask({ method: "HEAD" });
  expect(reply.status).toBe(200);
  expect(reply.headers.get("content-disposition")).toContain("b.har");
  expect(await reply.text()).toBe("");
  expect(made).toBe(0);
});

test("a fault on the way breaks the connection, so that nobody takes it for whole, and stands in the log", async () => {
  chunks = async function* () {
    yield "x".repeat(200_000);
    await Promise.resolve();
    throw new Error("the disk is gone");
  };
  await expect(ask().then((reply) => reply.text())).rejects.toThrow(/terminated|fetch failed/);
  expect(server.log.join("")).toContain("the disk is gone");
});

test("when the browser goes away, so does the making", async () => {
  const ended = Promise.withResolvers<number>();
  chunks = async function* () {
    let made = 0;
    try {
      for (;;) {
        made += 1;
        yield "x".repeat(100_000);
      }
    } finally {
      ended.resolve(made);
    }
  };
  const request = get(address(), { headers: { cookie } });
  const [reply] = (await once(request, "response")) as [NodeJS.ReadableStream];
  // A reader that takes nothing holds it up; one that is gone ends it.
  reply.pause();
  request.destroy();
  expect(await ended.promise).toBeLessThan(1_000);
});

test("signed out there is nothing", async () => {
  expect((await fetch(address())).status).toBe(401);
});
