/** Whether a PostgreSQL database can be used: reachable, able to hold every character, and ours to write. */
import { PostgresDialect, sql, type Dialect } from "kysely";
import type { Log } from "../log.ts";
import type { Database } from "./database.ts";
import { createPool, type PoolOptions } from "./postgres-pool.ts";
import { postgresRefusal } from "./postgres-errors.ts";
import type { RefusalName } from "./refusals.ts";
import { snakeCase, tables } from "./tables.ts";
import { StoreUnavailable } from "./unavailable.ts";

export function postgresDialect(url: string, options: PoolOptions, log: Log): Dialect {
  return new PostgresDialect({ pool: createPool(url, options, log) });
}

/** Before any table is looked for. */
export async function reachPostgres(db: Database): Promise<RefusalName | null> {
  const encoding = await sql<{ name: string }>`select current_setting('server_encoding') as name`.execute(db);
  return encoding.rows[0]?.name === "UTF8" ? null : "wrong-encoding";
}

/** After the migration: the tables may belong to another user. */
export async function hasRights(db: Database): Promise<boolean> {
  const names = Object.keys(tables).map(snakeCase);
  const answer = await sql<{ missing: bigint }>`
    select count(*) as missing from unnest(cast(${names} as text[])) as t(name),
      unnest(array['select', 'insert', 'update', 'delete']) as p(privilege)
    where not has_table_privilege(quote_ident(name), privilege)`.execute(db);
  return Number(answer.rows[0]?.missing) === 0;
}

/** The refusal behind an error met while opening; null when it is none of the database's. */
export function refusalBehind(error: unknown): RefusalName | null {
  return postgresRefusal(error instanceof StoreUnavailable ? error.cause : error);
}
