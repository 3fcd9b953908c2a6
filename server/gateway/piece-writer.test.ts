/** What a program gets is to the byte what Node's own response would have sent, and a program that is behind is waited for. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createPieceWriter } from "./piece-writer.ts";

const pieces = [
  Buffer.from("data: 1\n\n"),
  Buffer.alloc(70_000, "x"),
  Buffer.alloc(0),
  Buffer.from([0, 13, 10, 255]),
];
const head = ["Content-Type", "text/event-stream"];
const get = (version = "1.1"): string => `GET / HTTP/${version}\r\nHost: here\r\n`;

/** All that comes back for this text, from a server that answers each request with `serve`. */
async function answered(text: string, serve: (response: ServerResponse) => void): Promise<Buffer> {
  const server = createServer((_request, response) => {
    response.sendDate = false;
    serve(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(text);
  const bytes: Buffer[] = [];
  for await (const chunk of socket) bytes.push(chunk as Buffer);
  server.close();
  return Buffer.concat(bytes);
}

/** A piece a turn. */
function streamed(response: ServerResponse, headers: string[], write: (bytes: Buffer) => void): void {
  response.writeHead(200, headers);
  const [next, ...rest] = pieces;
  let left = next === undefined ? [] : [next, ...rest];
  const step = (): void => {
    const [bytes, ...later] = left;
    left = later;
    if (bytes === undefined) return void response.end();
    write(bytes);
    setImmediate(step);
  };
  step();
}

const length = ["Content-Length", String(Buffer.concat(pieces).length)];

test.each([
  ["in chunks", `${get()}Connection: close\r\n\r\n`, head],
  ["with a length", `${get()}Connection: close\r\n\r\n`, [...head, ...length]],
  ["to a client of HTTP/1.0", `${get("1.0")}\r\n`, head],
  ["for two requests that came at once", `${get()}\r\n${get()}Connection: close\r\n\r\n`, head],
])("%s, to the byte", async (_how, text, headers) => {
  const plain = await answered(text, (response) =>
    streamed(response, headers, (bytes) => response.write(bytes)),
  );
  const ours = await answered(text, (response) => {
    const writer = createPieceWriter(response, () => {});
    streamed(response, headers, (bytes) => writer.write(bytes));
  });
  expect(ours.equals(plain)).toBe(true);
  expect(plain.length).toBeGreaterThan(70_000);
});

test("several of one turn, too, in their order", async () => {
  const atOnce = (writes: (response: ServerResponse) => (bytes: Buffer) => void): Promise<Buffer> =>
    answered(`${get()}Connection: close\r\n\r\n`, (response) => {
      response.writeHead(200, head);
      const write = writes(response);
      for (const piece of pieces) write(piece);
      response.end();
    });
  const ours = await atOnce((response) => {
    const writer = createPieceWriter(response, () => {});
    return (bytes) => void writer.write(bytes);
  });
  expect(ours.equals(await atOnce((response) => (bytes) => void response.write(bytes)))).toBe(true);
});

test("a program that reads nothing stops the writing, and reading goes on with it; then nothing of ours is left on the connection", async () => {
  const piece = Buffer.alloc(64 * 1024, "x");
  const total = 400;
  const seen = { behind: false, drained: 0, left: NaN };
  const server = createServer((request, response) => {
    let sent = 0;
    const writer = createPieceWriter(response, () => {
      seen.drained += 1;
      send();
    });
    const send = (): void => {
      while (sent < total) {
        sent += 1;
        if (writer.write(piece)) continue;
        seen.behind = true;
        return;
      }
      const listeners = request.socket.listenerCount("drain");
      writer.close();
      seen.left = listeners - request.socket.listenerCount("drain");
      response.end();
    };
    response.writeHead(200, head);
    send();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.pause();
  socket.write(`${get()}Connection: close\r\n\r\n`);
  await expect.poll(() => seen.behind, { timeout: 20_000 }).toBe(true);
  let bytes = 0;
  socket.on("data", (chunk) => (bytes += chunk.length)).resume();
  await once(socket, "close");
  server.close();
  expect(bytes).toBeGreaterThan(total * piece.length);
  expect(seen.drained).toBeGreaterThan(0);
  expect(seen.left).toBe(1);
});
