/** Whatever OpenRouter, or the way there, does wrong: the program is told as it is, once, and the books stay right (faults F24 to F34, F52). */
import { createHash } from "node:crypto";
import { createServer } from "node:https";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { systemClock } from "../../server/clock.ts";
import { createAuthority } from "../../server/gateway/certificates.ts";
import { createWorld, type World } from "../../server/gateway/gateway-fixture.ts";

const body = { model: "m", messages: [] };
const rowOf = async (world: World, count = 1) => (await world.settled(count)).at(-1)!;

test("F24 names that don't exist, closed ports and certificates that are wrong: a 502 in the envelope with the cause, nothing spent", async () => {
  const authority = createAuthority("openrouter.ai", systemClock.now());
  const { keyPem, certificatePem } = authority.issue("openrouter.ai");
  const untrusted = createServer({ key: keyPem, cert: certificatePem }, (_, response) => response.end("{}"));
  untrusted.listen(0, "127.0.0.1");
  await once(untrusted, "listening");
  const places = [
    "http://nowhere.invalid",
    "http://127.0.0.1:9",
    `https://127.0.0.1:${(untrusted.address() as AddressInfo).port}`,
    `https://localhost:${(untrusted.address() as AddressInfo).port}`,
  ];
  for (const place of places) {
    await using world = await createWorld({ upstream: new URL(place) });
    const { status, text } = await world.ask("chat/completions", body);
    expect([place, status, (JSON.parse(text) as { error: { code: number } }).error.code]).toEqual([
      place,
      502,
      502,
    ]);
    expect(await rowOf(world)).toMatchObject({
      state: "failed",
      costPicoUsd: null,
      errorCode: "unreachable",
    });
  }
  untrusted.close();
});

test("F25 a stream that only sends comments is alive, however long they keep coming", async () => {
  await using world = await createWorld({
    patience: { connectMs: 5_000, firstByteMs: 5_000, idleMs: 3_000 },
    upstream: (request, response) => {
      request.resume().on("end", () => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        let left = 14;
        const timer = setInterval(() => {
          response.write(": OPENROUTER PROCESSING\n\n");
          if ((left -= 1) > 0) return;
          clearInterval(timer);
          response.end('data: {"choices":[],"usage":{"cost":0.5}}\n\ndata: [DONE]\n\n');
        }, 250);
      });
    },
  });
  const { status, text } = await world.ask("chat/completions", { ...body, stream: true });
  expect([status, text.split(": OPENROUTER").length]).toEqual([200, 15]);
  expect(await rowOf(world)).toMatchObject({ state: "done", costText: "0.5" });
});

const oddities: Readonly<Record<string, readonly [type: string, text: string, row: object]>> = {
  "broken JSON": [
    "application/json",
    '{"id":"gen-1","usage":{"cost":',
    { state: "unknown", errorCode: "unpriced" },
  ],
  "an HTML page": [
    "text/html",
    "<!doctype html><script>alert(1)</script>",
    { state: "unknown", errorCode: "unpriced" },
  ],
  "JSON under a wrong type": ["text/plain", '{"usage":{"cost":0.5}}', { state: "unknown", costText: null }],
  "an error under status 200": [
    "application/json",
    '{"error":{"code":429,"message":"Rate limited"},"user_id":"u"}',
    { state: "failed", errorCode: "429", errorMessage: "Rate limited" },
  ],
  "choices that are null": [
    "application/json",
    '{"id":"gen-1","choices":null,"usage":{"cost":0}}',
    { state: "done", costText: "0" },
  ],
  "nothing at all": ["application/json", "", { state: "unknown", errorCode: "unpriced" }],
  "a list": ["application/json", "[1,2]", { state: "unknown", errorCode: "unpriced" }],
  "deep nesting": ["application/json", "[".repeat(200_000), { state: "unknown", errorCode: "unpriced" }],
};

test.each(Object.entries(oddities))(
  "F27 %s passes as it came, and the row says what it was",
  async (_name, [type, text, row]) => {
    await using world = await createWorld({
      upstream: (request, response) =>
        void request.resume().on("end", () => response.writeHead(200, { "Content-Type": type }).end(text)),
    });
    expect(await world.ask("chat/completions", body)).toEqual({ status: 200, text });
    expect(await rowOf(world)).toMatchObject({ status: 200, ...row });
  },
);

test("F28 bytes in ones, in a line of 50 MB, with every line end and split characters: the same digest, and the price is read", async () => {
  const events = Buffer.from(
    `\ufeff: c\r\rdata: {"choices":[{"delta":{"content":"grüße 😀"}}]}\r\n\r\ndata: {"x":"${"y".repeat(2_000)}"}\n\ndata: {"choices":[],"usage":{"cost":0.5}}\r\rdata: [DONE]\n\n`,
  );
  const huge = Buffer.concat([
    Buffer.from('data: {"image":"'),
    Buffer.alloc(50 * 2 ** 20, 65),
    Buffer.from('"}\n\n'),
    events,
  ]);
  for (const [bytes, step] of [
    [events, 1],
    [huge, 1 << 16],
  ] as const) {
    await using world = await createWorld({
      upstream: (request, response) => {
        const send = async (): Promise<void> => {
          response.writeHead(200, { "Content-Type": "text/event-stream" });
          for (let at = 0; at < bytes.length; at += step)
            if (!response.write(bytes.subarray(at, at + step))) await once(response, "drain");
          response.end();
        };
        request.resume().on("end", () => void send());
      },
    });
    const { stdout } = await world.python(`
import hashlib, os, requests
got = hashlib.sha256()
with requests.post("https://openrouter.ai/api/v1/chat/completions", json={"model": "m"}, stream=True,
                   headers={"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"]}) as reply:
    for piece in reply.iter_content(None): got.update(piece)
print(got.hexdigest(), end="")`);
    expect(stdout).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(await rowOf(world)).toMatchObject({ state: "done", costText: "0.5", responseBytes: bytes.length });
  }
});

