/** What a call cost is asked afterwards until it appears, written once, and with nobody's key but the owner's (F2, F32, F52). */
import { afterEach, beforeEach, expect, test } from "vitest";
import { Bill, type Call } from "../../contract/calls.ts";
import { refused } from "../../contract/failures.ts";
import type { OwnerId } from "../../contract/ids.ts";
import { createLog } from "../log.ts";
import { createClient } from "../openrouter/http-client.ts";
import type { OpenRouterClient } from "../openrouter/client.ts";
import { instantPace } from "../simulator/exchange.ts";
import { question, someKey, startForTests, type Started } from "../simulator/started-for-tests.ts";
import type { CallRow } from "../store/call-store.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { sampleCall, sampleRun } from "../store/sample-rows.ts";
import { newId } from "../new-id.ts";
import { createLedger } from "./ledger.ts";
import { createLookUps, patience, type LookUpParts, type LookUps } from "./look-ups.ts";
import { pricesAt } from "./money-fixture.ts";

const delay = 3_000;
let simulator: Started;
let client: OpenRouterClient;
let store: Store;
const lookUps: LookUps[] = [];
beforeEach(async () => {
  simulator = await startForTests({ pace: { ...instantPace, generationDelayMs: delay } });
  client = createClient({ target: { origin: new URL(simulator.url) }, simulated: false });
  const opened = await openStore("sqlite::memory:", createLog("silent"));
  if (!opened.ok) throw new Error(opened.error.says);
  store = opened.value;
});
afterEach(async () => {
  await Promise.all(lookUps.splice(0).map((one) => one.close()));
  await simulator.close();
  await store.close();
});

/** An answer that was paid for, whose call ended without its price. */
async function unknownCall(change: Partial<CallRow> = {}): Promise<CallRow> {
  const reply = await simulator.chat(question("openai/gpt-4o", "Say hello."));
  const generationId = reply.headers.get("x-generation-id");
  const run = sampleRun(newId<OwnerId>(simulator.clock.now()));
  await store.runs.create(run);
  const call = sampleCall(run, 1, {
    state: "unknown",
    model: "openai/gpt-4o",
    errorCode: "program-left",
    errorMessage: "gone",
    generationId,
    reservedPicoUsd: 10n ** 12n,
    startedAt: simulator.clock.now(),
    ...change,
  });
  await store.calls.create(call);
  return call;
}

function start(change: Partial<LookUpParts> = {}) {
  const asked: string[] = [];
  const ledger = createLedger({
    calls: store.calls,
    ceilingsOf: () =>
      Promise.resolve({ sessionPicoUsd: null, dayPicoUsd: null, allowUnknownPrices: false, sessionSince: 0 }),
    clock: simulator.clock,
  });
  const one = createLookUps({
    calls: store.calls,
    ledger,
    ask(call, id) {
      asked.push(call.ownerId);
      if (asked.length === 4) simulator.clock.advance(delay);
      return client.generation(someKey, id);
    },
    pricesFor: () => pricesAt(new URL(simulator.url)),
    clock: simulator.clock,
    log: createLog("silent"),
    waits: Array(20).fill(1) as number[],
    ...change,
  });
  lookUps.push(one);
  return { lookUps: one, ledger, asked };
}
const row = async (call: CallRow): Promise<CallRow | undefined> =>
  (await store.calls.find(call.ownerId, call.runId, 1))?.row;

test("it is asked again while it is not there yet; then the price is written, billed, announced, and counts in place of the reservation", async () => {
  const call = await unknownCall();
  const { lookUps: one, ledger, asked } = start();
  await ledger.open(call.ownerId, null, false);
  const announced = await new Promise<Call>((resolve) => one.add(call, null, resolve));
  const settled = await row(call);
  expect(asked).toHaveLength(4);
  expect(settled).toMatchObject({
    state: "done",
    errorCode: null,
    errorMessage: null,
    provider: "OpenAI (simulated)",
  });
  expect(settled?.costPicoUsd).toBeGreaterThan(0n);
  expect(announced).toMatchObject({ id: call.id, state: "done", error: null });
  const bill = Bill.parse(JSON.parse(settled?.bill ?? "null"));
  expect(bill).toMatchObject({ toldBy: "generation", totalText: settled?.costText, remainderUsd: "0" });
  expect((await ledger.held(call.ownerId, 0)).sessionPicoUsd).toBe(settled?.costPicoUsd);
});

test("a break stays one, but with its price", async () => {
  const call = await unknownCall({ errorCode: "broken-off", errorMessage: "broke" });
  await new Promise((resolve) => start().lookUps.add(call, null, resolve));
  expect(await row(call)).toMatchObject({ state: "failed", errorCode: "broken-off", errorMessage: "broke" });
});

test("a call that was settled in the meantime is not priced again", async () => {
  const call = await unknownCall();
  const settled = { state: "done", costPicoUsd: 5n, costText: "0.000000000005" } as const;
  await store.calls.update(call.id, settled);
  const told = Promise.withResolvers<void>();
  const { lookUps: one } = start({
    waits: [1, 1],
    ask: async (_, id) => {
      simulator.clock.advance(delay);
      const answer = await client.generation(someKey, id);
      setImmediate(told.resolve);
      return answer;
    },
  });
  one.add(call, null, () => expect.unreachable());
  await told.promise;
  await one.close();
  expect(await row(call)).toMatchObject(settled);
});

test("asking ends: after the last wait the call stays unknown, at what was set aside", async () => {
  const call = await unknownCall();
  const given = Promise.withResolvers<void>();
  let asks = 0;
  const { lookUps: one, ledger } = start({
    waits: [1, 1, 1],
    log: createLog("warn", { write: () => given.resolve() }),
    ask: async () => {
      asks += 1;
      return asks === 1 ? null : refused({ code: "refused", status: 404, message: "not yet" });
    },
  });
  one.add(call, null, () => expect.unreachable());
  await given.promise;
  expect(asks).toBe(3);
  expect(await row(call)).toEqual(call);
  expect((await ledger.held(call.ownerId, 0)).sessionPicoUsd).toBe(call.reservedPicoUsd);
});

test("after a start the last day's are taken up, each with its own owner; older ones and those without an id are not", async () => {
  const now = simulator.clock.now();
  const fresh = [await unknownCall(), await unknownCall()];
  await unknownCall({ startedAt: now - 24 * 3_600_000 - 1 });
  await unknownCall({ generationId: null });
  await unknownCall({ simulated: true });
  simulator.clock.advance(delay);
  const { lookUps: one, asked } = start();
  expect(await one.resume()).toBe(2);
  await expect
    .poll(async () => Promise.all(fresh.map(async (call) => (await row(call))?.state)), { timeout: 30_000 })
    .toEqual(["done", "done"]);
  expect(asked.sort()).toEqual(fresh.map(({ ownerId }) => ownerId).sort());
});

test("its patience is minutes, not seconds, and has an end", () => {
  const total = patience.reduce((sum, wait) => sum + wait, 0);
  expect(patience[0]).toBe(500);
  expect(total).toBeGreaterThan(10 * 60_000);
  expect(total).toBeLessThan(30 * 60_000);
});
