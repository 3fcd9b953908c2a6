/** Our gateway alone, as the server composes it, with recording and pricing in a real database; an endpoint for each of several runs. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { OwnerId, RunId } from "../../../contract/ids.ts";
import { systemClock } from "../../../server/clock.ts";
import { createLog } from "../../../server/log.ts";
import { newId } from "../../../server/new-id.ts";
import { createDialer } from "../../../server/openrouter/dial.ts";
import { createUpstream } from "../../../server/openrouter/http-upstream.ts";
import { openStore } from "../../../server/store/open-store.ts";
import { sampleRun } from "../../../server/store/sample-rows.ts";
import type { Endpoint } from "../../../server/gateway/gateway.ts";
import { createGateway } from "../../../server/gateway/tls-gateway.ts";
import { key } from "../shapes.ts";

const origin = new URL(process.argv[2] ?? "");
const endpointCount = Number(process.argv[3] ?? 4);
const folder = mkdtempSync(join(tmpdir(), "orid-bench-gateway-"));
const log = createLog("silent");
const store = await openStore(`sqlite:${join(folder, "data.db")}`, log);
if (!store.ok) throw new Error(store.error.says);
const { runs, calls } = store.value;
const gateway = await createGateway({ calls, clock: systemClock, log });
const dialer = createDialer({ origin });
const upstream = createUpstream({ dialer, key: () => Promise.resolve(key), simulated: false, log });
upstream.warm();

const owners = new Map<RunId, OwnerId>();
let endpoints: Endpoint[] = [];

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** Each is a run of its own: what one may send, and how many connections it may hold, is bounded. */
async function attachRuns(): Promise<{ readonly ports: readonly number[]; readonly runs: readonly RunId[] }> {
  const ports: number[] = [];
  const ids: RunId[] = [];
  // The runs before these are over.
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  endpoints = [];
  for (let n = 0; n < endpointCount; n++) {
    const ownerId = newId<OwnerId>(Date.now());
    const row = sampleRun(ownerId);
    await runs.create(row);
    owners.set(row.id, ownerId);
    const port = await freePort();
    const run = { runId: row.id, ownerId, upstream, changed: () => undefined };
    endpoints.push(await gateway.attach({ port, host: "127.0.0.1" }, run));
    ports.push(port);
    ids.push(row.id);
  }
  return { ports, runs: ids };
}

process.on("SIGTERM", () => {
  void store.value.close().finally(() => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  });
});
const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
say({ authorityPem: gateway.authorityPem, ...(await attachRuns()) });
createInterface({ input: process.stdin }).on("line", (line) => {
  void (async () => {
    if (line === "runs") say(await attachRuns());
    else if (line === "warm") say({ warmed: upstream.warm() === undefined });
    else say({ priced: await pricedCalls(JSON.parse(line) as RunId[]) });
  })();
});

/** How many calls of these runs stand in the ledger with a price and a recording. */
async function pricedCalls(of: readonly RunId[]): Promise<number> {
  let count = 0;
  for (const id of of) {
    const ownerId = owners.get(id);
    const rows = ownerId === undefined ? [] : await calls.list(ownerId, id);
    count += rows.filter(({ state, costText }) => state === "done" && costText !== null).length;
  }
  return count;
}
