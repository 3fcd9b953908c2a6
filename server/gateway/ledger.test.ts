/** The ledger's arithmetic: what is set aside and what was spent never go over a ceiling together, whatever comes in which order. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { OwnerId } from "../../contract/ids.ts";
import { newId } from "../new-id.ts";
import type { Ceilings, Reservation } from "./gateway.ts";
import { createLedger } from "./ledger.ts";

const day = 86_400_000;
const noon = 20_000 * day + day / 2;
const owner = newId<OwnerId>(1);

function world(set: Partial<Ceilings> = {}, earlier: readonly (readonly [at: number, pico: bigint])[] = []) {
  let now = noon;
  let ceilings: Ceilings = {
    sessionPicoUsd: null,
    dayPicoUsd: null,
    allowUnknownPrices: false,
    sessionSince: noon - 10 * day,
    ...set,
  };
  const ledger = createLedger({
    calls: {
      heldSince: (_, since) =>
        Promise.resolve(earlier.reduce((sum, [at, pico]) => (at >= since ? sum + pico : sum), 0n)),
    },
    ceilingsOf: () => Promise.resolve(ceilings),
    clock: { now: () => now, monotonic: () => now },
  });
  return {
    ledger,
    at: (time: number) => void (now = time),
    change: (next: Partial<Omit<Ceilings, "sessionSince">>, keepSince: number | null) =>
      ledger.change(owner, { ...ceilings, ...next }, keepSince, async (sessionSince) => {
        ceilings = { ...ceilings, ...next, sessionSince };
      }),
    held: () => ledger.held(owner, ceilings.sessionSince),
  };
}
const over = (which: string): object => ({ ok: false, error: { which } });

test("parallel calls can't go over together, and a price makes room for the next", async () => {
  const { ledger } = world();
  const account = await ledger.open(owner, 100n, false);
  const first = account.reserve(noon, 60n);
  expect(first.ok).toBe(true);
  expect(account.reserve(noon, 41n)).toEqual({
    ok: false,
    error: { which: "run", ceiling: 100n, held: 60n, wanted: 41n },
  });
  if (first.ok) first.value.settle(10n);
  if (first.ok) first.value.settle(90n);
  expect(account.reserve(noon, 90n).ok).toBe(true);
  expect(account.reserve(noon, 1n)).toMatchObject(over("run"));
});

test("what is free needs no room; what nobody can price needs some, where it is allowed at all", async () => {
  const account = await world().ledger.open(owner, 5n, false);
  expect(account.reserve(noon, null).ok).toBe(true);
  expect(account.reserve(noon, 5n).ok).toBe(true);
  expect(account.reserve(noon, 0n).ok).toBe(true);
  expect(account.reserve(noon, null)).toMatchObject(over("run"));
});

test("runs of one owner share the session's and the day's ceiling, and what earlier servers recorded counts", async () => {
  const { ledger } = world({ sessionPicoUsd: 100n, dayPicoUsd: 50n }, [
    [noon - day, 40n],
    [noon - 1, 20n],
  ]);
  const [one, other] = [await ledger.open(owner, null, false), await ledger.open(owner, null, false)];
  expect(one.reserve(noon, 31n)).toMatchObject(over("day"));
  expect(one.reserve(noon, 30n).ok).toBe(true);
  expect(other.reserve(noon, 1n)).toMatchObject(over("day"));
});

test("a day's ceiling begins anew at midnight UTC, and a call counts on the day that it was started", async () => {
  const { ledger, at, held } = world({ dayPicoUsd: 50n });
  const account = await ledger.open(owner, null, false);
  const late = account.reserve(noon, 50n);
  at(noon + day / 2);
  expect(account.reserve(noon + day / 2, 50n).ok).toBe(true);
  if (late.ok) late.value.settle(50n);
  expect(await held()).toEqual({ sessionPicoUsd: 100n, dayPicoUsd: 50n });
});

test("a session's ceiling that is set anew counts from then on, and holds at once", async () => {
  const { ledger, at, change, held } = world();
  const account = await ledger.open(owner, null, false);
  expect(account.isHeld()).toBe(false);
  const early = account.reserve(noon, 70n);
  at(noon + 1);
  await change({ sessionPicoUsd: 10n }, null);
  expect(account.isHeld()).toBe(true);
  expect(account.reserve(noon + 1, 11n)).toMatchObject(over("session"));
  expect(account.reserve(noon + 1, 4n).ok).toBe(true);
  if (early.ok) early.value.settle(9n);
  expect(await held()).toEqual({ sessionPicoUsd: 4n, dayPicoUsd: 13n });
  await change({ dayPicoUsd: 20n }, noon + 1);
  expect(account.reserve(noon + 1, 7n)).toMatchObject(over("session"));
});

test("a ceiling that could not be stored does not hold", async () => {
  const { ledger, held } = world({}, [[noon - 1, 5n]]);
  const account = await ledger.open(owner, null, false);
  const wanted = { sessionPicoUsd: 1n, dayPicoUsd: null, allowUnknownPrices: false };
  await expect(ledger.change(owner, wanted, null, () => Promise.reject(new Error("full")))).rejects.toThrow(
    "full",
  );
  expect(account.reserve(noon, 7n).ok).toBe(true);
  expect(await held()).toEqual({ sessionPicoUsd: 12n, dayPicoUsd: 12n });
});

test("the simulator costs nothing real: its runs are held to their own ceiling and to no other", async () => {
  const { ledger, held } = world({ sessionPicoUsd: 1n, dayPicoUsd: 1n });
  const rehearsal = await ledger.open(owner, 10n, true);
  expect(rehearsal.reserve(noon, 10n).ok).toBe(true);
  expect(rehearsal.reserve(noon, 1n)).toMatchObject(over("run"));
  expect(await held()).toEqual({ sessionPicoUsd: 0n, dayPicoUsd: 0n });
});

test("a price that is learnt afterwards takes the place of the reservation, once", async () => {
  const { ledger, held } = world({}, [[noon, 30n]]);
  const call = { ownerId: owner, startedAt: noon, reservedPicoUsd: 30n };
  await ledger.open(owner, null, false);
  expect(await ledger.settleLater(call, null, () => Promise.resolve(12n))).toBe(true);
  expect(await ledger.settleLater(call, null, () => Promise.resolve(null))).toBe(false);
  expect(await held()).toEqual({ sessionPicoUsd: 12n, dayPicoUsd: 12n });
});

const step = fc.oneof(
  fc.record({ kind: fc.constant("reserve" as const), amount: fc.bigInt(0n, 40n) }),
  fc.record({ kind: fc.constant("settle" as const), which: fc.nat(20), share: fc.bigInt(0n, 4n) }),
);

test("for any order of calls and prices no ceiling is ever gone over, and the sum is exact", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { ledger, held } = world({ sessionPicoUsd: 150n, dayPicoUsd: 120n });
      const account = await ledger.open(owner, 100n, false);
      const open: Reservation[] = [];
      const answers: (readonly [given: boolean, due: boolean])[] = [];
      let [sum, highest] = [0n, 0n];
      for (const one of steps) {
        if (one.kind === "reserve") {
          const reserved = account.reserve(noon, one.amount);
          answers.push([reserved.ok, sum + one.amount <= 100n || one.amount === 0n]);
          if (!reserved.ok) continue;
          open.push(reserved.value);
          sum += one.amount;
        } else {
          const [reservation] = open.splice(one.which, 1);
          if (reservation === undefined) continue;
          const price = (reservation.picoUsd * one.share) / 4n;
          reservation.settle(price);
          reservation.settle(999n);
          sum += price - reservation.picoUsd;
        }
        highest = sum > highest ? sum : highest;
      }
      expect(answers.filter(([given, due]) => given !== due)).toEqual([]);
      expect(highest).toBeLessThanOrEqual(100n);
      expect(await held()).toEqual({ sessionPicoUsd: sum, dayPicoUsd: sum });
    }),
  );
});

test("a run that is taken up again is held to its ceiling with what it had spent", async () => {
  const { ledger } = world();
  for (const simulated of [false, true]) {
    const account = await ledger.open(owner, 100n, simulated, 90n);
    expect(account.reserve(noon, 11n)).toMatchObject(over("run"));
    expect(account.reserve(noon, 10n).ok).toBe(true);
  }
});

test("an account that is shared is one account, and open until both have closed it", async () => {
  const { ledger, held } = world();
  const account = await ledger.open(owner, 100n, false);
  const shared = account.share();
  const first = account.reserve(noon, 60n);
  expect(shared.reserve(noon, 50n)).toMatchObject(over("run"));
  account.close();
  account.close();
  const second = shared.reserve(noon, 40n);
  if (first.ok && second.ok) {
    first.value.settle(1n);
    second.value.settle(2n);
  }
  shared.close();
  expect(await held()).toEqual({ sessionPicoUsd: 3n, dayPicoUsd: 3n });
});
