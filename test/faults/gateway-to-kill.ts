/** A gateway with its ledger over a database that outlives it: `node gateway-to-kill.ts DATABASE UPSTREAM KEY`, killed by a test. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { OwnerId, RunId } from "../../contract/ids.ts";
import { systemClock } from "../../server/clock.ts";
import { createLedger } from "../../server/gateway/ledger.ts";
import { createLookUps } from "../../server/gateway/look-ups.ts";
import { pricesAt } from "../../server/gateway/money-fixture.ts";
import { createGateway } from "../../server/gateway/tls-gateway.ts";
import { createLog } from "../../server/log.ts";
import { newId } from "../../server/new-id.ts";
import { createDialer } from "../../server/openrouter/dial.ts";
import { createClient } from "../../server/openrouter/http-client.ts";
import { createUpstream } from "../../server/openrouter/http-upstream.ts";
import { openStore } from "../../server/store/open-store.ts";
import { sampleRun } from "../../server/store/sample-rows.ts";

const [databaseUrl = "", upstreamUrl = "", key = ""] = process.argv.slice(2);
const origin = new URL(upstreamUrl);
/** The same in every life. */
const ownerId = "0".repeat(20) as OwnerId;
const ceilings = { sessionPicoUsd: 10n ** 15n, dayPicoUsd: null, allowUnknownPrices: false, sessionSince: 0 };

const log = createLog("error");
const opened = await openStore(databaseUrl, log);
if (!opened.ok) throw new Error(opened.error.says);
const { calls, runs } = opened.value;
await calls.settleUnfinished("The server went away before the reply was whole.");
await runs.loseUnfinished("lost", systemClock.now());

const client = createClient({ target: { origin }, simulated: false });
const prices = pricesAt(origin);
const ledger = createLedger({ calls, ceilingsOf: () => Promise.resolve(ceilings), clock: systemClock });
const lookUps = createLookUps({
  calls,
  ledger,
  ask: (_, id) => client.generation(key, id),
  pricesFor: () => prices,
  clock: systemClock,
  log,
  // An answer may still be under way for a second.
  waits: Array<number>(100).fill(50),
});
await lookUps.resume();

const run = sampleRun(ownerId, {
  id: newId<RunId>(systemClock.now()),
  state: "running",
  idempotencyKey: newId<RunId>(1),
});
await runs.create(run);
const gateway = await createGateway({ calls, clock: systemClock, log });
const listener = createServer().listen(0, "127.0.0.1");
await once(listener, "listening");
const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
await gateway.attach(listener, {
  runId: run.id,
  ownerId,
  upstream: createUpstream({
    dialer: createDialer({ origin }),
    key: () => Promise.resolve(key),
    simulated: false,
    log,
  }),
  changed: ({ id, state, costUsd }) => say({ id, state, costUsd }),
  money: {
    prices,
    account: await ledger.open(ownerId, null, false),
    lookUp: (call, reservation, changed) => lookUps.add(call, reservation, changed),
    repeats: null,
    stop: () => undefined,
  },
});
say({ port: (listener.address() as AddressInfo).port, ca: gateway.authorityPem });
