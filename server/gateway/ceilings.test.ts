/** Ceilings at the gateway itself: what is refused, in whose words, and that no number of calls at once goes over (A96, A97, A103). */
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bill } from "../../contract/calls.ts";
import { picoUsd } from "../money.ts";
import { instantPace } from "../simulator/exchange.ts";
import { startForTests, type Started } from "../simulator/started-for-tests.ts";
import { explainedBy } from "./bill.ts";
import { createWorld, type Replied } from "./gateway-fixture.ts";
import { createMoney, onePrice, pricesAt } from "./money-fixture.ts";

let simulator: Started;
let origin: URL;
beforeAll(async () => {
  simulator = await startForTests({ pace: { ...instantPace, chunkMs: [1, 2] } });
  origin = new URL(simulator.url);
});
afterAll(() => simulator.close());

const chat = (model: string, more: object = {}): object => ({
  model,
  messages: [{ role: "user", content: "Say hello." }],
  ...more,
});
/** The machine may be busy. */
const patient = { timeout: 30_000 };
const usd = (text: string): bigint => picoUsd(text) ?? -1n;
const statusesOf = (replies: readonly Replied[]): Readonly<Record<number, number>> =>
  Object.fromEntries(
    [...Map.groupBy(replies, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  );

test("50 streams at once against a ceiling: as many as fit are sent, the others refused, and never more is out than it", async () => {
  // 1,000 tokens of an answer at a thousandth each, and what was sent at no price.
  const ceiling = usd("7.5");
  let [sent, most] = [0, 0];
  const held: ServerResponse[] = [];
  const upstream = (request: IncomingMessage, response: ServerResponse): void => {
    sent += 1;
    most = Math.max(most, sent);
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream", "x-generation-id": `gen-${sent}` });
    response.write('data: {"choices":[{"delta":{"content":"x"}}]}\n\n');
    held.push(response);
  };
  const money = await createMoney({ runPicoUsd: ceiling, prices: onePrice("0", "0.001") });
  await using world = await createWorld({ upstream, money });
  const ask = (): Promise<Replied> => world.ask("chat/completions", chat("a/b", { stream: true }));
  const first = Array.from({ length: 50 }, ask);
  await expect
    .poll(() => [held.length, world.announced.filter(({ state }) => state === "failed").length], patient)
    .toEqual([7, 43]);
  expect(await money.held()).toBe(usd("7"));
  // Each tells the most that it may have cost.
  for (const response of held.splice(0))
    response.end('data: {"choices":[],"usage":{"cost":1}}\n\ndata: [DONE]\n\n');
  expect(statusesOf(await Promise.all(first))).toEqual({ 200: 7, 402: 43 });
  expect(statusesOf(await Promise.all(Array.from({ length: 50 }, ask)))).toEqual({ 402: 50 });
  await world.settled(100);
  expect(most).toBe(7);
  expect(await money.held()).toBe(usd("7"));
});

test("50 streams of the simulator against its own prices: what it charged is below the ceiling, and cheaper ends make room", async () => {
  const ceiling = usd("0.002");
  const money = await createMoney({ runPicoUsd: ceiling, prices: pricesAt(origin) });
  await using world = await createWorld({ upstream: origin, money });
  const before = simulator.requests.length;
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      world.ask(
        "chat/completions",
        chat("openai/gpt-4o-mini", { stream: true, max_tokens: 200, user: `${i}` }),
      ),
    ),
  );
  const rows = await world.settled(50);
  const paid = rows.filter(({ status }) => status === 200);
  const spent = rows.reduce((sum, row) => sum + (row.costPicoUsd ?? 0n), 0n);
  expect(statusesOf(replies)).toEqual({ 200: paid.length, 402: 50 - paid.length });
  expect(paid.length).toBeGreaterThan(1);
  expect(paid.length).toBeLessThan(50);
  expect(spent).toBeLessThanOrEqual(ceiling);
  expect(await money.held()).toBe(spent);
  for (const row of paid) expect(row.costPicoUsd).toBeLessThanOrEqual(row.reservedPicoUsd ?? -1n);
  const arrived = simulator.requests.slice(before).filter(({ method }) => method === "POST");
  expect(arrived).toHaveLength(paid.length);
});

