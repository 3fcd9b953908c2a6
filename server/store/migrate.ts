/** Brings a database to this version, or leaves it exactly as it was and says why. */
import { sql, type Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { DatabaseKind } from "./database-url.ts";
import type { Migrations } from "./migrations.ts";
import type { RefusalName } from "./refusals.ts";

export interface Migration {
  readonly db: Kysely<unknown>;
  readonly kind: DatabaseKind;
  readonly migrations: Migrations;
  /** Called before the first step on a database that already holds something; gets that step's name. */
  readonly backUp: (before: string) => Promise<void>;
}

export interface MigrationFault {
  readonly name: RefusalName;
  readonly cause: unknown;
}

/** All steps are one transaction. Answers with the names of those that were taken. */
export async function migrate(migration: Migration): Promise<Result<readonly string[], MigrationFault>> {
  const { db, kind, migrations } = migration;
  const taken = await takenSteps(db);
  if (taken.some((name) => !(name in migrations))) return refused({ name: "newer", cause: taken });
  const [first] = Object.keys(migrations)
    .filter((name) => !taken.includes(name))
    .sort();
  if (first === undefined) return done([]);
  if (taken.length > 0) await migration.backUp(first);
  return kind === "sqlite" ? migrateSqlite(db, migrations) : takeSteps(db, migrations);
}

async function takenSteps(db: Kysely<unknown>): Promise<readonly string[]> {
  const known = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!known.some((table) => table.name === "kysely_migration")) return [];
  const taken = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return taken.rows.map((row) => row.name);
}

/**
 * A step that rebuilds a table drops the old one, and with foreign keys on that drop deletes the children's rows. The
 * pragma does nothing inside a transaction, so it is given before.
 */
async function migrateSqlite(
  db: Kysely<unknown>,
  migrations: Migrations,
): Promise<Result<readonly string[], MigrationFault>> {
  await sql`pragma foreign_keys = off`.execute(db);
  try {
    return await takeSteps(db, withReferenceCheck(migrations));
  } finally {
    await sql`pragma foreign_keys = on`.execute(db);
  }
}

/** Each step ends with a look for rows whose parent is gone; finding one undoes the whole migration. */
function withReferenceCheck(migrations: Migrations): Migrations {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, step]) => [
      name,
      {
        up: async (db: Kysely<unknown>) => {
          await step.up(db);
          const broken = await sql`pragma foreign_key_check`.execute(db);
          if (broken.rows.length > 0)
            throw new Error(`${name} would leave ${broken.rows.length} rows without parent`);
        },
      },
    ]),
  );
}

async function takeSteps(
  db: Kysely<unknown>,
  migrations: Migrations,
): Promise<Result<readonly string[], MigrationFault>> {
  const provider = { getMigrations: async () => ({ ...migrations }) };
  const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) return refused({ name: "not-migrated", cause: error });
  return done((results ?? []).map((step) => step.migrationName));
}
