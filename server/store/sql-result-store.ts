/** Results of runs in the database. */
import { sql } from "kysely";
import type { Database } from "./database.ts";
import type { ResultStore } from "./result-store.ts";

/** All but the bytes. */
const named = ["runId", "number", "n", "at", "kind", "mediaType", "name", "sizeBytes", "note"] as const;

export function createResultStore(db: Database): ResultStore {
  return {
    async add(row, bytes) {
      await db
        .insertInto("runResult")
        .values({ ...row, bytes })
        .execute();
    },

    async list(runId) {
      const rows = await db
        .selectFrom("runResult")
        .select(named)
        .select(sql<number>`case when ${sql.ref("bytes")} is null then 0 else 1 end`.as("kept"))
        .where("runId", "=", runId)
        .orderBy("number")
        .execute();
      return rows.map((row) => ({ ...row, kept: row.kept !== 0 }));
    },

    async find(ownerId, runId, number) {
      const found = await db
        .selectFrom("runResult")
        .innerJoin("run", "run.id", "runResult.runId")
        .selectAll("runResult")
        .where("runResult.runId", "=", runId)
        .where("runResult.number", "=", number)
        .where("run.ownerId", "=", ownerId)
        .executeTakeFirst();
      if (found === undefined) return null;
      const { bytes, ...row } = found;
      return { row, bytes };
    },
  };
}
