/** The catalogue is fetched once for all, renewed when old, and outlives an outage. */
import { beforeEach, expect, test } from "vitest";
import { refused } from "../../contract/failures.ts";
import { createLog } from "../log.ts";
import { createCatalogue, type CatalogueCache } from "./catalogue.ts";
import { createTestClient, unreachable, type TestClient } from "./test-client.ts";

const minute = 60_000;
let now: number;
let client: TestClient;
let catalogue: CatalogueCache;
beforeEach(() => {
  now = 1_800_000_000_000;
  client = createTestClient(false, "a/b");
  const clock = { now: () => now, monotonic: () => now };
  catalogue = createCatalogue({ client, clock, log: createLog("silent") });
});

test("many who ask at once cause one fetch, and so do those who ask in the next ten minutes", async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => catalogue.current()));
  now += 10 * minute - 1;
  all.push(await catalogue.current());
  expect(client.asked).toEqual(["models"]);
  expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(all[0]).toMatchObject({
    ok: true,
    value: { fetchedAt: "2027-01-15T08:00:00.000Z", stale: false, simulated: false, models: [{ id: "a/b" }] },
  });
});

test("after ten minutes it is fetched again", async () => {
  await catalogue.current();
  now += 10 * minute;
  expect(await catalogue.current()).toMatchObject({
    value: { fetchedAt: "2027-01-15T08:10:00.000Z", stale: false },
  });
  expect(client.asked).toHaveLength(2);
});

test("when it can't be renewed the last good one is kept, with its date, marked stale", async () => {
  await catalogue.current();
  client.modelsAnswer = refused(unreachable);
  now += 30 * minute;
  expect(await catalogue.current()).toMatchObject({
    ok: true,
    value: { fetchedAt: "2027-01-15T08:00:00.000Z", stale: true, models: [{ id: "a/b" }] },
  });
});

test("without a good one the failure is told, and OpenRouter is left alone for ten seconds", async () => {
  const good = client.modelsAnswer;
  client.modelsAnswer = refused(unreachable);
  expect(await catalogue.current()).toEqual(refused(unreachable));
  client.modelsAnswer = good;
  now += 9_999;
  expect(await catalogue.current()).toEqual(refused(unreachable));
  now += 1;
  expect(await catalogue.current()).toMatchObject({ ok: true });
  expect(client.asked).toHaveLength(2);
});

test("who can't wait gets nothing while it is being fetched, and whatever there is afterwards", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  client.held = promise;
  expect(await catalogue.within(1)).toBeNull();
  const waiting = catalogue.within(60_000);
  resolve();
  expect(await waiting).toMatchObject([{ id: "a/b" }]);
  now += 60 * minute;
  expect(await catalogue.within(0)).toMatchObject([{ id: "a/b" }]);
  expect(client.asked).toEqual(["models"]);
});
