/** Opens the store that DATABASE_URL names, brought to this version, or says in one sentence why it can't be used. */
import type { DatabaseSync } from "node:sqlite";
import { resolve } from "node:path";
import { sql } from "kysely";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { Log } from "../log.ts";
import type { CallStore } from "./call-store.ts";
import { asItIs, createDatabase, writerTo, type Database, type WriteTogether } from "./database.ts";
import { parseDatabaseUrl, type DatabaseKind } from "./database-url.ts";
import type { EnvironmentStore } from "./environment-store.ts";
import { migrate, type MigrationFault } from "./migrate.ts";
import { migrations, type Migrations } from "./migrations.ts";
import { hasRights, postgresDialect, reachPostgres, refusalBehind } from "./postgres-open.ts";
import { refusal, type RefusalName, type StoreRefusal } from "./refusals.ts";
import type { ResultStore } from "./result-store.ts";
import type { RunStore } from "./run-store.ts";
import type { SessionStore } from "./session-store.ts";
import type { SnippetStore } from "./snippet-store.ts";
import { createCallStore } from "./sql-call-store.ts";
import { createEnvironmentStore } from "./sql-environment-store.ts";
import { createResultStore } from "./sql-result-store.ts";
import { createRunStore } from "./sql-run-store.ts";
import { createSessionStore } from "./sql-session-store.ts";
import { createSnippetStore } from "./sql-snippet-store.ts";
import { createCheckpoints, noCheckpoints } from "./sqlite-checkpoints.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { sqliteRefusal } from "./sqlite-errors.ts";
import { backUp, openSqliteFile } from "./sqlite-open.ts";
import { lasting, noDisk, syncingDisk, type Disk } from "./sqlite-sync.ts";
import { StoreUnavailable } from "./unavailable.ts";

export type { StoreRefusal } from "./refusals.ts";

