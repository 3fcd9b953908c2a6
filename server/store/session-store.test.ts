/** What the store promises of sessions, on both databases. */
import { expect, test } from "vitest";
import { oddText, onBothDatabases, someone } from "./both-databases.ts";
import type { SessionRow } from "./session-store.ts";

let made = 0;
const session = (change: Partial<SessionRow> = {}): SessionRow => ({
  idHash: (++made).toString(16).padStart(64, "0"),
  ownerId: someone(),
  createdAt: 1_800_000_000_000,
  lastSeenAt: 1_800_000_000_001,
  expiresAt: 1_900_000_000_000,
  key: null,
  model: null,
  ...change,
});

onBothDatabases(({ store }) => {
  test("a session comes back as it was, with and without a key", async () => {
    const plain = session();
    const full = session({
      key: { sealed: "AQ", label: "sk-or-v1-…1c96", checkedAt: 1_800_000_000_002, note: oddText },
      model: "author/model:free",
    });
    await store().sessions.create(plain);
    await store().sessions.create(full);
    expect(await store().sessions.find(plain.idHash, 1)).toEqual(plain);
    expect(await store().sessions.find(full.idHash, 1)).toEqual(full);
  });

  test("a session that is unknown, has expired or was removed is not there", async () => {
    const { idHash, expiresAt } = session();
    expect(await store().sessions.find(idHash, 1)).toBeNull();
    await store().sessions.create(session({ idHash, expiresAt }));
    expect(await store().sessions.find(idHash, expiresAt)).toBeNull();
    expect(await store().sessions.find(idHash, expiresAt - 1)).not.toBeNull();
    await store().sessions.remove(idHash);
    expect(await store().sessions.find(idHash, 1)).toBeNull();
  });

  test("each setting is changed alone", async () => {
    const row = session();
    const key = { sealed: "AQ", label: "l", checkedAt: 5, note: null };
    await store().sessions.create(row);
    await store().sessions.saveKey(row.idHash, key);
    await store().sessions.saveModel(row.idHash, "a/b");
    await store().sessions.touch(row.idHash, 7, 1_900_000_000_009);
    const now = await store().sessions.find(row.idHash, 1);
    expect(now).toEqual({ ...row, key, model: "a/b", lastSeenAt: 7, expiresAt: 1_900_000_000_009 });
    await store().sessions.saveKey(row.idHash, null);
    expect((await store().sessions.find(row.idHash, 1))?.key).toBeNull();
  });

  test("resealing replaces only the text that was read, so a key removed meanwhile stays removed", async () => {
    const row = session({ key: { sealed: "old", label: "l", checkedAt: 5, note: null } });
    await store().sessions.create(row);
    await store().sessions.reseal(row.idHash, "other", "new");
    expect((await store().sessions.find(row.idHash, 1))?.key?.sealed).toBe("old");
    await store().sessions.reseal(row.idHash, "old", "new");
    expect((await store().sessions.find(row.idHash, 1))?.key?.sealed).toBe("new");
    await store().sessions.saveKey(row.idHash, null);
    await store().sessions.reseal(row.idHash, "new", "newer");
    expect((await store().sessions.find(row.idHash, 1))?.key).toBeNull();
  });

  test("expired sessions are removed and counted, others stay", async () => {
    const gone = session({ expiresAt: 100 });
    const staying = session();
    await store().sessions.create(gone);
    await store().sessions.create(staying);
    expect(await store().sessions.removeExpired(100)).toBe(1);
    expect(await store().sessions.find(gone.idHash, 1)).toBeNull();
    expect(await store().sessions.find(staying.idHash, 1)).toEqual(staying);
  });
});
