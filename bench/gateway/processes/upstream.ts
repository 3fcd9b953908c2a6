/** OpenRouter's stand-in for measurements, as fast as Node can be: one JSON answer, streams with a stamp in each chunk. TLS on one port, plain on another. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { chunksPerStream, megabyteChunk } from "../shapes.ts";

const [keyFile = "", certificateFile = ""] = process.argv.slice(2);
const usage = { prompt_tokens: 12, completion_tokens: 40, total_tokens: 52, cost: 0.0000123 };
const answer = JSON.stringify({
  id: "gen-1764000000-AAAAAAAAAAAAAAAAAAAA",
  object: "chat.completion",
  created: 1_764_000_000,
  model: "bench/model",
  provider: "Bench",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "word ".repeat(40) } }],
  usage,
});

const event = (delta: object, more: object = {}): string =>
  `data: ${JSON.stringify({ id: "gen-1764000000-BBBBBBBBBBBBBBBBBBBB", object: "chat.completion.chunk", created: 1, model: "bench/model", choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;
/** Both ends read CLOCK_MONOTONIC, in µs. */
const stamp = (): string => String(process.hrtime.bigint() / 1000n);
const last = `${event({}, { usage })}data: [DONE]\n\n`;

function serve(request: IncomingMessage, response: ServerResponse): void {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part: string) => (body += part));
  request.on("end", () => {
    const { stream, pace, large } = JSON.parse(body) as {
      readonly stream?: boolean;
      readonly pace?: number;
      readonly large?: number;
    };
    if (stream !== true) {
      response.writeHead(200, { "content-type": "application/json", "content-length": answer.length });
      response.end(answer);
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    if (large !== undefined) void writeLarge(response, large);
    else if (pace === undefined) writeAll(response);
    else writePaced(response, pace);
  });
}

function writeAll(response: ServerResponse): void {
  for (let n = 0; n < chunksPerStream; n++) response.write(event({ content: `${stamp()} ` }));
  response.end(last);
}

function writePaced(response: ServerResponse, paceMs: number): void {
  let n = 0;
  const timer = setInterval(() => {
    if (++n > chunksPerStream || response.destroyed) {
      clearInterval(timer);
      response.end(last);
    } else response.write(event({ content: `${stamp()} ` }));
  }, paceMs);
}

async function writeLarge(response: ServerResponse, megabytes: number): Promise<void> {
  for (let n = 0; n < megabytes && !response.destroyed; n++) {
    if (!response.write(megabyteChunk))
      await new Promise<void>((resolve) => {
        response.once("drain", resolve);
        response.once("close", resolve);
      });
  }
  response.end(last);
}

const options = { keepAliveTimeout: 600_000, noDelay: true };
const secure = createSecureServer(
  { ...options, key: readFileSync(keyFile), cert: readFileSync(certificateFile) },
  serve,
);
const plain = createServer(options, serve);
await Promise.all(
  [secure, plain].map((server) => new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready))),
);
const portOf = (server: typeof plain | typeof secure): number => (server.address() as AddressInfo).port;
process.stdout.write(`${JSON.stringify({ secure: portOf(secure), plain: portOf(plain) })}\n`);