const waits = ["", "0", "-5", "1e9", "Wed, 21 Oct 2015 07:28:00 GMT", "soon", "120"];
test("F30 F31 refusals of every kind pass with their headers, are asked once, and cost nothing", async () => {
  const statuses = [400, 402, 403, 404, 408, 413, 429, 500, 502, 503, 504, 529];
  let asked = 0;
  await using world = await createWorld({
    upstream: (request, response) => {
      request.resume().on("end", () => {
        const status = statuses[asked % statuses.length]!;
        const wait = waits[asked % waits.length]!;
        asked += 1;
        const headers = {
          "Content-Type": "application/json",
          "X-RateLimit-Reset": "1790000000000",
          ...(wait === "" ? {} : { "Retry-After": wait }),
        };
        response
          .writeHead(status, headers)
          .end(JSON.stringify({ error: { code: status, message: `No: ${status}` } }));
      });
    },
  });
  const { stdout } = await world.python(`
import os, requests
for n in range(${statuses.length}):
    reply = requests.post("https://openrouter.ai/api/v1/chat/completions", json={"model": "m", "n": n}, headers={"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"]})
    print(reply.status_code, reply.json()["error"]["code"], reply.headers.get("Retry-After", ""), sep="|")`);
  expect(stdout.trim().split("\n")).toEqual(
    statuses.map((status, n) => `${status}|${status}|${waits[n % waits.length]}`),
  );
  expect(asked).toBe(statuses.length);
  const rows = await world.settled(statuses.length);
  expect(rows.map(({ state, errorCode, costPicoUsd }) => [state, errorCode, costPicoUsd])).toEqual(
    statuses.map((status) => ["failed", String(status), null]),
  );
});

test("F32 usage that comes late, twice or before the end settles once, with what was told last", async () => {
  const usage = (cost: number): string => `data: {"choices":[],"usage":{"cost":${cost}}}\n\n`;
  const done = "data: [DONE]\n\n";
  const cases = [
    [usage(0.25) + usage(0.5) + done, "0.5"],
    [done + usage(0.5), "0.5"],
    [`${usage(0.5)}data: {"choices":[{"delta":{"content":"more"}}]}\n\n${done}`, "0.5"],
    [usage(0.5), "0.5"],
  ] as const;
  for (const [text, costText] of cases) {
    await using world = await createWorld({
      upstream: (request, response) =>
        void request
          .resume()
          .on("end", () => response.writeHead(200, { "Content-Type": "text/event-stream" }).end(text)),
    });
    await world.ask("chat/completions", { ...body, stream: true });
    expect([text, await rowOf(world)]).toEqual([text, expect.objectContaining({ state: "done", costText })]);
  }
});

test("F52 a key that is changed or taken away while a call streams lets that one end as it began, and counts from the next on", async () => {
  const [first, second] = [`sk-or-v1-${"11".repeat(32)}`, `sk-or-v1-${"22".repeat(32)}`];
  const keys: (string | null)[] = [first, second, null];
  const seen: string[] = [];
  const streaming = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  await using world = await createWorld({
    key: () => keys[Math.min(seen.length, 2)] ?? null,
    upstream: (request, response) => {
      seen.push(request.headers.authorization ?? "");
      const send = async (): Promise<void> => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write(": OPENROUTER PROCESSING\n\n");
        if (seen.length === 1) {
          streaming.resolve();
          await goOn.promise;
        }
        response.end('data: {"choices":[],"usage":{"cost":0.5}}\n\ndata: [DONE]\n\n');
      };
      request.resume().on("end", () => void send());
    },
  });
  const long = world.ask("chat/completions", { ...body, stream: true });
  await streaming.promise;
  expect((await world.ask("chat/completions", { ...body, n: 2 })).status).toBe(200);
  expect(await world.ask("chat/completions", { ...body, n: 3 })).toMatchObject({
    status: 401,
    text: expect.stringContaining("no OpenRouter key") as string,
  });
  goOn.resolve();
  expect(await long).toMatchObject({ status: 200, text: expect.stringContaining("[DONE]") as string });
  expect(seen).toEqual([`Bearer ${first}`, `Bearer ${second}`]);
  const states = (await world.settled(3)).map(({ state, errorCode }) => [state, errorCode]);
  expect(states).toEqual([
    ["done", null],
    ["done", null],
    ["failed", "no-key"],
  ]);
});
