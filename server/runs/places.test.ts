import { expect, test } from "vitest";
import { Places } from "./places.ts";

const never = new AbortController().signal;
/** What has happened by the time the event loop has turned once. */
const settled = async <T>(promise: Promise<T>): Promise<T | "waiting"> =>
  Promise.race([promise, new Promise<"waiting">((resolve) => setImmediate(() => resolve("waiting")))]);

test("no more run at once than the server and each owner may", async () => {
  const places = new Places({ perOwner: 2, perServer: 3, waitingPerOwner: 9 });
  const claims = ["ann", "ann", "ann", "bea", "bea"].map((owner) => places.claim(owner, never));
  const seen = await Promise.all(claims.map(settled));
  expect(seen.map((place) => place !== "waiting")).toEqual([true, true, false, true, false]);
});

test("a place that is given back goes to the owner who has least, though another waited longer", async () => {
  const places = new Places({ perOwner: 2, perServer: 2, waitingPerOwner: 9 });
  const first = await places.claim("ann", never);
  await places.claim("ann", never);
  const third = places.claim("ann", never);
  const bea = places.claim("bea", never);
  first?.();
  expect(await settled(bea)).not.toBe("waiting");
  expect(await settled(third)).toBe("waiting");
});

test("giving a place back twice frees it once", async () => {
  const places = new Places({ perOwner: 9, perServer: 1, waitingPerOwner: 9 });
  const leave = await places.claim("ann", never);
  leave?.();
  leave?.();
  await places.claim("ann", never);
  expect(await settled(places.claim("ann", never))).toBe("waiting");
});

test("who stops waiting gets nothing and stands in nobody's way", async () => {
  const places = new Places({ perOwner: 9, perServer: 1, waitingPerOwner: 1 });
  const leave = await places.claim("ann", never);
  const stop = new AbortController();
  const waiting = places.claim("ann", stop.signal);
  expect(places.enter("ann")).toBeNull();
  stop.abort();
  expect(await waiting).toBeNull();
  expect(places.enter("ann")).not.toBeNull();
  const next = places.claim("bea", never);
  leave?.();
  expect(await settled(next)).not.toBe("waiting");
});

test("of any number who come at once as many get in as there is room for, and each makes room once", async () => {
  const places = new Places({ perOwner: 2, perServer: 3, waitingPerOwner: 5 });
  const crowd = Array.from({ length: 100 }, () => places.enter("ann"));
  const inside = crowd.filter((arrived) => arrived !== null);
  expect(inside).toHaveLength(7);
  expect(places.enter("bea")).not.toBeNull();
  const claims = inside.map((arrived) => {
    const claimed = places.claim("ann", never);
    arrived();
    arrived();
    return claimed;
  });
  expect((await Promise.all(claims.map(settled))).filter((place) => place !== "waiting")).toHaveLength(2);
  expect(places.enter("ann")).toBeNull();
  (await claims[0])?.();
  expect(places.enter("ann")).not.toBeNull();
  expect(places.enter("ann")).toBeNull();
});
