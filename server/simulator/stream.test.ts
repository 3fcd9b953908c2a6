/** Promises of the simulator: how streams are framed, break, and notice a reader who leaves. */
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { instantPace } from "./exchange.ts";
import {
  bodyOf,
  dataOf,
  question,
  someKey,
  startForTests,
  type Anything,
  type Started,
} from "./started-for-tests.ts";

let simulator: Started;
beforeAll(async () => {
  simulator = await startForTests();
});
afterAll(() => simulator.close());

const textOf = async (model: string, content = "Tell me a long story about whales"): Promise<string> =>
  (await simulator.chat(question(model, content, { stream: true }))).text();
const wordsOf = (data: readonly Anything[]): string =>
  data.map((chunk) => chunk.choices?.[0]?.delta?.content ?? "").join("");

/** Sends a streaming request over a bare connection and gives each piece as it arrives. */
function openStream(port: number, model: string): Socket {
  const body = JSON.stringify(question(model, "Tell me a long story about whales", { stream: true }));
  const socket = connect(port, "127.0.0.1");
  socket.write(
    `POST /api/v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${someKey}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return socket;
}

test("every chunk is written as soon as it is there: each in its own HTTP chunk", async () => {
  const socket = openStream(simulator.port, "openai/gpt-4o");
  let raw = "";
  await new Promise<void>((resolve) => {
    socket.on("data", (bytes) => {
      raw += bytes.toString();
      if (raw.endsWith("\r\n0\r\n\r\n")) resolve();
    });
  });
  socket.destroy();
  const [head = "", body = ""] = raw.split(/\r\n\r\n([\s\S]*)/);
  expect(head).toMatch(/transfer-encoding: chunked/i);
  const events = body.split("\n\n").filter((event) => event.includes("data: ") || event.includes(": OPEN"));
  expect(body.match(/^[0-9a-f]+\r$/gm)?.length).toBe(events.length + 1);
});

test.each(["framing-split", "framing-crlf", "framing-joined"])(
  "simulator/%s sends the same events",
  async (slug) => {
    const text = await textOf(`simulator/${slug}`);
    const data = dataOf(text);
    expect(data.at(-1)).toBe("[DONE]");
    expect(wordsOf(data)).toMatch(/^\(simulated answer\) Once there was a question about whales/);
    const bareLineFeeds = text.replaceAll("\r\n", "").includes("\n");
    expect(bareLineFeeds).toBe(slug !== "framing-crlf");
  },
);

test("split writes cut lines and letters of several bytes", async () => {
  const socket = connect(simulator.port, "127.0.0.1");
  const body = JSON.stringify(
    question("simulator/framing-split", "Say “Grüße 👍🏽 こんにちは”", { stream: true }),
  );
  socket.write(
    `POST /api/v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${someKey}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const pieces: Buffer[] = [];
  socket.on("data", (bytes) => pieces.push(bytes));
  await new Promise((resolve) => socket.once("close", resolve));
  const chunked = Buffer.concat(pieces).toString("latin1").split("\r\n\r\n").slice(1).join("\r\n\r\n");
  const bodies = chunked.split(/\r\n/).filter((_, index) => index % 2 === 1);
  expect(bodies.filter((part) => part.length > 7)).toEqual([]);
  expect(
    bodies.some((part) => part !== "" && Buffer.from(part, "latin1").toString().includes("\ufffd")),
  ).toBe(true);
  expect(wordsOf(dataOf(Buffer.from(bodies.join(""), "latin1").toString()))).toBe("Grüße 👍🏽 こんにちは");
});

