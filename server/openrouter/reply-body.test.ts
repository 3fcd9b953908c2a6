/** A reply's body comes as it was sent, in any split, with the key masked; it waits for its reader, and is dropped at once. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { createLog } from "../log.ts";
import { createDialer } from "./dial.ts";
import { createUpstream } from "./http-upstream.ts";
import { gather } from "./reply-body.ts";
import type { ReplyBody } from "./upstream.ts";

const key = "sk-or-v1-aabaab-aabaab";
const stars = "*".repeat(key.length);
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Asks a server that answers so, with the key. */
async function asking(answer: RequestListener): Promise<() => Promise<ReplyBody>> {
  const server = createServer({ keepAliveTimeout: 5_000 }, answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const dialer = createDialer({
    origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  });
  closing.push(
    () => dialer.close(),
    () => {
      server.closeAllConnections();
      server.close();
    },
  );
  const upstream = createUpstream({
    dialer,
    key: () => Promise.resolve(key),
    simulated: false,
    log: createLog("silent"),
  });
  return async () => {
    const reply = await upstream.send({
      method: "GET",
      path: "/api/v1/key",
      rawHeaders: [],
      withKey: true,
      body: null,
      signal: new AbortController().signal,
    });
    if (!reply.ok) throw new Error(reply.error.message);
    return reply.value.body;
  };
}

/** Each piece in a packet of its own, as far as the system lets us. */
async function writeApart(response: ServerResponse, pieces: readonly Buffer[]): Promise<void> {
  response.flushHeaders();
  for (const piece of pieces) {
    response.write(piece);
    await new Promise(setImmediate);
  }
  response.end();
}

const cut = (bytes: Buffer, cuts: readonly number[]): readonly Buffer[] => {
  const ends = [...new Set([...cuts.map((at) => at % (bytes.length + 1)), bytes.length])].toSorted(
    (a, b) => a - b,
  );
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end)).filter(({ length }) => length > 0);
};

test("over a real connection, in any split, every key is masked and nothing else is changed", async () => {
  let pieces: readonly Buffer[] = [];
  const ask = await asking((_, response) => void writeApart(response, pieces));
  const part = fc.oneof(
    fc.constantFrom(key, key.slice(0, 12), "aab", "s", "\n"),
    fc.string({ maxLength: 5 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 8 }),
      fc.array(fc.nat(80), { maxLength: 8 }),
      async (parts, cuts) => {
        const bytes = Buffer.from(parts.join(""));
        pieces = cut(bytes, cuts);
        const got = await gather(await ask(), 1e6);
        expect(got?.toString()).toBe(bytes.toString().replaceAll(key, stars));
      },
    ),
    { numRuns: 60 },
  );
});

test("a compressed body comes byte for byte, and breaks off when the key is in it", async () => {
  let bytes = gzipSync("data: 1\n\n".repeat(50));
  const ask = await asking((_, response) => {
    response.setHeader("Content-Encoding", "gzip");
    void writeApart(response, cut(bytes, [7, 20, 31]));
  });
  expect(await gather(await ask(), 1e6)).toEqual(bytes);
  bytes = gzipSync(`it is ${key}.`);
  const broken = Promise.withResolvers<string>();
  (await ask()).read({ chunk: () => {}, end: () => broken.resolve("end"), broken: broken.resolve });
  expect(await broken.promise).toContain("held the key");
});

test("while its reader pauses the sender has to wait, and then all of it comes", async () => {
  const piece = Buffer.alloc(256 * 1024, "x");
  const count = 128;
  const held = Promise.withResolvers<void>();
  let written = 0;
  const ask = await asking((_, response) => {
    const goOn = (): void => {
      while (written < count) {
        written += 1;
        if (response.write(piece)) continue;
        held.resolve();
        return void response.once("drain", goOn);
      }
      response.end();
    };
    goOn();
  });
  const body = await ask();
  const hash = createHash("sha256");
  const end = Promise.withResolvers<void>();
  let chunks = 0;
  body.read({
    chunk(bytes) {
      hash.update(bytes);
      chunks += 1;
      if (chunks === 1) body.pause();
    },
    end: end.resolve,
    broken: (message) => end.reject(new Error(message)),
  });
  await expect.poll(() => chunks, { timeout: 20_000 }).toBeGreaterThan(0);
  await held.promise;
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  expect(chunks).toBeLessThanOrEqual(3);
  expect(written).toBeLessThan(count);
  body.resume();
  await end.promise;
  const whole = createHash("sha256");
  for (let i = 0; i < count; i++) whole.update(piece);
  expect(hash.digest("hex")).toBe(whole.digest("hex"));
});

test("a body that is dropped closes the connection upstream, and its reader hears no more", async () => {
  const closed = Promise.withResolvers<void>();
  const ask = await asking((_, response) => {
    response.on("close", closed.resolve);
    response.write("first");
    response.write("second");
  });
  const body = await ask();
  const heard: string[] = [];
  const first = Promise.withResolvers<void>();
  body.read({
    chunk(bytes) {
      heard.push(bytes.toString());
      body.drop();
      first.resolve();
    },
    end: () => heard.push("end"),
    broken: () => heard.push("broken"),
  });
  await first.promise;
  await closed.promise;
  await new Promise(setImmediate);
  expect(heard).toHaveLength(1);
  expect(heard[0]).toMatch(/^first/);
});

test("what is more than is wanted is not gathered", async () => {
  const ask = await asking((_, response) => response.end("x".repeat(2_000)));
  expect(await gather(await ask(), 1_000)).toBeNull();
  expect((await gather(await ask(), 2_000))?.length).toBe(2_000);
});
