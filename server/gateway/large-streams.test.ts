/** Size does not matter to a program: what is large or endless streams through in flat memory, both ways. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import { expect, test } from "vitest";
import { limits } from "../../contract/limits.ts";
import { createWorld } from "./gateway-fixture.ts";
import { placeholder } from "./program-request-for-tests.ts";

const MiB = 1024 * 1024;
/** Both recorders, their doubling, and what sockets hold; far below what passes. */
const flatBytes = 48 * MiB;

/** Looks at what is really held: pieces that the collector has not come to yet are nobody's buffers. */
function watchMemory(): { grown(): number; look(passedBytes: number): void } {
  const held = (): number => {
    // vitest.config.ts has it exposed; without it the test must not pass by chance.
    if (globalThis.gc === undefined) throw new Error("start Node with --expose-gc");
    globalThis.gc();
    return process.memoryUsage().arrayBuffers;
  };
  const before = held();
  let most = before;
  let looked = 0;
  return {
    look(passedBytes) {
      if (passedBytes - looked < 4 * MiB) return;
      looked = passedBytes;
      most = Math.max(most, held());
    },
    grown: () => most - before,
  };
}

test("100 MB of events pass whole to a reader that is slower than the upstream, in flat memory", async () => {
  const event = Buffer.from(
    `data: ${JSON.stringify({ choices: [{ delta: { content: "x".repeat(65_000) } }] })}\n\n`,
  );
  const count = 1_600;
  const sent = createHash("sha256");
  await using world = await createWorld({
    upstream: (request, response) => {
      const last = 'data: {"choices":[],"usage":{"cost":0.125}}\n\n'.padEnd(70, "\n");
      const send = async (): Promise<void> => {
        response.writeHead(200, {
          "Content-Type": "text/event-stream",
          "Content-Length": event.length * count + last.length,
        });
        for (let i = 0; i < count; i++) {
          sent.update(event);
          if (!response.write(event)) await once(response, "drain");
        }
        sent.update(last);
        response.end(last);
      };
      request.resume().on("end", () => void send());
    },
  });
  const memory = watchMemory();
  const socket = connect({
    host: "127.0.0.1",
    port: world.port,
    ca: world.authorityPem,
    servername: "openrouter.ai",
  });
  socket.write(
    `POST /api/v1/chat/completions HTTP/1.1\r\nHost: openrouter.ai\r\nAuthorization: Bearer ${placeholder}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`,
  );
  const got = createHash("sha256");
  let inBody = false;
  let bytes = 0;
  for await (const piece of socket as AsyncIterable<Buffer>) {
    const start = inBody ? 0 : piece.indexOf("\r\n\r\n") + 4;
    inBody = true;
    got.update(piece.subarray(start));
    bytes += piece.length - start;
    memory.look(bytes);
    // The reader does a turn of something else between two pieces.
    await new Promise(setImmediate);
  }
  expect(bytes).toBe(event.length * count + 70);
  expect(got.digest("hex")).toBe(sent.digest("hex"));
  expect(memory.grown()).toBeLessThan(flatBytes);
  const [row] = await world.settled(1);
  expect(row).toMatchObject({ state: "done", costText: "0.125", responseBytes: bytes, recordingCut: true });
  expect(world.recordings.get(row!.id)?.responseBody).toHaveLength(limits.recordedResponseBytes);
});

test("a 60 MB upload of unknown length passes whole, in flat memory, and the rest of the connection works", async () => {
  const got = createHash("sha256");
  let length = 0;
  const memory = watchMemory();
  await using world = await createWorld({
    upstream: (request, response) => {
      request.on("data", (piece: Buffer) => {
        got.update(piece);
        length += piece.length;
        memory.look(length);
      });
      request.on("end", () => response.end('{"usage":{"cost":0}}'));
    },
  });
  const { stdout } = await world.python(`
import hashlib, os, requests
digest = hashlib.sha256()
def body():
    for n in range(60):
        piece = bytes([n]) * 1048576
        digest.update(piece)
        yield piece
with requests.Session() as session:
    session.headers["Authorization"] = "Bearer " + os.environ["OPENROUTER_API_KEY"]
    reply = session.post("https://openrouter.ai/api/v1/audio/transcriptions", data=body())
    print(reply.status_code, digest.hexdigest(), session.get("https://openrouter.ai/api/v1/key").status_code, end="")
`);
  expect(stdout).toBe(`200 ${got.digest("hex")} 200`);
  expect(length).toBe(60 * MiB);
  expect(memory.grown()).toBeLessThan(flatBytes);
  const [row] = await world.settled(2);
  expect(row).toMatchObject({ state: "done", costText: "0", requestBytes: 60 * MiB, recordingCut: true });
});

test("an upload that the upstream refuses early gets the refusal, not a broken pipe", async () => {
  await using world = await createWorld({
    upstream: (request, response) => {
      response
        .writeHead(413, { "Content-Type": "application/json" })
        .end('{"error":{"code":413,"message":"large"}}');
      request.resume();
    },
  });
  const { stdout } = await world.python(`
import os, requests
reply = requests.post("https://openrouter.ai/api/v1/messages", data=b"x" * 8000000, headers={"x-api-key": os.environ["OPENROUTER_API_KEY"]})
print(reply.status_code, reply.text, end="")
`);
  expect(stdout).toBe('413 {"error":{"code":413,"message":"large"}}');
  expect((await world.settled(1))[0]).toMatchObject({ state: "failed", errorMessage: "large" });
});
