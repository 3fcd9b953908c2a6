/** The typed handle on either database, and transactions that outlive a quarrel with another one. */
import { CamelCasePlugin, Kysely, type CompiledQuery, type Dialect, type Transaction } from "kysely";
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

/** Writes all of them or none. */
export type WriteTogether = (statements: readonly CompiledQuery[]) => Promise<void>;

/** `now` may write them at once, and answers false when it has done nothing: then they wait for their turn. */
export const writerTo =
  (db: Database, now: (statements: readonly CompiledQuery[]) => boolean = () => false): WriteTogether =>
  async (statements) => {
    if (now(statements)) return;
    const [first] = statements;
    if (first !== undefined && statements.length === 1) await db.executeQuery(first);
    else
      await atomically(db, async (trx) => {
        for (const statement of statements) await trx.executeQuery(statement);
      });
  };
