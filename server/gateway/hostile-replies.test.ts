/** Whatever the upstream does, the program sees an honest answer or an honest break, and the row says what happened. */
import { once } from "node:events";
import { gzipSync } from "node:zlib";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { toCallRecord } from "./call-view.ts";
import { createWorld, realKey, type Scripted, type World } from "./gateway-fixture.ts";
import { placeholder } from "./program-request-for-tests.ts";

const reader = `
import http.client, os, sys
connection = http.client.HTTPSConnection("openrouter.ai")
body = b'{"model":"m","stream":true}'
connection.request("POST", "/api/v1/chat/completions", body, {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"]})
try:
    reply = connection.getresponse()
    print(reply.status, reply.read().decode("utf8", "replace"), end="")
except Exception as error:
    print(type(error).__name__, end="")
`;

const raw = (reply: (socket: Socket) => void): Scripted["upstream"] => ({
  raw: (socket) => void socket.once("data", () => reply(socket)),
});

async function outcome(
  scripted: Scripted,
): Promise<{ printed: string; row: Awaited<ReturnType<World["settled"]>>[0] }> {
  await using world = await createWorld(scripted);
  const { stdout } = await world.python(reader);
  const [row] = await world.settled(1);
  return { printed: stdout, row: row! };
}

const streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
const httpChunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const firstEvent = 'data: {"id":"gen-1","choices":[{"delta":{"content":"Hi"}}]}\n\n';
const usageEvent = 'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"cost":0.25}}\n\n';

test("a reply that breaks off mid-stream is a break for the program too, and its price unknown", async () => {
  const { printed, row } = await outcome({
    upstream: raw((socket) => socket.write(streamHead + httpChunk(firstEvent), () => socket.destroy())),
  });
  expect(printed).toBe("IncompleteRead");
  expect(row).toMatchObject({ state: "unknown", status: 200, costPicoUsd: null, errorCode: "broken-off" });
});

test("a reply shorter than its length is a break for the program too", async () => {
  const { printed, row } = await outcome({
    upstream: raw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a"')),
  });
  expect(printed).toBe("IncompleteRead");
  expect(row).toMatchObject({ state: "unknown", errorCode: "broken-off", responseBytes: 4 });
});

test("a break after the price was told keeps the price", async () => {
  const { row } = await outcome({
    upstream: raw((socket) => socket.write(streamHead + httpChunk(usageEvent), () => socket.destroy())),
  });
  expect(row).toMatchObject({ state: "failed", costText: "0.25", errorCode: "broken-off" });
});

test("a clean end without usage and end marker passes, and its price is unknown, never zero", async () => {
  const { printed, row } = await outcome({
    upstream: raw((socket) => socket.end(streamHead + httpChunk(firstEvent) + "0\r\n\r\n")),
  });
  expect(printed).toBe(`200 ${firstEvent}`);
  expect(row).toMatchObject({ state: "unknown", costText: null, costPicoUsd: null, errorCode: "unpriced" });
});

const noHttp: Readonly<Record<string, string>> = {
  "no HTTP": "hello\r\n\r\n",
  "status 099": "HTTP/1.1 099 Odd\r\n\r\n",
  "status 999": "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
  "a protocol switch": "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
  "interim replies without end": "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10_000),
  "a huge header": `HTTP/1.1 200 OK\r\nX-A: ${"a".repeat(200_000)}\r\n\r\n`,
  "very many headers": `HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(2_000)}Content-Length: 0\r\n\r\n`,
  "both lengths": "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  "a broken head": "HTTP/1.1 200 OK\r\nX-A\0: b\r\n\r\n",
};