test.each<[string, (data: Anything[]) => void]>([
  [
    "error-chunk",
    (data) =>
      expect(data.at(-1)).toMatchObject({
        error: {
          code: 502,
          message: "Provider disconnected",
          metadata: { error_type: "provider_unavailable" },
        },
        choices: [{ finish_reason: "error" }],
      }),
  ],
  ["error-code-is-text", (data) => expect(data.at(-1).error.code).toBe("server_error")],
  [
    "error-without-choices",
    (data) => expect(data.at(-1)).toMatchObject({ error: { code: 502 }, choices: [] }),
  ],
  ["error-first", (data) => expect(data).toMatchObject([{ error: { code: 502 } }])],
  [
    "error-after-length",
    (data) => {
      expect(data.at(-3).choices[0].finish_reason).toBe("length");
      expect(data.at(-2)).toMatchObject({
        error: { message: "Token limit reached" },
        choices: [{ finish_reason: null }],
        usage: { cost: 0 },
      });
      expect(data.at(-1)).toBe("[DONE]");
    },
  ],
  [
    "network-error",
    (data) => {
      expect(data.at(-1).choices[0]).toMatchObject({
        finish_reason: "stop",
        native_finish_reason: "network_error",
      });
      expect(data.at(-1)).not.toHaveProperty("usage");
    },
  ],
  [
    "ends-early",
    (data) => {
      expect(data.at(-1).choices[0].finish_reason).toBeNull();
      expect(wordsOf(data).length).toBeGreaterThan(20);
    },
  ],
  ["no-done", (data) => expect(data.at(-1)).toHaveProperty("usage.cost")],
])("simulator/stream-%s goes wrong as described", async (slug, promise) =>
  promise(dataOf(await textOf(`simulator/stream-${slug}`))),
);

test("simulator/stream-reset and -stall break the connection", async () => {
  await expect(textOf("simulator/stream-reset")).rejects.toThrow("terminated");
  await expect(textOf("simulator/stream-stall")).rejects.toThrow("terminated");
});

test.each([
  ["usage-empty-choices", []],
  ["usage-null-finish", [{ finish_reason: null, delta: { content: "" } }]],
])("simulator/%s sends its variant of the last chunk", async (slug, choices) => {
  const last = dataOf(await textOf(`simulator/${slug}`)).at(-2);
  expect(last.choices).toMatchObject(choices);
  expect(last.usage.cost).toBeGreaterThan(0);
});

test("an answer that ends in an error is not charged", async () => {
  const fresh = await startForTests();
  const response = await fresh.chat(question("simulator/stream-error-chunk", "Go", { stream: true }));
  await response.text();
  const { data } = await bodyOf(
    await fresh.ask("GET", `/generation?id=${response.headers.get("x-generation-id")}`),
  );
  expect(data).toMatchObject({ total_cost: 0, finish_reason: "error", cancelled: false });
  await fresh.close();
});

/** Reads until `count` chunks with words have come, then goes away. Gives the generation's id. */
async function leaveAfter(port: number, model: string, count: number): Promise<string> {
  const socket = openStream(port, model);
  let raw = "";
  await new Promise<void>((resolve) => {
    socket.on("data", (bytes) => {
      raw += bytes.toString();
      if ((raw.match(/"content":"[^"]/g)?.length ?? 0) >= count) resolve();
    });
  });
  socket.resetAndDestroy();
  return /x-generation-id: (\S+)/i.exec(raw)?.[1] ?? "";
}

test.each([
  ["openai/gpt-4o", true],
  ["google/gemini-2.5-flash", false],
])("when the reader of %s goes away, generation stops; billing stops too: %s", async (model, stops) => {
  const slow = await startForTests({ pace: { ...instantPace, chunkMs: [5, 5] } });
  const whole = await bodyOf(await slow.chat(question(model, "Tell me a long story about whales")));
  const id = await leaveAfter(slow.port, model, 3);
  const found = async (): Promise<Anything> => {
    const response = await slow.ask("GET", `/generation?id=${id}`);
    return response.status === 404 ? null : (await bodyOf(response)).data;
  };
  let data = await found();
  for (; data === null; data = await found());
  expect(data).toMatchObject({ id, cancelled: true, streamed: true, finish_reason: null });
  const { completion_tokens: all } = whole.usage;
  expect(data.native_tokens_completion < all).toBe(stops);
  expect(data.native_tokens_completion).toBeGreaterThanOrEqual(3);
  const { data: key } = await bodyOf(await slow.ask("GET", "/key"));
  expect(key.usage).toBeCloseTo(whole.usage.cost + data.total_cost, 12);
  await slow.close();
});
