/** Port: signed-in browsers and what each has set. Implemented once over Kysely, for SQLite and PostgreSQL. */
import type { OwnerId } from "../../contract/ids.ts";

export interface SessionRow {
  /** Lowercase hex SHA-256 of the cookie's value; the value itself is stored nowhere. */
  readonly idHash: string;
  readonly ownerId: OwnerId;
  /** Unix ms, as all times in rows. */
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly key: SessionKey | null;
  readonly model: string | null;
}

export interface SessionKey {
  /** By `store/vault.ts`, bound to `session:<idHash>:key`. */
  readonly sealed: string;
  readonly label: string;
  readonly checkedAt: number;
  readonly note: string | null;
}

export interface SessionStore {
  create(row: SessionRow): Promise<void>;
  /** Null for one that is unknown or has expired at `now`. */
  find(idHash: string, now: number): Promise<SessionRow | null>;
  touch(idHash: string, lastSeenAt: number, expiresAt: number): Promise<void>;
  saveKey(idHash: string, key: SessionKey | null): Promise<void>;
  /** Puts a newly sealed text in the place of that one; does nothing when the key was changed or removed meanwhile. */
  reseal(idHash: string, from: string, to: string): Promise<void>;
  /** The session of an owner, which is the one whose key its calls are sent with; null when it has ended. */
  findByOwner(ownerId: OwnerId, now: number): Promise<SessionRow | null>;
  /** JSON that `saveCeilings` got, and from when on spending counts against the session's ceiling: then, else the sign-in. */
  ceilings(ownerId: OwnerId): Promise<{ readonly json: string | null; readonly since: number } | null>;
  saveCeilings(idHash: string, json: string, since: number): Promise<void>;
  /** JSON that `saveReach` got; null for none, also of an owner without a session. */
  reach(ownerId: OwnerId): Promise<string | null>;
  saveReach(idHash: string, json: string): Promise<void>;
  saveModel(idHash: string, model: string | null): Promise<void>;
  remove(idHash: string): Promise<void>;
  removeExpired(now: number): Promise<number>;
}