test("on every surface the price is within what was set aside, and the bill explains it to the last digit", async () => {
  const money = await createMoney({ runPicoUsd: usd("1"), prices: pricesAt(origin) });
  await using world = await createWorld({ upstream: origin, money });
  const asks: readonly (readonly [string, object])[] = [
    ["chat/completions", chat("openai/gpt-4o")],
    ["chat/completions", chat("openai/gpt-4o", { stream: true })],
    ["chat/completions", chat("simulator/bill-cache-read")],
    ["chat/completions", chat("simulator/bill-cache-write", { stream: true })],
    ["completions", { model: "openai/gpt-4o", prompt: "Say hello." }],
    ["responses", { model: "openai/gpt-4o", input: "Say hello.", stream: true }],
    ["messages", { ...chat("anthropic/claude-haiku-4.5"), max_tokens: 50, stream: true }],
    ["messages", { ...chat("simulator/bill-cache-write"), max_tokens: 50 }],
    ["embeddings", { model: "openai/text-embedding-3-small", input: "hello" }],
  ];
  for (const [path, body] of asks) {
    const reply = await world.ask(path, body);
    expect([path, reply.status, reply.text]).toEqual([path, 200, expect.anything()]);
  }
  for (const row of await world.settled(asks.length)) {
    expect(row).toMatchObject({ state: "done", errorMessage: null });
    expect(row.costPicoUsd).toBeLessThanOrEqual(row.reservedPicoUsd ?? -1n);
    const bill = Bill.parse(JSON.parse(row.bill ?? "null"));
    expect([row.path, row.model, bill.lines, bill.remainderUsd]).toEqual([
      row.path,
      row.model,
      bill.lines,
      "0",
    ]);
    expect(explainedBy(bill.lines)).toBe(row.costPicoUsd);
    expect(bill).toMatchObject({ totalText: row.costText, toldBy: "reply" });
  }
});

test("a refusal has OpenRouter's shape on each surface, names what to do, and costs and sends nothing", async () => {
  const money = await createMoney({ runPicoUsd: usd("0.000001"), prices: onePrice("0", "0.001") });
  await using world = await createWorld({ upstream: () => expect.unreachable(), money });
  const message = expect.stringMatching(
    /^This request requires more credits, or fewer max_tokens\. This run's ceiling is \$0\.000001, of which \$0\.000001 is left, and this request may cost up to \$1\. Nothing was sent\. The ceiling is “Each run” under “Spending ceilings” in the menu of this IDE, or --ceiling on the command line\.$/,
  );
  const read = async (path: string, body: object) => {
    const { status, text } = await world.ask(path, body);
    return [status, JSON.parse(text) as unknown];
  };
  expect(await read("chat/completions", chat("a/b"))).toEqual([
    402,
    { error: { code: 402, message, metadata: { error_type: "payment_required" } } },
  ]);
  expect(await read("responses", { model: "a/b", input: "x", stream: true })).toEqual([
    402,
    expect.objectContaining({
      status: "failed",
      error: { code: "server_error", message },
      error_type: "payment_required",
    }),
  ]);
  expect(await read("messages", chat("a/b"))).toEqual([
    402,
    {
      type: "error",
      error: { type: "billing_error", message, error_type: "payment_required" },
      request_id: null,
    },
  ]);
  for (const row of await world.settled(3))
    expect(row).toMatchObject({
      state: "failed",
      errorCode: "over-budget",
      costPicoUsd: null,
      reservedPicoUsd: null,
    });
  expect(await money.held()).toBe(0n);
});

test("unknown prices are refused under a ceiling, unless they are allowed: then they count once they are told", async () => {
  const reply = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    response.setHeader("content-type", "application/json").end('{"usage":{"cost":0.6}}');
  };
  const prices = onePrice("0", "0");
  const strict = await createMoney({ runPicoUsd: usd("1"), prices });
  await using refusing = await createWorld({ upstream: () => expect.unreachable(), money: strict });
  for (const [path, body] of [
    ["chat/completions", chat("c/d")],
    ["images", { model: "a/b", prompt: "x" }],
    ["chat/completions", "no JSON"],
  ] as const)
    expect((await refusing.ask(path, body)).status).toBe(402);
  expect((await refusing.settled(3)).map(({ errorCode }) => errorCode)).toEqual(
    Array(3).fill("price-unknown"),
  );

  const ceilings = { allowUnknownPrices: true };
  const lenient = await createMoney({ runPicoUsd: usd("1"), prices, ceilings });
  await using allowing = await createWorld({ upstream: reply, money: lenient });
  const ask = (): Promise<Replied> => allowing.ask("chat/completions", chat("c/d"));
  expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([200, 200, 402]);
  await allowing.settled(3);
  expect(await lenient.held()).toBe(usd("1.2"));
});

