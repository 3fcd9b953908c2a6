/** A migration is whole or has not happened, keeps every row, and ends with the tables that are declared. */
import { existsSync, statSync } from "node:fs";
import { sql, type Kysely } from "kysely";
import { expect, test } from "vitest";
import type { RunId } from "../../contract/ids.ts";
import { newId } from "../new-id.ts";
import { onBothDatabases, opened, silent, someone, type TestDatabase } from "./both-databases.ts";
import { asItIs, createDatabase } from "./database.ts";
import type { DatabaseKind } from "./database-url.ts";
import { drift } from "./drift.ts";
import { migrations, type Migrations } from "./migrations.ts";
import { openStore } from "./open-store.ts";
import { inOtherProcess } from "./other-process.ts";
import { postgresDialect } from "./postgres-open.ts";
import { refusal } from "./refusals.ts";
import { sampleCall, sampleResult, sampleRun } from "./sample-rows.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { openSqliteFile } from "./sqlite-open.ts";

const pool = { max: 2, statementMs: 0, checkAfterIdleMs: 1_000, lifetimeSeconds: 60 };

/** What is in the database, past the store. */
async function looking<T>(
  kind: DatabaseKind,
  url: string,
  look: (db: Kysely<unknown>) => Promise<T>,
): Promise<T> {
  const file = kind === "sqlite" ? openSqliteFile(url.slice("sqlite:".length), silent) : null;
  if (file !== null && !file.ok) throw new Error(file.error.says);
  const db = createDatabase(
    file === null ? postgresDialect(url, pool, silent) : sqliteDialect(file.value, 100),
  );
  try {
    return await look(asItIs(db));
  } finally {
    await db.destroy();
  }
}

/** As a generated migration would change a table: copied into a new one, dropped, renamed. */
const rebuildRuns: Migrations = {
  "0102-rebuild": {
    up: async (db: Kysely<unknown>) => {
      const { rows: made } = await sql<{
        sql: string;
      }>`select sql from sqlite_master where name = 'run'`.execute(db);
      await sql.raw(made[0]!.sql.replace('"run"', '"fresh"')).execute(db);
      await sql`insert into fresh select * from run`.execute(db);
      await sql`drop table run`.execute(db);
      await sql`alter table fresh rename to run`.execute(db);
    },
  },
};
const addColumn: Migrations = {
  "0102-add": { up: (db) => db.schema.alterTable("run").addColumn("extra", "text").execute() },
};
const step = (kind: DatabaseKind): Migrations => (kind === "sqlite" ? rebuildRuns : addColumn);

async function withRuns(url: string) {
  const owner = someone();
  const store = await opened(url);
  const runs = Array.from({ length: 20 }, () => sampleRun(owner));
  for (const run of runs) {
    await store.runs.create(run, [{ path: "a.csv", encoding: "utf8", bytes: Uint8Array.of(1) }]);
    await store.results.add(sampleResult(run.id, 1), Uint8Array.of(1));
    await store.calls.create(sampleCall(run, 1));
    await store.runs.appendOutput(run.id, [{ n: 1, at: 1, stream: "stdout", bytes: Uint8Array.of(1) }]);
  }
  await store.close();
  return { owner, runs };
}

const rows = (db: Kysely<unknown>) =>
  sql<
    Record<"runs" | "calls" | "chunks" | "files" | "results", number>
  >`select (select count(*) from run) as runs,
    (select count(*) from call) as calls, (select count(*) from run_output) as chunks,
    (select count(*) from run_file) as files, (select count(*) from run_result) as results`
    .execute(db)
    .then((answer) => answer.rows[0]);

