/** Holds ceilings: one synchronous place where money is set aside for calls, so that parallel ones can't overshoot together. */
import type { OwnerId } from "../../contract/ids.ts";
import type { Clock } from "../clock.ts";
import type { CallStore } from "../store/call-store.ts";
import type { Ceilings, Ledger, OverCeiling, RunAccount } from "./gateway.ts";

const dayMs = 86_400_000;
export const dayStart = (unixMs: number): number => unixMs - (unixMs % dayMs);

/** Accounts of owners without a run that are kept, so that their next run needn't add up again; the oldest goes. */
const accountsKept = 1_000;

/** What an owner's real calls count for, 10^-12 USD. */
interface Account {
  ceilings: Ceilings;
  sessionHeld: bigint;
  /** Start of the UTC day that `dayHeld` is of. */
  day: number;
  dayHeld: bigint;
  runs: number;
}

export function createLedger(parts: {
  readonly calls: Pick<CallStore, "heldSince">;
  readonly ceilingsOf: (owner: OwnerId) => Promise<Ceilings>;
  readonly clock: Clock;
}): Ledger {
  const { calls, clock } = parts;
  const accounts = new Map<OwnerId, Account>();
  const turns = new Map<OwnerId, Promise<unknown>>();

  /** Reading what counts and changing it in the database take turns, so that nothing is counted twice or not at all. */
  const inTurn = <T>(owner: OwnerId, work: () => Promise<T>): Promise<T> => {
    const before = turns.get(owner) ?? Promise.resolve();
    const done = before.then(work, work);
    const settled = done.then(
      () => undefined,
      () => undefined,
    );
    turns.set(owner, settled);
    void settled.then(() => {
      if (turns.get(owner) === settled) turns.delete(owner);
    });
    return done;
  };

  const roll = (account: Account): void => {
    const today = dayStart(clock.now());
    if (today <= account.day) return;
    account.day = today;
    account.dayHeld = 0n;
  };

  const count = (owner: OwnerId, startedAt: number, change: bigint): void => {
    const account = accounts.get(owner);
    if (account === undefined) return;
    roll(account);
    if (startedAt >= account.ceilings.sessionSince) account.sessionHeld += change;
    if (dayStart(startedAt) === account.day) account.dayHeld += change;
  };

  const load = async (owner: OwnerId): Promise<Account> => {
    const ceilings = await parts.ceilingsOf(owner);
    const day = dayStart(clock.now());
    const [sessionHeld, dayHeld] = await Promise.all([
      calls.heldSince(owner, ceilings.sessionSince),
      calls.heldSince(owner, day),
    ]);
    return { ceilings, sessionHeld, day, dayHeld, runs: 0 };
  };

  const makeRoom = (): void => {
    if (accounts.size <= accountsKept) return;
    const [idle] = [...accounts].find(([, { runs }]) => runs === 0) ?? [];
    if (idle !== undefined) accounts.delete(idle);
  };

  const enter = (owner: OwnerId): Promise<Account> =>
    inTurn(owner, async () => {
      const account = accounts.get(owner) ?? (await load(owner));
      // Last in line to make room.
      accounts.delete(owner);
      accounts.set(owner, account);
      account.runs += 1;
      makeRoom();
      return account;
    });

  return {
    async open(owner, ceilingPicoUsd, simulated, heldPicoUsd = 0n) {
      if (simulated) {
        const { allowUnknownPrices } = await parts.ceilingsOf(owner);
        return runAccount({
          ceilingPicoUsd,
          heldPicoUsd,
          account: null,
          allowsUnknown: () => accounts.get(owner)?.ceilings.allowUnknownPrices ?? allowUnknownPrices,
          roll: () => undefined,
          count: () => undefined,
          enter: () => undefined,
          leave: () => undefined,
        });
      }
      const account = await enter(owner);
      return runAccount({
        ceilingPicoUsd,
        heldPicoUsd,
        account,
        allowsUnknown: () => account.ceilings.allowUnknownPrices,
        roll: () => roll(account),
        count: (startedAt, change) => count(owner, startedAt, change),
        enter: () => void account.runs++,
        leave: () => void account.runs--,
      });
    },

    change: (owner, wanted, keepSince, write) =>
      inTurn(owner, async () => {
        const ceilings = { ...wanted, sessionSince: keepSince ?? clock.now() };
        const account = accounts.get(owner);
        const before = account === undefined ? null : { ...account };
        if (account !== undefined) {
          // Calls under way were started before: they don't count against the new one.
          if (keepSince === null) account.sessionHeld = 0n;
          account.ceilings = ceilings;
        }
        try {
          await write(ceilings.sessionSince);
        } catch (error) {
          if (account !== undefined && before !== null) {
            if (keepSince === null) account.sessionHeld += before.sessionHeld;
            account.ceilings = before.ceilings;
          }
          throw error;
        }
      }),

    settleLater: ({ ownerId, startedAt, reservedPicoUsd }, reservation, write) =>
      inTurn(ownerId, async () => {
        const price = await write();
        if (price === null) return false;
        if (reservation === null) count(ownerId, startedAt, price - (reservedPicoUsd ?? 0n));
        else reservation.settle(price);
        return true;
      }),

    held: (owner, sessionSince) =>
      inTurn(owner, async () => {
        const account = accounts.get(owner);
        if (account !== undefined && account.ceilings.sessionSince === sessionSince) {
          roll(account);
          return { sessionPicoUsd: account.sessionHeld, dayPicoUsd: account.dayHeld };
        }
        const [sessionPicoUsd, dayPicoUsd] = await Promise.all([
          calls.heldSince(owner, sessionSince),
          calls.heldSince(owner, dayStart(clock.now())),
        ]);
        return { sessionPicoUsd, dayPicoUsd };
      }),
  };
}

