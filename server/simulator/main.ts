/** The simulator as a process of its own: `node server/simulator/main.ts --port 0`. Prints one JSON line with its url. */
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { systemClock } from "../clock.ts";
import { instantPace, realPace, type Pace } from "./exchange.ts";
import { createSimulator } from "./simulator.ts";
import type { RawRequest } from "./wire.ts";

const usage = `node server/simulator/main.ts [--port N] [--host ADDRESS] [--key KEY] [--log FILE] [--pace real|instant]
       [--generation-delay MS] [--stall MS] [--seed TEXT]

  --key               accept this key only; every other gets 401 "User not found."
  --log               append each request as a JSON line: at, method, url, headers, bodyBase64
  --generation-delay  how long /generation answers 404 after a reply
`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    host: { type: "string", default: "127.0.0.1" },
    key: { type: "string" },
    log: { type: "string" },
    pace: { type: "string", default: "real" },
    "generation-delay": { type: "string" },
    stall: { type: "string" },
    seed: { type: "string", default: "simulator" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(usage);
} else {
  listen();
}

function listen(): void {
  const { handler } = createSimulator({
    clock: systemClock,
    pace: paceWanted(),
    seed: values.seed,
    key: values.key ?? null,
    onRequest: (request) => {
      // Written before the answer leaves, so that whoever has the answer finds the request in the file.
      if (values.log !== undefined) appendFileSync(values.log, `${JSON.stringify(logLine(request))}\n`);
    },
    onFault: (fault) =>
      process.stderr.write(`${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}\n`),
  });
  const server = createServer(handler);
  server.once("error", (fault) => {
    process.stderr.write(`simulator: ${fault.message}\n`);
    process.exit(1);
  });
  server.listen(Number(values.port), values.host, () => {
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : Number(values.port);
    process.stdout.write(`${JSON.stringify({ url: `http://${values.host}:${port}` })}\n`);
  });
  const end = (): void => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
}

function paceWanted(): Pace {
  const base = values.pace === "instant" ? instantPace : realPace;
  const milliseconds = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : Number(text);
  return {
    ...base,
    generationDelayMs: milliseconds(values["generation-delay"], base.generationDelayMs),
    stallMs: milliseconds(values.stall, base.stallMs),
  };
}

function logLine(request: RawRequest): unknown {
  const headers: [string, string][] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2)
    headers.push([request.rawHeaders[at] ?? "", request.rawHeaders[at + 1] ?? ""]);
  return {
    at: new Date(request.at).toISOString(),
    method: request.method,
    url: request.target,
    headers,
    bodyBase64: request.body.toString("base64"),
  };
}
