/** Our SQLite dialect: writers of several processes wait for each other without an error, and without stopping the server. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CompiledQuery, sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { opened, silent, someone } from "./both-databases.ts";
import { asItIs, createDatabase, type Database } from "./database.ts";
import { inOtherProcess } from "./other-process.ts";
import { sampleRun } from "./sample-rows.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { openSqliteFile } from "./sqlite-open.ts";
import { StoreUnavailable } from "./unavailable.ts";

let directory: string;
let file: string;
const open: Database[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orid-dialect-"));
  file = join(directory, "notes.db");
});
afterEach(async () => {
  for (const db of open.splice(0)) await db.destroy();
  rmSync(directory, { recursive: true, force: true });
});

async function database(busyMs = 5_000): Promise<Database> {
  const opened = openSqliteFile(file, silent);
  if (!opened.ok) throw new Error(opened.error.says);
  const db = createDatabase(sqliteDialect(opened.value, busyMs));
  open.push(db);
  await sql`create table if not exists n (id integer primary key, v integer not null) strict`.execute(db);
  return db;
}
const values = async (db: Database): Promise<number[]> =>
  (await sql<{ v: number }>`select v from n order by id`.execute(db)).rows.map(({ v }) => v);

test("two processes that write one file at the same time both write all that they have", async () => {
  const owner = someone();
  await (await opened(`sqlite:${file}`)).close();
  const code = `
    const store = await checkedOpen(args[0]);
    const row = JSON.parse(args[1]);
    for (let i = 0; i < 200; i++)
      await store.runs.create({ ...row, id: String(i).padStart(10, args[2]).padStart(20, "0"), idempotencyKey: args[2] + i });
    await store.close();`;
  const row = JSON.stringify(sampleRun(owner));
  const ended = await Promise.all(
    ["a", "b"].map((name) => inOtherProcess(code, [`sqlite:${file}`, row, name])),
  );
  expect(ended.map(({ stderr }) => stderr)).toEqual(["", ""]);
  const store = await opened(`sqlite:${file}`);
  expect(await store.runs.list(owner, 1_000)).toHaveLength(400);
  await store.close();
});

test("read, then write: counting up from many transactions at once loses none", async () => {
  const dbs = [await database(), await database()];
  await sql`insert into n values (1, 0)`.execute(dbs[0]!);
  const countUp = (db: Database) =>
    db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ v: number }>`select v from n where id = 1`.execute(trx);
      await sql`update n set v = ${rows[0]!.v + 1} where id = 1`.execute(trx);
    });
  await Promise.all(Array.from({ length: 40 }, (_, i) => countUp(dbs[i % 2]!)));
  expect(await values(dbs[0]!)).toEqual([40]);
});

test("while another process holds the file, other work goes on; then the writer gives up and says so", async () => {
  const db = await database(100);
  const other = new DatabaseSync(file);
  other.exec("begin immediate");
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  const refused = await sql`insert into n values (1, 1)`.execute(db).catch((error: unknown) => error);
  clearInterval(counting);
  expect(refused).toBeInstanceOf(StoreUnavailable);
  expect(turns).toBeGreaterThan(5);
  expect(await values(db)).toEqual([]);
  other.close();
  await sql`insert into n values (1, 1)`.execute(db);
  expect(await values(db)).toEqual([1]);
});

test("a writer that waits goes on as soon as the file is free", async () => {
  const db = await database();
  const other = new DatabaseSync(file);
  other.exec("begin immediate; insert into n values (1, 1)");
  const waiting = db.transaction().execute((trx) => sql`insert into n values (2, 2)`.execute(trx));
  setImmediate(() => other.exec("commit"));
  await waiting;
  expect(await values(db)).toEqual([1, 2]);
  other.close();
});

test("a transaction that fails leaves nothing behind, and the next one works", async () => {
  const db = await database();
  const failing = db.transaction().execute(async (trx) => {
    await sql`insert into n values (1, 1)`.execute(trx);
    await sql`insert into n values (1, 2)`.execute(trx);
  });
  await expect(failing).rejects.toThrow(/UNIQUE/);
  await db.transaction().execute((trx) => sql`insert into n values (3, 3)`.execute(trx));
  expect(await values(db)).toEqual([3]);
});

test("a full disk fails the write as the store's fault, keeps what was there, and passes when there is room", async () => {
  const db = await database();
  const { rows } = await sql<{ pages: number }>`select page_count as pages from pragma_page_count`.execute(
    db,
  );
  await sql.raw(`pragma max_page_count = ${rows[0]!.pages + 2}`).execute(db);
  await sql`insert into n values (1, 1)`.execute(db);
  const many = sql`with recursive c(i) as (select 2 union all select i + 1 from c where i < 5000) insert into n select i, i from c`;
  await expect(db.transaction().execute((trx) => many.execute(trx))).rejects.toBeInstanceOf(StoreUnavailable);
  expect(await values(db)).toEqual([1]);
  await sql`pragma max_page_count = 1000000`.execute(db);
  await many.execute(db);
  expect(await values(db)).toHaveLength(5_000);
});

test("rows can be read one by one while the same statement is used elsewhere", async () => {
  const db = await database();
  await sql`insert into n values (1, 10), (2, 9007199254740993), (3, 30)`.execute(db);
  const query = asItIs(db)
    .withTables<{ n: { id: number; v: number | bigint } }>()
    .selectFrom("n")
    .select("v");
  const seen = [];
  for await (const row of query.orderBy("id").stream()) seen.push(row.v);
  expect(seen).toEqual([10, 9_007_199_254_740_993n, 30]);
});

test("more different statements than are kept prepared all work, the first ones again too", async () => {
  const db = await database();
  await sql`insert into n values (1, 7)`.execute(db);
  for (let round = 0; round < 2; round++)
    for (let i = 0; i < 300; i++) {
      const { rows } = await sql.raw<{ v: number }>(`select v + ${i} as v from n`).execute(db);
      expect(rows[0]?.v).toBe(7 + i);
    }
});

test("what is written now is written whole or not at all, and never within somebody's transaction", async () => {
  const opened = openSqliteFile(file, silent);
  if (!opened.ok) throw new Error(opened.error.says);
  const dialect = sqliteDialect(opened.value, 5_000);
  const db = createDatabase(dialect);
  open.push(db);
  await sql`create table n (id integer primary key, v integer not null) strict`.execute(db);
  const insert = (id: number, v: number | null) => CompiledQuery.raw("insert into n values (?, ?)", [id, v]);

  expect(dialect.writeNow([insert(1, 1)])).toBe(true);
  expect(() => dialect.writeNow([insert(2, 2), insert(3, null)])).toThrow("NOT NULL");
  expect(dialect.writeNow([insert(4, 4), insert(5, 5)])).toBe(true);
  await expect(
    db.transaction().execute(async (trx) => {
      await trx.executeQuery(insert(6, 6));
      expect(dialect.writeNow([insert(7, 7)])).toBe(false);
      throw new Error("undone");
    }),
  ).rejects.toThrow("undone");
  expect(await values(db)).toEqual([1, 4, 5]);

  const other = await database();
  await other.transaction().execute(async (trx) => {
    await trx.executeQuery(insert(8, 8));
    expect(dialect.writeNow([insert(9, 9)])).toBe(false);
    expect(dialect.writeNow([insert(9, 9), insert(10, 10)])).toBe(false);
  });
  expect(await values(db)).toEqual([1, 4, 5, 8]);
});