function runAccount(of: {
  readonly ceilingPicoUsd: bigint | null;
  readonly heldPicoUsd: bigint;
  /** Null for a run that the simulator answers: it costs nothing real, so only its own ceiling holds, in simulated prices. */
  readonly account: Account | null;
  readonly allowsUnknown: () => boolean;
  readonly roll: () => void;
  readonly count: (startedAt: number, change: bigint) => void;
  readonly enter: () => void;
  readonly leave: () => void;
}): RunAccount {
  let held = of.heldPicoUsd;
  const ceilings = (): readonly Omit<OverCeiling, "wanted">[] => {
    of.roll();
    const { account } = of;
    const all = [
      { which: "run" as const, ceiling: of.ceilingPicoUsd, held },
      ...(account === null
        ? []
        : [
            {
              which: "session" as const,
              ceiling: account.ceilings.sessionPicoUsd,
              held: account.sessionHeld,
            },
            { which: "day" as const, ceiling: account.ceilings.dayPicoUsd, held: account.dayHeld },
          ]),
    ];
    return all.flatMap((one) => (one.ceiling === null ? [] : [{ ...one, ceiling: one.ceiling }]));
  };

  const leaver = (): (() => void) => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      of.leave();
    };
  };

  const account: RunAccount = {
    share() {
      of.enter();
      return { ...account, close: leaver() };
    },

    isHeld: () => ceilings().length > 0,

    allowsUnknown: of.allowsUnknown,

    reserve(startedAt, wanted) {
      const over = ceilings().find((one) =>
        wanted === null ? one.held >= one.ceiling : wanted > 0n && one.held + wanted > one.ceiling,
      );
      if (over !== undefined) return { ok: false, error: { ...over, wanted } };
      const aside = wanted ?? 0n;
      held += aside;
      of.count(startedAt, aside);
      let open = true;
      return {
        ok: true,
        value: {
          picoUsd: aside,
          settle(price) {
            if (!open) return;
            open = false;
            held += price - aside;
            of.count(startedAt, price - aside);
          },
        },
      };
    },

    close: leaver(),
  };
  return account;
}
