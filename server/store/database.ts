/** The typed handle on either database, and transactions that outlive a quarrel with another one. */
import { CamelCasePlugin, CompiledQuery, Kysely, type Dialect, type Transaction } from "kysely";
import type { DatabaseKind } from "./database-url.ts";
import { isContention } from "./postgres-errors.ts";
import type { Tables } from "./tables.ts";
import { StoreUnavailable } from "./unavailable.ts";

export type Database = Kysely<Tables>;

export function createDatabase(dialect: Dialect): Database {
  return new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })] });
}

/** The same connections with names as they are in the database, for migrations and whatever else knows no declared table. */
export const asItIs = (db: Database): Kysely<unknown> => db.withoutPlugins() as unknown as Kysely<unknown>;

const attempts = 5;

/**
 * Runs `work` in a transaction. One that the database undid because of a deadlock or a conflict is done again, so `work`
 * may await nothing but the database.
 */
export async function atomically<T>(
  db: Database,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (!isContention(error)) throw error;
      if (attempt === attempts) throw new StoreUnavailable(error);
    }
  }
}

const syncAtCheckpoints = CompiledQuery.raw("pragma synchronous = normal");
const syncAtCommits = CompiledQuery.raw("pragma synchronous = full");

/**
 * What is written so outlives a crash of this process like all else, but a power cut may take the last of it back, in order, up
 * to the last sync (SQLite, "PRAGMA synchronous"; sqlite-sync.ts). In SQLite a commit then costs no wait for the disk, which would
 * stop the whole server; PostgreSQL waits elsewhere. `work` may await nothing but the database.
 */
export async function lightly<T>(
  db: Database,
  kind: DatabaseKind,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  if (kind === "postgres") return work(db);
  return db.connection().execute(async (connection) => {
    await connection.executeQuery(syncAtCheckpoints);
    try {
      return await work(connection);
    } finally {
      await connection.executeQuery(syncAtCommits);
    }
  });
}
