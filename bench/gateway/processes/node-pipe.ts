/** The plain design to beat: a TLS server in Node that pipes both ways, keeps the bodies, finds the cost and logs a line. */
import { readFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { Agent, createServer, request as send } from "node:https";
import type { AddressInfo } from "node:net";
import { key as secret } from "../shapes.ts";

const [upstream = "", keyFile = "", certificateFile = "", logFile = ""] = process.argv.slice(2);
const { hostname, port } = new URL(upstream);
const agent = new Agent({ keepAlive: true, maxFreeSockets: 128 });
const server = createServer(
  {
    key: readFileSync(keyFile),
    cert: readFileSync(certificateFile),
    keepAliveTimeout: 600_000,
    noDelay: true,
  },
  (incoming, outgoing) => {
    const began = performance.now();
    const asked: Buffer[] = [];
    const got: Buffer[] = [];
    const headers = { ...incoming.headers, host: `${hostname}:${port}`, authorization: `Bearer ${secret}` };
    const onward = send(
      { hostname, port, agent, method: incoming.method, path: incoming.url, headers },
      (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.on("data", (chunk: Buffer) => got.push(chunk));
        reply.pipe(outgoing);
        reply.on("end", () => {
          const cost = /"cost":([\d.e-]+)/.exec(Buffer.concat(got).toString())?.[1] ?? null;
          const line = { ms: performance.now() - began, status: reply.statusCode, cost };
          void appendFile(logFile, `${JSON.stringify(line)}\n`);
        });
      },
    );
    onward.on("error", () => outgoing.destroy());
    incoming.on("data", (chunk: Buffer) => asked.push(chunk));
    incoming.pipe(onward);
  },
);
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
