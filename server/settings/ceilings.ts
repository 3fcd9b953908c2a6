/** What a session lets its programs spend: set here, held by the ledger. */
import type { OwnerId } from "../../contract/ids.ts";
import {
  noCeilings,
  SetCeilings,
  type Ceilings as Shown,
  type ChangeCeilings,
} from "../../contract/session.ts";
import { instant } from "../clock.ts";
import type { Ceilings, Ledger } from "../gateway/gateway.ts";
import type { Caller } from "../http/handlers.ts";
import { picoUsd, usdText } from "../money.ts";
import type { SessionStore } from "../store/session-store.ts";

export interface SessionCeilings {
  /** What is set, with what counts against it now. */
  view(owner: OwnerId): Promise<Shown>;
  /** Holds at once, for runs that are under way, too; but the ceiling of each run stays as it was when it began. */
  set(caller: Caller, wanted: ChangeCeilings): Promise<void>;
  /** What is set; nothing for an owner without a session. */
  of(owner: OwnerId): Promise<SetCeilings>;
}

/** `first`: what holds until somebody sets something. */
export function createSessionCeilings(
  sessions: SessionStore,
  ledger: Ledger,
  first: SetCeilings = noCeilings,
): SessionCeilings {
  const read = async (owner: OwnerId) => {
    const row = await sessions.ceilings(owner);
    const json = row?.json ?? null;
    return { set: json === null ? first : parse(json), since: row?.since ?? 0 };
  };
  return {
    async view(owner) {
      const { set, since } = await read(owner);
      const { sessionPicoUsd, dayPicoUsd } = await ledger.held(owner, since);
      return {
        ...set,
        sessionSpentUsd: usdText(sessionPicoUsd),
        sessionSince: instant(since),
        daySpentUsd: usdText(dayPicoUsd),
      };
    },

    async set({ ownerId, sessionIdHash }, { countAnew = false, ...wanted }) {
      const { set, since } = await read(ownerId);
      // Another amount begins anew; the same one goes on unless that is asked for.
      const keepSince = set.sessionUsd === wanted.sessionUsd && !countAnew ? since : null;
      await ledger.change(ownerId, held(wanted), keepSince, (sessionSince) =>
        sessions.saveCeilings(sessionIdHash, JSON.stringify(wanted), sessionSince),
      );
    },

    of: async (owner) => (await read(owner)).set,
  };
}

/** For the ledger: the ceilings that are stored for an owner. */
export async function storedCeilings(
  sessions: SessionStore,
  owner: OwnerId,
  first: SetCeilings = noCeilings,
): Promise<Ceilings> {
  const row = await sessions.ceilings(owner);
  const json = row?.json ?? null;
  return { ...held(json === null ? first : parse(json)), sessionSince: row?.since ?? 0 };
}

/** What another version stored and this one can't read is none. */
function parse(json: string): SetCeilings {
  const read = SetCeilings.safeParse(JSON.parse(json));
  return read.success ? read.data : noCeilings;
}

const held = (set: SetCeilings): Omit<Ceilings, "sessionSince"> => ({
  sessionPicoUsd: amountOf(set.sessionUsd),
  dayPicoUsd: amountOf(set.dayUsd),
  allowUnknownPrices: set.allowUnknownPrices,
});

export const amountOf = (usd: string | null): bigint | null => (usd === null ? null : picoUsd(usd));
