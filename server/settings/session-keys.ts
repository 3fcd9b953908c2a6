/** Keeps a session's key sealed in its row, and says which key a session's runs use: its own, the server's or none. */
import type { KeySource } from "../../contract/session.ts";
import type * as z from "zod/mini";
import type { Log } from "../log.ts";
import type { SessionKey, SessionRow, SessionStore } from "../store/session-store.ts";
import type { Vault } from "../store/vault.ts";

export type Source = z.infer<typeof KeySource>;

export interface UsedKey {
  readonly source: Source;
  /** Never leaves the server but towards OpenRouter. */
  readonly key: string | null;
  /** The session has a key, but the secret that it was sealed with is gone. */
  readonly unreadable: boolean;
}

export interface SessionKeys {
  save(session: SessionRow, key: string, facts: Omit<SessionKey, "sealed">): Promise<void>;
  remove(session: SessionRow): Promise<void>;
  /** A session that does not exist (any more) uses none: the operator's money is for who is signed in. */
  usedBy(session: SessionRow | null): Promise<UsedKey>;
}

export function createSessionKeys(parts: {
  readonly sessions: SessionStore;
  readonly vault: Vault;
  readonly serverKey: string | null;
  readonly log: Log;
}): SessionKeys {
  const { sessions, vault, serverKey, log } = parts;
  const fallback = { source: serverKey === null ? "none" : "server", key: serverKey } as const;

  return {
    save: (session, key, facts) =>
      sessions.saveKey(session.idHash, { ...facts, sealed: vault.seal(key, placeOf(session)) }),

    remove: (session) => sessions.saveKey(session.idHash, null),

    async usedBy(session) {
      if (session === null) return { source: "none", key: null, unreadable: false };
      if (session.key === null) return { ...fallback, unreadable: false };
      const { sealed } = session.key;
      const opened = vault.open(sealed, placeOf(session));
      if (!opened.ok) {
        log.warn(
          { owner: session.ownerId },
          "a session's key can't be opened: sealed with another secret, or changed",
        );
        return { ...fallback, unreadable: true };
      }
      const { plain, stale } = opened.value;
      if (stale) await sessions.reseal(session.idHash, sealed, vault.seal(plain, placeOf(session)));
      return { source: "session", key: plain, unreadable: false };
    },
  };
}

const placeOf = (session: SessionRow): string => `session:${session.idHash}:key`;
