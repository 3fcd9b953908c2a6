/** What the settings routes promise of keys and models, over a real store in memory. */
import { Writable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { refused, type Result } from "../../contract/failures.ts";
import type { OwnerId } from "../../contract/ids.ts";
import { noCeilings, noReach, Session, SetReach } from "../../contract/session.ts";
import { createLedger } from "../gateway/ledger.ts";
import type { Caller } from "../http/handlers.ts";
import { createLog } from "../log.ts";
import { newId } from "../new-id.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { createVault } from "../store/vault.ts";
import { storedCeilings } from "./ceilings.ts";
import { createSettings, type Settings, type SettingsParts } from "./settings.ts";
import { createTestClient, unreachable, type TestClient } from "./test-client.ts";

const [older, newer] = ["old-".repeat(8), "new-".repeat(8)];
const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
const operatorsKey = `sk-or-v1-${"feedface".repeat(8)}`;
const facts = {
  sandbox: { ready: true, says: null, hint: null },
  python: "3.11.2",
  packages: ["httpx"],
  environment: { id: "system", name: "Python 3.11.2 (system)" },
  timeoutMs: { default: 30_000, max: 600_000 },
  version: "0.1.0",
};

let store: Store;
let live: TestClient;
let simulator: TestClient;
let logged: string;
const now = 1_800_000_000_000;
const log = createLog(
  "trace",
  new Writable({
    write(line: Buffer, _encoding, done) {
      logged += line.toString();
      done();
    },
  }),
);

beforeAll(async () => {
  const opened = await openStore("sqlite::memory:", createLog("silent"));
  if (!opened.ok) throw new Error(opened.error.says);
  store = opened.value;
});
afterAll(() => store.close());
beforeEach(() => {
  live = createTestClient(false, "live/model");
  simulator = createTestClient(true, "simulated/model");
  logged = "";
});

const settings = (change: Partial<SettingsParts> = {}): Settings =>
  createSettings({
    sessions: store.sessions,
    vault: createVault([newer]),
    live,
    simulator,
    serverKey: null,
    simulatorOnly: false,
    ledger: createLedger({
      calls: store.calls,
      ceilingsOf: (owner) => storedCeilings(store.sessions, owner),
      clock: { now: () => now, monotonic: () => now },
    }),
    facts: async () => facts,
    clock: { now: () => now, monotonic: () => now },
    log,
    ...change,
  });

let made = 0;
async function signedIn(): Promise<Caller> {
  const caller = { ownerId: newId<OwnerId>(1), sessionIdHash: (++made).toString(16).padStart(64, "0") };
  const dates = { createdAt: now, lastSeenAt: now, expiresAt: now + 1_000 };
  await store.sessions.create({
    idHash: caller.sessionIdHash,
    ownerId: caller.ownerId,
    ...dates,
    key: null,
    model: null,
  });
  return caller;
}
const nothing = { params: undefined, query: undefined, body: undefined };
const paste = (on: Settings, caller: Caller, text = key) =>
  on.handlers.setKey({ ...nothing, body: { key: text } }, caller);
function ok<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.says}`);
  return result.value;
}

test("without any key the simulator answers, and its catalogue gives the model", async () => {
  const ann = await signedIn();
  const on = settings();
  expect(Session.parse(ok(await on.handlers.session(nothing, ann)))).toEqual({
    key: { source: "none", label: null, checkedAt: null, note: null },
    model: null,
    effectiveModel: "simulated/model",
    simulated: true,
    ceilings: {
      ...noCeilings,
      sessionSpentUsd: "0",
      sessionSince: new Date(now).toISOString(),
      daySpentUsd: "0",
    },
    reach: noReach,
    ...facts,
  });
  expect(await on.keyOf(ann.sessionIdHash)).toEqual({ source: "none", key: null });
  expect(await on.environmentOf(ann)).toEqual({
    model: "simulated/model",
    simulated: true,
    ceilings: noCeilings,
  });
  expect(live.asked).toEqual([]);
});

test("a pasted key is checked at OpenRouter, kept sealed, and shown by its last four characters only", async () => {
  const ann = await signedIn();
  const on = settings();
  const session = ok(await paste(on, ann, `  ${key}\n`));
  expect(session).toMatchObject({
    key: {
      source: "session",
      label: "sk-or-v1-…cdef",
      checkedAt: "2027-01-15T08:00:00.000Z",
      note: "$5.00 left of its spending limit",
    },
    effectiveModel: "live/model",
    simulated: false,
  });
  expect(live.asked[0]).toBe(key);
  expect(await on.keyOf(ann.sessionIdHash)).toEqual({ source: "session", key });
  expect(await on.environmentOf(ann)).toEqual({
    model: "live/model",
    simulated: false,
    ceilings: noCeilings,
  });
  const row = await store.sessions.find(ann.sessionIdHash, now);
  expect(JSON.stringify([row, session]) + logged).not.toContain(key.slice(9, 20));
});

test("what does not look like a key is refused without asking anybody", async () => {
  const ann = await signedIn();
  const on = settings();
  for (const text of ["hello", `${key} ${key}`, "sk-or-v1-", "sk-1234567890abcdef"])
    expect(await paste(on, ann, text)).toEqual(refused({ code: "key-malformed" }));
  expect(live.asked).toEqual([]);
});

test("a key that OpenRouter does not know is refused in its words, without repeating it, and the earlier one stays", async () => {
  const ann = await signedIn();
  const on = settings();
  ok(await paste(on, ann));
  const wrong = `sk-or-v1-${"deadbeef".repeat(8)}`;
  for (const status of [401, 403]) {
    live.keyAnswer = refused({ code: "refused", status, message: `User not found for ${wrong}.` });
    const answer = await paste(on, ann, wrong);
    expect(answer).toMatchObject({ error: { code: "key-rejected" } });
    expect(JSON.stringify(answer)).toContain("User not found");
    expect(JSON.stringify(answer) + logged).not.toContain("deadbeefdeadbeef");
  }
  expect(await on.keyOf(ann.sessionIdHash)).toEqual({ source: "session", key });
});

test("when OpenRouter can't be reached or fails, the key is not taken and the reason is told", async () => {
  const ann = await signedIn();
  const on = settings();
  live.keyAnswer = refused(unreachable);
  expect(await paste(on, ann)).toEqual(refused({ code: "upstream-unreachable", says: unreachable.message }));
  live.keyAnswer = refused({ code: "refused", status: 500, message: `Broken by ${key}` });
  const answer = await paste(on, ann);
  expect(answer).toMatchObject({ error: { code: "upstream-error" } });
  expect(JSON.stringify(answer)).not.toContain(key);
  expect(await on.keyOf(ann.sessionIdHash)).toEqual({ source: "none", key: null });
});

test("without a key of its own a session uses the operator's, of which nothing is told", async () => {
  const ann = await signedIn();
  const on = settings({ serverKey: operatorsKey });
  const session = ok(await on.handlers.session(nothing, ann));
  expect(session).toMatchObject({ key: { source: "server", label: null, note: null }, simulated: false });
  expect(JSON.stringify(session)).not.toContain("face");
  expect(await on.keyOf(ann.sessionIdHash)).toEqual({ source: "server", key: operatorsKey });
  ok(await paste(on, ann));
  expect(await on.keyOf(ann.sessionIdHash)).toEqual({ source: "session", key });
  expect(ok(await on.handlers.deleteKey(nothing, ann)).key.source).toBe("server");
});

test("a session that has ended uses no key at all, not the operator's either", async () => {
  const ann = await signedIn();
  const on = settings({ serverKey: operatorsKey });
  await store.sessions.remove(ann.sessionIdHash);
  expect(await on.keyOf(ann.sessionIdHash)).toEqual({ source: "none", key: null });
  expect(await on.handlers.session(nothing, ann)).toEqual(refused({ code: "not-signed-in" }));
  expect(await paste(on, ann)).toEqual(refused({ code: "not-signed-in" }));
});

test("one session's key is never another's", async () => {
  const [ann, bea] = [await signedIn(), await signedIn()];
  const on = settings();
  ok(await paste(on, ann));
  expect(await on.keyOf(bea.sessionIdHash)).toEqual({ source: "none", key: null });
  const stolen = await store.sessions.find(ann.sessionIdHash, now);
  await store.sessions.saveKey(bea.sessionIdHash, stolen!.key);
  expect(await on.keyOf(bea.sessionIdHash)).toEqual({ source: "none", key: null });
});

test("started with --simulator, everything is simulated and keys are checked at the simulator", async () => {
  const ann = await signedIn();
  const on = settings({ simulatorOnly: true, serverKey: operatorsKey });
  const session = ok(await paste(on, ann));
  expect(session).toMatchObject({
    simulated: true,
    effectiveModel: "simulated/model",
    key: { source: "session" },
  });
  expect(await on.environmentOf(ann)).toEqual({
    model: "simulated/model",
    simulated: true,
    ceilings: noCeilings,
  });
  expect(live.asked).toEqual([]);
  expect(simulator.asked[0]).toBe(key);
});

test("after the secret was rotated, a key is sealed anew at its next use", async () => {
  const ann = await signedIn();
  ok(await paste(settings({ vault: createVault([older]) }), ann));
  const before = await store.sessions.find(ann.sessionIdHash, now);
  const rotating = settings({ vault: createVault([newer, older]) });
  expect(await rotating.keyOf(ann.sessionIdHash)).toEqual({ source: "session", key });
  const after = await store.sessions.find(ann.sessionIdHash, now);
  expect(after!.key).toEqual({ ...before!.key, sealed: after!.key!.sealed });
  expect(await settings().keyOf(ann.sessionIdHash)).toEqual({ source: "session", key });
});

test("a key that can't be opened any more counts as none, and the page and the log say why", async () => {
  const ann = await signedIn();
  ok(await paste(settings({ vault: createVault([older]) }), ann));
  const on = settings();
  expect(await on.keyOf(ann.sessionIdHash)).toEqual({ source: "none", key: null });
  const session = ok(await on.handlers.session(nothing, ann));
  expect(session).toMatchObject({ key: { source: "none", label: null }, simulated: true });
  expect(session.key.note).toContain("Paste it again");
  expect(logged).toContain("can't be opened");
  expect(ok(await paste(on, ann)).key.source).toBe("session");
});

test("a chosen model is what runs get, and taking the choice back gives the catalogue's again", async () => {
  const ann = await signedIn();
  const on = settings();
  const choose = (model: string | null) => on.handlers.setModel({ ...nothing, body: { model } }, ann);
  expect(ok(await choose("author/any"))).toMatchObject({ model: "author/any", effectiveModel: "author/any" });
  expect(await on.environmentOf(ann)).toEqual({ model: "author/any", simulated: true, ceilings: noCeilings });
  expect(ok(await choose(null))).toMatchObject({ model: null, effectiveModel: "simulated/model" });
});

test("the catalogue is that of whoever answers the session's runs, searched by words", async () => {
  const ann = await signedIn();
  const on = settings();
  const ask = (q?: string) =>
    on.handlers.models({ ...nothing, query: q === undefined ? {} : { q } }, ann).then(ok);
  expect(await ask()).toMatchObject({ simulated: true, stale: false, models: [{ id: "simulated/model" }] });
  ok(await paste(on, ann));
  expect(await ask("ONLY live")).toMatchObject({ simulated: false, models: [{ id: "live/model" }] });
  expect((await ask("nothing")).models).toEqual([]);
});

test("when the catalogue can't be had, the session still answers and only the list of models fails", async () => {
  const ann = await signedIn();
  live.modelsAnswer = refused(unreachable);
  const on = settings({ serverKey: operatorsKey });
  expect(ok(await on.handlers.session(nothing, ann)).effectiveModel).toBeNull();
  expect(await on.handlers.models({ ...nothing, query: {} }, ann)).toMatchObject({
    error: { code: "upstream-unreachable" },
  });
});

test("what programs may reach is kept for its session, and hostile names are no names", async () => {
  const [ann, ben] = [await signedIn(), await signedIn()];
  const on = settings();
  const reach = { hosts: ["api.example.com", "xn--bcher-kva.example"], accountPaths: true };
  const set = await on.handlers.setReach({ ...nothing, body: reach }, ann);
  expect(ok(set).reach).toEqual(reach);
  expect(await settings().reachOf(ann.ownerId)).toEqual(reach);
  expect(await on.reachOf(ben.ownerId)).toEqual(noReach);
  for (const host of [
    "openrouter.ai",
    "localhost",
    "127.0.0.1",
    "0x7f.1",
    "2130706433",
    "[::1]",
    "*.example.com",
    "Example.com",
    "example.com.",
    "example.com:443",
    "https://example.com",
    "exa mple.com",
    "example.com\n127.0.0.1 evil.example",
    "-a.example.com",
    `${"a".repeat(64)}.example.com`,
    "",
  ])
    expect([host, SetReach.safeParse({ hosts: [host], accountPaths: false }).success]).toEqual([host, false]);
  expect(SetReach.safeParse({ hosts: ["a.example", "a.example"], accountPaths: false }).success).toBe(false);
});