test.each(Object.entries(noHttp))("%s from upstream is a 502 in the envelope", async (_name, bytes) => {
  const { printed, row } = await outcome({ upstream: raw((socket) => socket.write(bytes)) });
  expect(printed).toMatch(/^502 \{"error":\{"code":502,"message":"/);
  expect(row).toMatchObject({ state: "unknown", status: 502, errorCode: "bad-reply" });
});

test("an upstream that can't be reached is a 502 at once, and nothing was spent", async () => {
  const { printed, row } = await outcome({ upstream: new URL("http://127.0.0.1:9") });
  expect(printed).toContain("502");
  expect(printed).toContain("can't be reached from this server: the connection was refused");
  expect(row).toMatchObject({ state: "failed", costPicoUsd: null, errorCode: "unreachable" });
});

test("without a key the program is told so, and nothing goes upstream", async () => {
  const { printed, row } = await outcome({ upstream: new URL("http://127.0.0.1:9"), key: null });
  expect(printed).toContain('401 {"error":{"code":401,"message":"There is no OpenRouter key');
  expect(row).toMatchObject({ state: "failed", errorCode: "no-key" });
});

const short = { connectMs: 5_000, firstByteMs: 30, idleMs: 30 };

test("no answer in time is a 504, silence within a stream a break", async () => {
  const silent = await outcome({ upstream: raw(() => {}), patience: short });
  expect(silent.printed).toMatch(/^504 .*did not answer within 0.03 s/);
  expect(silent.row).toMatchObject({ state: "unknown", status: 504, errorCode: "timed-out" });
  const stalled = await outcome({
    upstream: raw((socket) => socket.write(streamHead + httpChunk(firstEvent))),
    patience: short,
  });
  expect(stalled.printed).toBe("IncompleteRead");
  expect(stalled.row).toMatchObject({
    state: "unknown",
    errorMessage: "OpenRouter sent nothing for 0.03 s.",
  });
});

test("error replies, errors within a stream and errors under status 200 are passed on and read", async () => {
  const json =
    (status: number, body: string): Scripted["upstream"] =>
    (request, response) => {
      request.resume().on("end", () => {
        response.writeHead(status, { "Content-Type": "application/json", "Retry-After": "-1" }).end(body);
      });
    };
  const limited = '{"error":{"code":429,"message":"Rate limit exceeded"},"user_id":"u"}';
  const first = await outcome({ upstream: json(429, limited) });
  expect(first.printed).toBe(`429 ${limited}`);
  expect(first.row).toMatchObject({
    state: "failed",
    status: 429,
    errorCode: "429",
    errorMessage: "Rate limit exceeded",
  });
  const second = await outcome({
    upstream: json(200, '{"error":{"code":502,"message":"no"},"user_id":null}'),
  });
  expect(second.row).toMatchObject({ state: "failed", status: 200, errorCode: "502", costPicoUsd: null });
  const third = await outcome({ upstream: json(503, "<html>busy</html>") });
  expect(third.row).toMatchObject({ state: "failed", status: 503, errorCode: "503" });
  const event = 'data: {"error":{"code":"server_error","message":"gone"},"choices":[]}\n\n';
  const fourth = await outcome({
    upstream: raw((socket) => socket.end(streamHead + httpChunk(firstEvent + event) + "0\r\n\r\n")),
  });
  expect(fourth.row).toMatchObject({
    state: "failed",
    status: 200,
    errorCode: "server_error",
    errorMessage: "gone",
  });
});

test("a redirect is passed on and not followed", async () => {
  let asked = 0;
  const { printed } = await outcome({
    upstream: (request, response) => {
      asked++;
      request.resume().on("end", () => response.writeHead(307, { Location: "http://evil.example/" }).end());
    },
  });
  expect({ printed, asked }).toEqual({ printed: "307 ", asked: 1 });
});

test("a key that the upstream echoes reaches neither the program nor the record", async () => {
  await using world = await createWorld({
    upstream: (request, response) => {
      request.resume().on("end", () => {
        response.writeHead(400, `Bad ${realKey}`, {
          "X-Echo": `Bearer ${realKey}`,
          "Content-Length": 8 + realKey.length,
        });
        response.write(`{"a":"${realKey.slice(0, 20)}`);
        setImmediate(() => response.end(`${realKey.slice(20)}"}`));
      });
    },
  });
  const url = "https://openrouter.ai/api/v1/chat/completions";
  const { stdout } = await world.curl("-i", "-d", "{}", "-H", `Authorization: Bearer ${placeholder}`, url);
  expect(stdout).toContain(`{"a":"${"*".repeat(realKey.length)}"}`);
  expect(stdout).toContain("X-Echo: Bearer ***");
  const [row] = await world.settled(1);
  const record = toCallRecord(row!, world.recordings.get(row!.id)!);
  expect(JSON.stringify([stdout, record, world.announced, world.logged])).not.toContain(realKey.slice(9));
});

test("a key that the upstream echoes inside a compressed reply breaks the reply off", async () => {
  for (const cut of [10, 1_000_000]) {
    const bytes = gzipSync(`{"a":"${realKey}","usage":{"cost":1}}`);
    const { printed, row } = await outcome({
      upstream: (request, response) => {
        request.resume().on("end", () => {
          response.writeHead(200, { "Content-Encoding": "gzip" });
          response.write(bytes.subarray(0, cut));
          setImmediate(() => response.end(bytes.subarray(cut)));
        });
      },
    });
    expect(printed).toBe("IncompleteRead");
    expect(row).toMatchObject({
      state: "unknown",
      errorMessage: "OpenRouter's reply held the key, so it was cut off.",
    });
  }
});

test("a compressed reply passes as it is and is read on the side; a bomb stops the reader, not the stream", async () => {
  const packed = async (
    text: string | Buffer,
    type: string,
  ): Promise<Awaited<ReturnType<typeof outcome>>> => {
    const bytes = gzipSync(text);
    const result = await outcome({
      upstream: (request, response) => {
        const headers = { "Content-Type": type, "Content-Encoding": "gzip", "Content-Length": bytes.length };
        request.resume().on("end", () => response.writeHead(200, headers).end(bytes));
      },
    });
    expect(result.printed).toBe(`200 ${new TextDecoder().decode(bytes)}`);
    expect(result.row.responseBytes).toBe(bytes.length);
    return result;
  };
  const stream = await packed(firstEvent + usageEvent, "text/event-stream");
  expect(stream.row).toMatchObject({ state: "done", costText: "0.25", generationId: "gen-1", stream: true });
  const plain = await packed('{"usage":{"cost":1.50}}', "application/json");
  expect(plain.row).toMatchObject({ state: "done", costText: "1.50" });
  const bomb = Buffer.alloc(100 * 1024 * 1024, " ");
  expect((await packed(bomb, "application/json")).row).toMatchObject({ state: "unknown", costPicoUsd: null });
  expect((await packed(bomb, "text/event-stream")).row).toMatchObject({
    state: "unknown",
    costPicoUsd: null,
  });
});

test("a reply under a wrong or unknown encoding passes untouched and is not read", async () => {
  for (const encoding of ["gzip", "gzip, gzip", "x-new"]) {
    const { printed, row } = await outcome({
      upstream: (request, response) => {
        request
          .resume()
          .on("end", () =>
            response
              .writeHead(200, { "Content-Type": "text/event-stream", "Content-Encoding": encoding })
              .end(usageEvent),
          );
      },
    });
    expect(printed).toBe(`200 ${usageEvent}`);
    expect(row).toMatchObject({ state: "unknown", costText: null });
  }
});

test("prices that can't be are not taken: the call is unpriced with a reason", async () => {
  for (const cost of ["-1", "1e400", '"0.5"', "null", "[1]", `0.${"1".repeat(100)}`]) {
    const { row } = await outcome({
      upstream: (request, response) => {
        request.resume().on("end", () => {
          response
            .writeHead(200, { "Content-Type": "application/json" })
            .end(`{"id":"g","usage":{"cost":${cost}}}`);
        });
      },
    });
    expect(row).toMatchObject({ state: "unknown", costText: null, costPicoUsd: null, errorCode: "unpriced" });
  }
});

test("a program that goes away aborts the upstream at once", async () => {
  const closed: Promise<unknown>[] = [];
  const arrived = Promise.withResolvers<void>();
  await using world = await createWorld({
    upstream: (request, response) => {
      request.resume().on("end", () => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write(firstEvent);
        closed.push(once(response, "close"));
        arrived.resolve();
      });
    },
  });
  const child = world.startPython(reader);
  await arrived.promise;
  child.kill("SIGKILL");
  await Promise.all(closed);
  const [row] = await world.settled(1);
  expect(row).toMatchObject({ state: "unknown", errorCode: "program-left", costPicoUsd: null });
});

test("a program that leaves after the price was told leaves a settled call", async () => {
  const closed = Promise.withResolvers<void>();
  await using world = await createWorld({
    upstream: (request, response) => {
      request.resume().on("end", () => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write(`${firstEvent}${usageEvent}data: [DONE]\n\n`);
        response.on("close", () => closed.resolve());
      });
    },
  });
  await world.python(`${reader.replace("reply.read()", "reply.read1(9999)")}\nos._exit(0)`);
  await closed.promise;
  expect((await world.settled(1))[0]).toMatchObject({ state: "done", costText: "0.25" });
});

test("the end of the run aborts what is under way and settles it before close resolves", async () => {
  const arrived = Promise.withResolvers<void>();
  await using world = await createWorld({
    upstream: (request) => void request.resume().on("end", () => arrived.resolve()),
  });
  const child = world.startPython(reader);
  await arrived.promise;
  await world.endpoint.close();
  const [row] = [...world.rows.values()];
  expect(row).toMatchObject({
    state: "unknown",
    status: null,
    errorMessage: "The run ended before the reply was whole.",
  });
  child.kill("SIGKILL");
});

test("a store that fails breaks nothing but the record, and the log says so", async () => {
  await using world = await createWorld({
    upstream: (request, response) => {
      request
        .resume()
        .on("end", () => response.writeHead(200, { "Content-Type": "text/event-stream" }).end(usageEvent));
    },
    onStore: () => {
      throw new Error("disk full");
    },
  });
  const { stdout } = await world.python(reader);
  expect(stdout).toBe(`200 ${usageEvent}`);
  await world.endpoint.close();
  expect(world.logged.filter((line) => line.includes("could not be stored")).length).toBeGreaterThan(2);
});
