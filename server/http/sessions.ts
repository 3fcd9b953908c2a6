/** Sessions over their store: the cookie's value is drawn here and only its hash goes further. */
import { createHash, randomBytes } from "node:crypto";
import type { OwnerId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../clock.ts";
import { newId } from "../new-id.ts";
import type { SessionStore } from "../store/session-store.ts";
import type { Caller } from "./handlers.ts";

export interface Sessions {
  /** Who the cookie stands for, or null. `renewed` says that its expiry moved, so the browser's cookie should too. */
  find(cookie: string | null): Promise<{ readonly caller: Caller; readonly renewed: boolean } | null>;
  /** A new session of a new owner; answers the cookie's value. */
  start(): Promise<string>;
  end(caller: Caller): Promise<void>;
}

/** Moving the expiry costs a write, so it is done no oftener than this. */
const touchEveryMs = 60_000;

export function createSessions(store: SessionStore, clock: Clock): Sessions {
  return {
    find: async (cookie) => {
      if (cookie === null) return null;
      const now = clock.now();
      const row = await store.find(hashOf(cookie), now);
      if (row === null) return null;
      const renewed = now - row.lastSeenAt >= touchEveryMs;
      if (renewed) await store.touch(row.idHash, now, now + limits.sessionIdleMs);
      return { caller: { ownerId: row.ownerId, sessionIdHash: row.idHash }, renewed };
    },
    start: async () => {
      const cookie = randomBytes(32).toString("base64url");
      const now = clock.now();
      await store.create({
        idHash: hashOf(cookie),
        ownerId: newId<OwnerId>(now),
        createdAt: now,
        lastSeenAt: now,
        expiresAt: now + limits.sessionIdleMs,
        key: null,
        model: null,
      });
      return cookie;
    },
    end: (caller) => store.remove(caller.sessionIdHash),
  };
}

const hashOf = (cookie: string): string => createHash("sha256").update(cookie).digest("hex");