onBothDatabases(({ kind, fresh }: TestDatabase) => {
  const whole = { runs: 20, calls: 20, chunks: 20, files: 20, results: 20 };

  test("the tables in the database are the declared ones, to the last index", async () => {
    const url = await fresh();
    await (await opened(url)).close();
    expect(await looking(kind, url, (db) => drift(db, kind))).toEqual([]);
  });

  test("a difference from the declaration is named", async () => {
    const url = await fresh();
    await (await opened(url)).close();
    const found = await looking(kind, url, async (db) => {
      await db.schema.alterTable("snippet").addColumn("extra", "text").execute();
      await db.schema.dropIndex("run_state").execute();
      await db.schema
        .createTable("stray")
        .addColumn("id", "text", (c) => c.notNull().primaryKey())
        .execute();
      return drift(db, kind);
    });
    expect(found).toEqual([
      "missing: run index (state)",
      "undeclared: snippet.extra text or null",
      "undeclared: stray primary key (id)",
      "undeclared: stray.id text",
    ]);
  });

  test("a step that rebuilds or changes a table keeps its rows and those that hang on them", async () => {
    const url = await fresh();
    await withRuns(url);
    const later = await openStore(url, silent, (of) => ({ ...migrations(of), ...step(of) }));
    if (!later.ok) throw new Error(later.error.says);
    await later.value.close();
    expect(await looking(kind, url, rows)).toEqual(whole);
  });

  test("a step that fails undoes all steps, and the store says so", async () => {
    const url = await fresh();
    const { owner, runs } = await withRuns(url);
    const broken: Migrations = {
      "0103-broken": {
        up: async (db: Kysely<unknown>) => {
          await sql`delete from call`.execute(db);
          await sql`insert into no_such_table values (1)`.execute(db);
        },
      },
    };
    const refused = await openStore(url, silent, (of) => ({ ...migrations(of), ...step(of), ...broken }));
    expect(refused).toMatchObject({ ok: false, error: { exitCode: refusal("not-migrated", "").exitCode } });
    expect(await looking(kind, url, rows)).toEqual(whole);
    expect(await looking(kind, url, (db) => drift(db, kind))).toEqual([]);
    const again = await opened(url);
    expect(await again.runs.list(owner, 100)).toHaveLength(runs.length);
    await again.close();
  });

  test("a server killed between two steps leaves the database as it was, and the next one goes on", async () => {
    const url = await fresh();
    await withRuns(url);
    const killed = await inOtherProcess(
      `await openStore(args[0], log, (kind) => ({
        ...migrations(kind),
        "0102-add": { up: (db) => db.schema.alterTable("run").addColumn("extra", "text").execute() },
        "0103-die": { up: async () => process.kill(process.pid, "SIGKILL") },
      }));`,
      [url],
    );
    expect(killed.signal).toBe("SIGKILL");
    expect(await looking(kind, url, (db) => drift(db, kind))).toEqual([]);
    const later = await openStore(url, silent, (of) => ({ ...migrations(of), ...addColumn }));
    if (!later.ok) throw new Error(later.error.says);
    await later.value.close();
    expect(await looking(kind, url, rows)).toEqual(whole);
    expect(await looking(kind, url, (db) => drift(db, kind))).toEqual(["undeclared: run.extra text or null"]);
  });

  test("servers that start at once on a new database all find it ready", async () => {
    const url = await fresh();
    const code = `const store = await checkedOpen(args[0]); process.stdout.write(String(await store.ping())); await store.close();`;
    const ended = await Promise.all([1, 2, 3].map(() => inOtherProcess(code, [url])));
    expect(ended.map(({ stdout, stderr }) => stdout + stderr)).toEqual(["true", "true", "true"]);
    expect(await looking(kind, url, (db) => drift(db, kind))).toEqual([]);
  });

  if (kind !== "sqlite") return;

  test("before a database is changed, a whole and private copy is made of it", async () => {
    const url = await fresh();
    const { owner } = await withRuns(url);
    const copy = `${url.slice("sqlite:".length)}.before-0102-rebuild`;
    expect(existsSync(copy)).toBe(false);
    const later = await openStore(url, silent, (of) => ({ ...migrations(of), ...rebuildRuns }));
    if (!later.ok) throw new Error(later.error.says);
    await later.value.runs.update(newId<RunId>(1), { reason: "x" });
    await later.value.close();
    expect((statSync(copy).mode & 0o777).toString(8)).toBe("600");
    const restored = await opened(`sqlite:${copy}`);
    expect(await restored.runs.list(owner, 100)).toHaveLength(20);
    await restored.close();
  });

  test("a step that would leave children without their parent is undone", async () => {
    const url = await fresh();
    await withRuns(url);
    const careless: Migrations = {
      "0102-careless": { up: async (db: Kysely<unknown>) => void (await sql`delete from run`.execute(db)) },
    };
    const refused = await openStore(url, silent, (of) => ({ ...migrations(of), ...careless }));
    expect(refused).toMatchObject({ ok: false, error: { exitCode: refusal("not-migrated", "").exitCode } });
    expect(await looking(kind, url, rows)).toEqual(whole);
  });
});