/** Every method throws `StoreUnavailable` while the database itself fails. */
export interface Store {
  readonly sessions: SessionStore;
  readonly environments: EnvironmentStore;
  readonly snippets: SnippetStore;
  readonly runs: RunStore;
  readonly results: ResultStore;
  readonly calls: CallStore;
  /** Whether the database answers now. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/** How long a statement waits for another process that holds the SQLite file. */
const busyMs = 5_000;
const pool = { max: 10, statementMs: 30_000, checkAfterIdleMs: 1_000, lifetimeSeconds: 1_800 };
/** A migration may take long, and waits for one that another server has under way. */
const migrationPool = { ...pool, max: 2, statementMs: 0 };

/** `steps` are another version's migrations, for tests of what happens between versions. */
export async function openStore(
  databaseUrl: string,
  log: Log,
  steps: (kind: DatabaseKind) => Migrations = migrations,
): Promise<Result<Store, StoreRefusal>> {
  const address = parseDatabaseUrl(databaseUrl);
  if (!address.ok) return address;
  return address.value.kind === "sqlite"
    ? openSqlite(address.value.path, log, steps("sqlite"))
    : openPostgres(address.value.url, address.value.shown, log, steps("postgres"));
}

async function openSqlite(path: string, log: Log, steps: Migrations): Promise<Result<Store, StoreRefusal>> {
  const file = openSqliteFile(path, log);
  if (!file.ok) return file;
  const isInMemory = path === ":memory:";
  const shown = isInMemory ? path : resolve(path);
  const checkpoints = isInMemory ? noCheckpoints : createCheckpoints(file.value, shown, log);
  const dialect = sqliteDialect(file.value, busyMs, checkpoints.wrote);
  const db = createDatabase(dialect);
  const fault = await metWhile(log, sqliteCause, async () => {
    const migrated = await migrate({
      db: asItIs(db),
      kind: "sqlite",
      migrations: steps,
      backUp: (before) => backUpBefore(before, file.value, shown, log),
    });
    return told(migrated, log, sqliteCause);
  });
  if (fault !== null) {
    await checkpoints.close();
    return closeAndRefuse(db, refusal(fault, shown));
  }
  const syncing = isInMemory ? noDisk : syncingDisk(`${shown}-wal`, log);
  const disk: Disk = {
    ...syncing,
    close: async () => {
      await Promise.all([syncing.close(), checkpoints.close()]);
    },
  };
  return done(storeOver(db, "sqlite", disk, writerTo(db, dialect.writeNow), log));
}

async function backUpBefore(step: string, file: DatabaseSync, path: string, log: Log): Promise<void> {
  if (path === ":memory:") return;
  const copy = `${path}.before-${step}`;
  await backUp(file, copy);
  log.info({ copy }, "database copied before its migration");
}

async function openPostgres(
  url: string,
  shown: string,
  log: Log,
  steps: Migrations,
): Promise<Result<Store, StoreRefusal>> {
  const migrating = createDatabase(postgresDialect(url, migrationPool, log));
  const fault = await metWhile(log, refusalBehind, async () => {
    const unsuited = await reachPostgres(migrating);
    if (unsuited !== null) return unsuited;
    // PostgreSQL's own tools make its backups; a server can't know where one would be wanted.
    const noBackUp = async (before: string): Promise<void> => log.info({ before }, "database is migrated");
    const migrated = await migrate({
      db: asItIs(migrating),
      kind: "postgres",
      migrations: steps,
      backUp: noBackUp,
    });
    return told(migrated, log, refusalBehind) ?? ((await hasRights(migrating)) ? null : "no-rights");
  });
  await migrating.destroy();
  if (fault !== null) return refused(refusal(fault, shown));
  const db = createDatabase(postgresDialect(url, pool, log));
  return done(storeOver(db, "postgres", noDisk, writerTo(db), log));
}

type CauseReader = (error: unknown) => RefusalName | null;

const sqliteCause: CauseReader = (error) =>
  sqliteRefusal(error instanceof StoreUnavailable ? error.cause : error);

/** Errors of the database become its refusal; any other is a bug and goes on. */
async function metWhile(
  log: Log,
  causeOf: CauseReader,
  opening: () => Promise<RefusalName | null>,
): Promise<RefusalName | null> {
  try {
    return await opening();
  } catch (error) {
    const name = causeOf(error);
    if (name === null) throw error;
    log.error({ err: error }, "database not opened");
    return name;
  }
}

function told(
  migrated: Result<readonly string[], MigrationFault>,
  log: Log,
  causeOf: CauseReader,
): RefusalName | null {
  if (migrated.ok) {
    if (migrated.value.length > 0) log.info({ steps: migrated.value }, "database brought to this version");
    return null;
  }
  const { name, cause } = migrated.error;
  log.error(name === "newer" ? { taken: cause } : { err: cause }, "database not migrated");
  return causeOf(cause) ?? name;
}

async function closeAndRefuse(db: Database, why: StoreRefusal): Promise<Result<Store, StoreRefusal>> {
  await db.destroy();
  return refused(why);
}

function storeOver(db: Database, kind: DatabaseKind, disk: Disk, write: WriteTogether, log: Log): Store {
  return {
    sessions: lasting(createSessionStore(db), disk, [
      "create",
      "saveCeilings",
      "saveReach",
      "saveKey",
      "saveModel",
      "remove",
    ]),
    environments: lasting(createEnvironmentStore(db), disk, ["save"]),
    snippets: lasting(createSnippetStore(db, kind), disk, ["create", "update", "remove", "restore"]),
    runs: createRunStore(db),
    results: createResultStore(db),
    calls: lasting(createCallStore(db, disk, write), disk, ["settleUnknown"]),
    async ping() {
      try {
        await sql`select 1`.execute(db);
        return true;
      } catch (error) {
        log.warn({ err: error }, "database does not answer");
        return false;
      }
    },
    async close() {
      await disk.close();
      await db.destroy();
    },
  };
}
