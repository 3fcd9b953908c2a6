/** What models cost is asked once for many, kept through an outage for a while, and never guessed after it (F55). */
import { beforeEach, expect, test } from "vitest";
import { done, refused } from "../../contract/failures.ts";
import { createLog } from "../log.ts";
import type { EndpointListing, ListedPrices, PriceList } from "../openrouter/client.ts";
import { createCatalogue } from "./catalogue.ts";
import { createPriceList } from "./price-list.ts";
import { createTestClient, unreachable, type TestClient } from "./test-client.ts";

const minute = 60_000;
const prices: ListedPrices = { base: { prompt: "0.1" }, overrides: [], dynamic: false };
const endpoint: EndpointListing = { prices, contextLength: 8, maxCompletionTokens: null };
let now: number;
let client: TestClient;
let list: PriceList;
beforeEach(() => {
  now = 1_800_000_000_000;
  client = createTestClient(false, "a/b");
  client.endpointsAnswer = done([endpoint]);
  const clock = { now: () => now, monotonic: () => now };
  const log = createLog("silent");
  list = createPriceList({ client, clock, log, catalogue: createCatalogue({ client, clock, log }) });
});

test("who offers a model is asked once for all who want to know within ten minutes", async () => {
  await Promise.all(Array.from({ length: 20 }, () => list.endpoints("a/b")));
  now += 10 * minute - 1;
  expect(await list.endpoints("a/b")).toEqual([endpoint]);
  expect(client.asked).toEqual(["endpoints of a/b"]);
  now += 1;
  await list.endpoints("a/b");
  expect(client.asked).toHaveLength(2);
});

test("through an outage the last good answer holds for an hour; then a price is unknown, not old", async () => {
  await list.endpoints("a/b");
  client.endpointsAnswer = refused(unreachable);
  now += 60 * minute - 1;
  expect(await list.endpoints("a/b")).toEqual([endpoint]);
  now += 1;
  expect(await list.endpoints("a/b")).toBeNull();
  expect(client.asked).toHaveLength(2);
  client.endpointsAnswer = done([endpoint]);
  now += 10_000;
  expect(await list.endpoints("a/b")).toEqual([endpoint]);
});

test("a bill's list price is the catalogue's, and no stale one's", async () => {
  const listing = { id: "a/b", canonicalSlug: "a/b-20260101", prices };
  const models = client.modelsAnswer;
  if (!models.ok) throw new Error("no models");
  client.modelsAnswer = done(models.value.map((model) => ({ ...model, listing })));
  const listed = { listing, fetchedAt: "2027-01-15T08:00:00.000Z" };
  expect(await list.listing("a/b")).toEqual(listed);
  expect(await list.listing("a/b-20260101")).toEqual(listed);
  client.modelsAnswer = refused(unreachable);
  now += 10 * minute;
  expect(await list.listing("a/b")).toBeNull();
});

test("a model that the catalogue leaves out has the price of all who offer it, if that is one", async () => {
  expect(await list.listing("c/embeds")).toEqual({
    listing: { id: "c/embeds", canonicalSlug: null, prices },
    fetchedAt: "2027-01-15T08:00:00.000Z",
  });
  const other = { ...endpoint, prices: { ...prices, base: { prompt: "0.2" } } };
  client.endpointsAnswer = done([endpoint, other]);
  expect(await list.listing("c/two")).toBeNull();
  expect(await list.listing("@preset/x")).toBeNull();
});
