/** The output logs of runs in the database, as numbered chunks. */
import type { Insertable } from "kysely";
import type { RunId } from "../../contract/ids.ts";
import { atomically, type Database } from "./database.ts";
import { keptStatement } from "./kept-statements.ts";
import type { RunStore } from "./run-store.ts";
import type { Tables } from "./tables.ts";

/** Five values a row: far below the 32,766 of SQLite and the 65,535 of PostgreSQL. */
const rowsPerInsert = 1_000;
const sizesPerLook = 1_000;

export function createOutputStore(
  db: Database,
): Pick<RunStore, "appendOutput" | "readOutput" | "dropOutput"> {
  const insertOne = keptStatement((values: Insertable<Tables["runOutput"]>) =>
    db.insertInto("runOutput").values(values),
  );
  return {
    async appendOutput(runId, chunks) {
      const [first] = chunks;
      // All that most runs ever write.
      if (first !== undefined && chunks.length === 1) {
        await db.executeQuery(insertOne({ runId, ...first }));
        return;
      }
      const rows = chunks.map((chunk) => ({ runId, ...chunk }));
      if (rows.length <= rowsPerInsert) {
        if (rows.length > 0) await db.insertInto("runOutput").values(rows).execute();
        return;
      }
      await atomically(db, async (trx) => {
        for (let from = 0; from < rows.length; from += rowsPerInsert)
          await trx
            .insertInto("runOutput")
            .values(rows.slice(from, from + rowsPerInsert))
            .execute();
      });
    },

    async readOutput(runId, after, maxBytes) {
      const last = await lastThatFits(db, runId, after, maxBytes);
      if (last === null) return [];
      return db
        .selectFrom("runOutput")
        .select(["n", "at", "stream", "bytes"])
        .where("runId", "=", runId)
        .where("n", ">", after)
        .where("n", "<=", last)
        .orderBy("n")
        .execute();
    },

    async dropOutput(runId, from, to) {
      await db
        .deleteFrom("runOutput")
        .where("runId", "=", runId)
        .where("n", ">=", from)
        .where("n", "<=", to)
        .execute();
    },
  };
}

/** Looks at sizes first, so that never more bytes are read than asked for. Null when there is no chunk. */
async function lastThatFits(
  db: Database,
  runId: RunId,
  after: number,
  maxBytes: number,
): Promise<number | null> {
  let last: number | null = null;
  let total = 0;
  for (;;) {
    const sizes = await db
      .selectFrom("runOutput")
      .select((e) => ["n", e.fn<number>("length", ["bytes"]).as("size")])
      .where("runId", "=", runId)
      .where("n", ">", last ?? after)
      .orderBy("n")
      .limit(sizesPerLook)
      .execute();
    for (const { n, size } of sizes) {
      total += size;
      if (total > maxBytes && last !== null) return last;
      last = n;
    }
    if (sizes.length < sizesPerLook) return last;
  }
}