test("free models need no room, and without a ceiling nothing is asked of anybody", async () => {
  const money = await createMoney({ runPicoUsd: 0n, prices: pricesAt(origin) });
  await using world = await createWorld({ upstream: origin, money });
  expect((await world.ask("chat/completions", chat("openai/gpt-oss-20b:free"))).status).toBe(200);
  expect((await world.ask("chat/completions", chat("openai/gpt-4o"))).status).toBe(402);
  const [free] = await world.settled(2);
  expect(free).toMatchObject({ state: "done", costPicoUsd: 0n, reservedPicoUsd: 0n });
  const unheld = await createMoney({
    prices: { endpoints: () => expect.unreachable(), listing: async () => null },
  });
  await using other = await createWorld({ upstream: origin, money: unheld });
  expect((await other.ask("chat/completions", chat("openai/gpt-4o"))).status).toBe(200);
  const [row] = await other.settled(1);
  expect(row?.costPicoUsd).toBeGreaterThan(0n);
  expect(row?.reservedPicoUsd).toBeNull();
  expect(Bill.parse(JSON.parse(row?.bill ?? "null"))).toMatchObject({
    catalogue: null,
    remainderUsd: row?.costText,
  });
});

test("a stream that goes on when what was set aside is sure to be used up is cut off upstream, and the program sees a break", async () => {
  let isClosed = false;
  const upstream = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    response.on("close", () => (isClosed = true));
    response.writeHead(200, { "content-type": "text/event-stream", "x-generation-id": "gen-1" });
    const content = "x".repeat(128 * 100);
    const more = (): void => {
      if (isClosed) return;
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
      setImmediate(more);
    };
    more();
  };
  const money = await createMoney({ runPicoUsd: usd("10"), prices: onePrice("0", "0.001") });
  await using world = await createWorld({ upstream, money });
  await expect(
    world.ask("chat/completions", chat("a/b", { stream: true, max_tokens: 1_000 })),
  ).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  const [row] = await world.settled(1);
  expect(row).toMatchObject({ state: "unknown", errorCode: "over-budget", reservedPicoUsd: usd("1") });
  expect(row?.errorMessage).toMatch(/^Cut off: it had cost at least \$1\.1, and \$1 was set aside/);
  await expect.poll(() => isClosed, patient).toBe(true);
  expect(money.unknown).toHaveLength(1);
  expect(await money.held()).toBe(usd("1"));
});

test("a price that comes with the end of a stream cuts nothing, however high", async () => {
  const upstream = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('data: {"choices":[{"delta":{"content":"x"}}],"usage":{"cost":3}}\n\n');
    response.end("data: [DONE]\n\n");
  };
  const money = await createMoney({ runPicoUsd: usd("10"), prices: onePrice("0", "0.001") });
  await using world = await createWorld({ upstream, money });
  expect((await world.ask("chat/completions", chat("a/b", { stream: true }))).text).toContain("[DONE]");
  expect(await world.settled(1)).toMatchObject([{ state: "done", costPicoUsd: usd("3") }]);
  expect(await money.held()).toBe(usd("3"));
});

test("a call whose price nobody told counts as reserved until it is learnt; one that never got out counts for nothing", async () => {
  const upstream = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    response.writeHead(200, { "content-type": "application/json", "x-generation-id": "gen-1" }).end("{}");
  };
  const money = await createMoney({ runPicoUsd: usd("1.5"), prices: onePrice("0", "0.001") });
  await using world = await createWorld({ upstream, money });
  expect((await world.ask("chat/completions", chat("a/b"))).status).toBe(200);
  expect((await world.ask("chat/completions", chat("a/b"))).status).toBe(402);
  await world.settled(2);
  const [{ call, reservation } = expect.unreachable()] = money.unknown;
  expect(call).toMatchObject({ state: "unknown", generationId: "gen-1", reservedPicoUsd: usd("1") });
  reservation?.settle(usd("0.25"));
  expect((await world.ask("chat/completions", chat("a/b"))).status).toBe(200);

  const keyless = await createMoney({ runPicoUsd: usd("1.5"), prices: onePrice("0", "0.001") });
  await using shut = await createWorld({ upstream, money: keyless, key: null });
  expect((await shut.ask("chat/completions", chat("a/b"))).status).toBe(401);
  await shut.settled(1);
  expect(await keyless.held()).toBe(0n);
});

