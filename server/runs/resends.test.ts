/** What can't be sent again is refused in words, before anything is sent. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OwnerId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import { systemClock } from "../clock.ts";
import type { Upstream } from "../openrouter/upstream.ts";
import { createLog } from "../log.ts";
import { newId } from "../new-id.ts";
import type { CallRow, Recording } from "../store/call-store.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { sampleCall, sampleRun } from "../store/sample-rows.ts";
import { LateCalls } from "./late-calls.ts";
import { createResends } from "./resends.ts";

const ann = newId<OwnerId>(0);
const nothing = (): never => {
  throw new Error("nothing may be sent");
};

let store: Store;
beforeAll(async () => {
  const opened = await openStore("sqlite::memory:", createLog("silent"));
  if (!opened.ok) throw new Error(opened.error.says);
  store = opened.value;
});
afterAll(() => store.close());

const recording: Recording = {
  requestHeaders: [["Content-Type", "application/json"]],
  requestBody: Buffer.from("{}"),
  responseHeaders: [],
  responseBody: new Uint8Array(),
  arrivals: [],
};

/** Asks for a call of a run of its own to be sent again. */
async function asked(
  change: Partial<CallRow>,
  recorded: Recording | null,
  text: string | null = null,
  upstream: Upstream | null = { simulated: true, send: nothing, warm: nothing },
) {
  const run = sampleRun(ann);
  await store.runs.create(run);
  const call = sampleCall(run, 1, { requestBytes: 2, ...change });
  await store.calls.create(call);
  if (recorded !== null) await store.calls.finish(call.id, { state: call.state }, recorded);
  const resends = createResends({
    calls: store.calls,
    runs: store.runs,
    gateway: { resend: nothing },
    clock: systemClock,
    live: () => undefined,
    late: new LateCalls(),
    upstreamFor: () => Promise.resolve(upstream),
    reachOf: nothing,
    moneyFor: nothing,
  });
  const answer = await resends.handlers.resendCall(
    {
      params: { run: run.id, number: String(call.number) },
      query: undefined,
      body: { text, idempotencyKey: "a-press-of-it" },
    },
    { ownerId: ann, sessionIdHash: "" },
  );
  await resends.close();
  return answer.ok ? answer.value : answer.error;
}

test("a call that goes on, or of which nothing was recorded", async () => {
  expect(await asked({ state: "streaming" }, recording)).toMatchObject({
    says: expect.stringMatching(/goes on/),
  });
  expect(await asked({}, null)).toMatchObject({ says: expect.stringMatching(/Nothing was recorded/) });
});

test("a request that was cut, unless it has another body", async () => {
  expect(await asked({ requestBytes: 9 }, recording)).toMatchObject({
    says: expect.stringMatching(/larger/),
  });
  await expect(asked({ requestBytes: 9 }, recording, "{}")).rejects.toThrow("nothing may be sent");
});

test("an address that no client sends", async () => {
  expect(await asked({ path: "https://example.com/" }, recording)).toMatchObject({ code: "bad-request" });
});

test("a call of OpenRouter's when there is no key, and one more than a run may make", async () => {
  expect(await asked({}, recording, null, null)).toEqual({ code: "needs-key" });
  expect(await asked({ number: limits.callsPerRun }, recording)).toMatchObject({ code: "too-many" });
});

test("whatever comes once the server shuts down", async () => {
  const resends = createResends({
    calls: store.calls,
    runs: store.runs,
    gateway: { resend: nothing },
    clock: systemClock,
    live: () => undefined,
    late: new LateCalls(),
    upstreamFor: nothing,
    reachOf: nothing,
    moneyFor: nothing,
  });
  await resends.close();
  const run = sampleRun(ann);
  await store.runs.create(run);
  const call = sampleCall(run, 1, { requestBytes: 2 });
  await store.calls.create(call);
  await store.calls.finish(call.id, { state: call.state }, recording);
  const input = { params: { run: run.id, number: "1" }, query: undefined };
  const body = { text: null, idempotencyKey: "a-press-of-it" };
  expect(
    await resends.handlers.resendCall({ ...input, body }, { ownerId: ann, sessionIdHash: "" }),
  ).toMatchObject({
    error: { code: "shutting-down" },
  });
});
