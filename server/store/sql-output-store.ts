/** The output logs of runs in the database, as numbered chunks. */
import type { RunId } from "../../contract/ids.ts";
import { atomically, lightly, type Database } from "./database.ts";
import type { DatabaseKind } from "./database-url.ts";
import type { RunStore } from "./run-store.ts";

/** Five values a row: far below the 32,766 of SQLite and the 65,535 of PostgreSQL. */
const rowsPerInsert = 1_000;
const sizesPerLook = 1_000;

export function createOutputStore(
  db: Database,
  kind: DatabaseKind,
): Pick<RunStore, "appendOutput" | "readOutput" | "dropOutput"> {
  return {
    async appendOutput(runId, chunks) {
      const rows = chunks.map((chunk) => ({ runId, ...chunk }));
      const insert = (db: Database, some: typeof rows) => db.insertInto("runOutput").values(some).execute();
      if (rows.length === 0) return;
      await lightly(db, kind, (db) =>
        rows.length <= rowsPerInsert
          ? insert(db, rows)
          : atomically(db, async (trx) => {
              for (let from = 0; from < rows.length; from += rowsPerInsert)
                await insert(trx, rows.slice(from, from + rowsPerInsert));
              return [];
            }),
      );
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

    dropOutput: (runId, from, to) =>
      lightly(db, kind, async (db) => {
        await db
          .deleteFrom("runOutput")
          .where("runId", "=", runId)
          .where("n", ">=", from)
          .where("n", "<=", to)
          .execute();
      }),
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
