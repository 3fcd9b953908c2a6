/** What a session is: a cookie of which only the hash is kept, alive as long as it is used. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { limits } from "../../contract/limits.ts";
import { createLog } from "../log.ts";
import { openStore } from "../store/open-store.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import type { SessionStore } from "../store/session-store.ts";

interface Scene {
  now: number;
  readonly sessions: Sessions;
  readonly store: SessionStore;
  [Symbol.asyncDispose](): Promise<void>;
}

async function scene(): Promise<Scene> {
  const opened = await openStore("sqlite::memory:", createLog("silent"));
  if (!opened.ok) throw new Error(opened.error.says);
  const { value } = opened;
  const store = value.sessions;
  const at: { now: number } = { now: Date.UTC(2026, 0, 1) };
  const sessions = createSessions(store, { now: () => at.now, monotonic: () => 0 });
  return Object.assign(at, { sessions, store, [Symbol.asyncDispose]: () => value.close() });
}

const hash = (cookie: string): string => createHash("sha256").update(cookie).digest("hex");

test("the store knows the cookie's hash and not the cookie", async () => {
  await using here = await scene();
  const cookie = await here.sessions.start();
  const row = await here.store.find(hash(cookie), here.now);
  expect(row).toMatchObject({
    idHash: hash(cookie),
    key: null,
    model: null,
    expiresAt: here.now + limits.sessionIdleMs,
  });
  expect(JSON.stringify(row)).not.toContain(cookie);
  expect((await here.sessions.find(cookie))?.caller).toEqual({
    ownerId: row?.ownerId,
    sessionIdHash: hash(cookie),
  });
});

test("its end moves with use, at most once a minute, and the browser is told when it moved", async () => {
  await using here = await scene();
  const start = here.now;
  const cookie = await here.sessions.start();
  here.now = start + 59_999;
  expect(await here.sessions.find(cookie)).toMatchObject({ renewed: false });
  expect((await here.store.find(hash(cookie), here.now))?.expiresAt).toBe(start + limits.sessionIdleMs);
  here.now = start + 60_000;
  expect(await here.sessions.find(cookie)).toMatchObject({ renewed: true });
  expect(await here.sessions.find(cookie)).toMatchObject({ renewed: false });
  expect((await here.store.find(hash(cookie), here.now))?.expiresAt).toBe(here.now + limits.sessionIdleMs);
});

test("unused for its whole term it is over; ended it is over at once", async () => {
  await using here = await scene();
  const [idle, ended] = [await here.sessions.start(), await here.sessions.start()];
  const found = await here.sessions.find(ended);
  if (found !== null) await here.sessions.end(found.caller);
  expect(await here.sessions.find(ended)).toBeNull();
  here.now += limits.sessionIdleMs;
  expect(await here.sessions.find(idle)).toBeNull();
  expect(await here.sessions.find(null)).toBeNull();
});