test("what can't be written down is not set aside and not sent", async () => {
  const money = await createMoney({ runPicoUsd: usd("1.5"), prices: onePrice("0", "0.001") });
  const onStore = (what: string): void => {
    if (what === "create") throw new Error("the disk is full");
  };
  await using world = await createWorld({ upstream: () => expect.unreachable(), money, onStore });
  expect((await world.ask("chat/completions", chat("a/b"))).status).toBe(503);
  await world.settled(1);
  expect(await money.held()).toBe(0n);

  const unheld = await createMoney({ prices: onePrice("0", "0.001") });
  await using other = await createWorld({ upstream: origin, money: unheld, onStore });
  expect((await other.ask("chat/completions", chat("openai/gpt-4o"))).status).toBe(200);
  await other.settled(1);
});

test("a program that goes away while its request comes or waits leaves nothing behind", async () => {
  const money = await createMoney({ runPicoUsd: usd("1.5"), prices: onePrice("0", "0.001") });
  await using world = await createWorld({ upstream: () => expect.unreachable(), money });
  const { code } = await world.python(`
import os, socket, ssl
context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
with context.wrap_socket(socket.create_connection(("127.0.0.1", int(os.environ["GATEWAY_PORT"]))), server_hostname="openrouter.ai") as s:
    s.sendall(("POST /api/v1/chat/completions HTTP/1.1\\r\\nHost: openrouter.ai\\r\\nAuthorization: Bearer %s\\r\\nContent-Length: 100\\r\\n\\r\\n{" % os.environ["OPENROUTER_API_KEY"]).encode())
`);
  expect(code).toBe(0);
  const [row] = await world.settled(1);
  expect(row).toMatchObject({ state: "failed", reservedPicoUsd: null });
  expect(await money.held()).toBe(0n);
});

test("the same request again and again is counted on each call, and stops the run where that was asked for", async () => {
  const money = await createMoney({ prices: onePrice("0", "0.001"), repeats: 2 });
  let sent = 0;
  const upstream = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    sent += 1;
    response
      .writeHead(429, { "content-type": "application/json" })
      .end('{"error":{"code":429,"message":"no"}}');
  };
  await using world = await createWorld({ upstream, money });
  const statuses: number[] = [];
  for (let i = 0; i < 4; i += 1) statuses.push((await world.ask("chat/completions", chat("a/b"))).status);
  expect((await world.ask("chat/completions", chat("a/b", { seed: 1 }))).status).toBe(429);
  expect(statuses).toEqual([429, 429, 429, 429]);
  expect((await world.settled(5)).map(({ repeats, errorCode }) => [repeats, errorCode])).toEqual([
    [0, "429"],
    [1, "429"],
    [2, "429"],
    [3, "repeats"],
    [0, "429"],
  ]);
  expect([sent, money.stopped()]).toEqual([4, 1]);
});

test("under a ceiling a request larger than can be priced is refused, and one that comes slowly waits to be whole", async () => {
  const money = await createMoney({ runPicoUsd: usd("1"), prices: onePrice("0", "0") });
  let sent = "";
  const upstream = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for await (const part of request) sent += String(part);
    response.setHeader("content-type", "application/json").end('{"usage":{"cost":0}}');
  };
  await using world = await createWorld({ upstream: (a, b) => void upstream(a, b), money });
  const large = JSON.stringify(chat("a/b", { user: "x".repeat(33 * 2 ** 20) }));
  expect((await world.ask("chat/completions", large)).status).toBe(413);
  expect(sent).toBe("");
  const fitting = JSON.stringify(chat("a/b", { user: "x".repeat(9 * 2 ** 20) }));
  expect((await world.ask("chat/completions", fitting)).status).toBe(200);
  expect(sent === fitting).toBe(true);
  const [, row] = await world.settled(2);
  expect(row).toMatchObject({ state: "done", recordingCut: true, requestBytes: fitting.length });
});
