/** Sessions in the database: one row each, the key in it only sealed. */
import type { Selectable } from "kysely";
import type { OwnerId } from "../../contract/ids.ts";
import type { Database } from "./database.ts";
import { keptQuery } from "./kept-statements.ts";
import type { SessionKey, SessionRow, SessionStore } from "./session-store.ts";
import type { Tables } from "./tables.ts";

export function createSessionStore(db: Database): SessionStore {
  // Each request asks the first, each run all three.
  const byHash = keptQuery((idHash: string, now: number) =>
    db.selectFrom("session").selectAll().where("idHash", "=", idHash).where("expiresAt", ">", now),
  );
  const ceilingsOf = keptQuery((ownerId: OwnerId) =>
    db
      .selectFrom("session")
      .select(["ceilings", "ceilingsSince", "createdAt"])
      .where("ownerId", "=", ownerId)
      .orderBy("createdAt", "desc"),
  );
  const reachOf = keptQuery((ownerId: OwnerId) =>
    db.selectFrom("session").select("reach").where("ownerId", "=", ownerId).orderBy("createdAt", "desc"),
  );
  return {
    async create({ key, ...row }) {
      await db
        .insertInto("session")
        .values({ ...row, ...keyColumns(key) })
        .execute();
    },

    async find(idHash, now) {
      const [row] = (await db.executeQuery(byHash(idHash, now))).rows;
      return row === undefined ? null : toSession(row);
    },

    async findByOwner(ownerId, now) {
      const row = await db
        .selectFrom("session")
        .selectAll()
        .where("ownerId", "=", ownerId)
        .where("expiresAt", ">", now)
        .orderBy("createdAt", "desc")
        .executeTakeFirst();
      return row === undefined ? null : toSession(row);
    },

    async ceilings(ownerId) {
      const [row] = (await db.executeQuery(ceilingsOf(ownerId))).rows;
      return row === undefined ? null : { json: row.ceilings, since: row.ceilingsSince ?? row.createdAt };
    },

    async saveCeilings(idHash, json, since) {
      await db
        .updateTable("session")
        .set({ ceilings: json, ceilingsSince: since })
        .where("idHash", "=", idHash)
        .execute();
    },

    async reach(ownerId) {
      const [row] = (await db.executeQuery(reachOf(ownerId))).rows;
      return row?.reach ?? null;
    },

    async saveReach(idHash, json) {
      await db.updateTable("session").set({ reach: json }).where("idHash", "=", idHash).execute();
    },

    async touch(idHash, lastSeenAt, expiresAt) {
      await db.updateTable("session").set({ lastSeenAt, expiresAt }).where("idHash", "=", idHash).execute();
    },

    async saveKey(idHash, key) {
      await db.updateTable("session").set(keyColumns(key)).where("idHash", "=", idHash).execute();
    },

    async reseal(idHash, from, to) {
      await db
        .updateTable("session")
        .set({ keySealed: to })
        .where("idHash", "=", idHash)
        .where("keySealed", "=", from)
        .execute();
    },

    async saveModel(idHash, model) {
      await db.updateTable("session").set({ model }).where("idHash", "=", idHash).execute();
    },

    async remove(idHash) {
      await db.deleteFrom("session").where("idHash", "=", idHash).execute();
    },

    async removeExpired(now) {
      const gone = await db.deleteFrom("session").where("expiresAt", "<=", now).executeTakeFirst();
      return Number(gone.numDeletedRows);
    },
  };
}

function keyColumns(key: SessionKey | null) {
  return {
    keySealed: key?.sealed ?? null,
    keyLabel: key?.label ?? null,
    keyCheckedAt: key?.checkedAt ?? null,
    keyNote: key?.note ?? null,
  };
}

function toSession(row: Selectable<Tables["session"]>): SessionRow {
  const {
    keySealed,
    keyLabel,
    keyCheckedAt,
    keyNote,
    idHash,
    ownerId,
    createdAt,
    lastSeenAt,
    expiresAt,
    model,
  } = row;
  const rest = { idHash, ownerId, createdAt, lastSeenAt, expiresAt, model };
  if (keySealed === null) return { ...rest, key: null };
  return {
    ...rest,
    key: { sealed: keySealed, label: keyLabel ?? "", checkedAt: keyCheckedAt ?? 0, note: keyNote },
  };
}
