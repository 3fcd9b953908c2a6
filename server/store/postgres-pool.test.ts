/** The PostgreSQL pool: dead connections are found before they are used, and a lost database is an answer, not the end. */
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startPostgres, type TestPostgres } from "../../test/postgres.ts";
import { opened, silent, someone } from "./both-databases.ts";
import { atomically, createDatabase, type Database } from "./database.ts";
import { postgresDialect } from "./postgres-open.ts";
import { sampleRun } from "./sample-rows.ts";
import { StoreUnavailable } from "./unavailable.ts";

let server: TestPostgres;
let url: string;
const open: Database[] = [];
beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase();
  await server.execute(url, "create table n (id bigint primary key, v bigint not null)");
});
afterEach(async () => {
  for (const db of open.splice(0)) await db.destroy();
});
afterAll(() => server.stop());

/** Every connection is checked before each use, however shortly ago it was used. */
function database(change: { statementMs?: number; lifetimeSeconds?: number; max?: number } = {}): Database {
  const options = { max: 5, statementMs: 30_000, checkAfterIdleMs: 0, lifetimeSeconds: 1_800, ...change };
  const db = createDatabase(postgresDialect(url, options, silent));
  open.push(db);
  return db;
}
const backend = async (db: Database): Promise<number> => {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  return rows[0]!.pid;
};
const terminateAll = () =>
  server.execute(
    url,
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'openrouter-ide'",
  );

test("right after all connections were ended by the server, queries succeed", async () => {
  const db = database();
  const before = await Promise.all(Array.from({ length: 5 }, () => backend(db)));
  await terminateAll();
  const after = await Promise.all(Array.from({ length: 5 }, () => backend(db)));
  expect(after.some((pid) => before.includes(pid))).toBe(false);
});

test("a connection that has gone silent is given up and replaced", async () => {
  const db = database({ max: 1 });
  const silentOne = await backend(db);
  process.kill(silentOne, "SIGSTOP");
  try {
    expect(await backend(db)).not.toBe(silentOne);
  } finally {
    process.kill(silentOne, "SIGCONT");
  }
});

test("a connection past its lifetime is not handed out again", async () => {
  const db = database({ max: 1, lifetimeSeconds: 1 });
  const first = await backend(db);
  await expect.poll(() => backend(db), { timeout: 10_000, interval: 100 }).not.toBe(first);
});

test("a connection lost in the middle of a transaction fails that one only", async () => {
  const db = database();
  const failing = db.transaction().execute(async (trx) => {
    await sql`insert into n values (1, 1)`.execute(trx);
    await terminateAll();
    await sql`insert into n values (2, 2)`.execute(trx);
  });
  await expect(failing).rejects.toBeInstanceOf(StoreUnavailable);
  const { rows } = await sql`select * from n`.execute(db);
  expect(rows).toEqual([]);
});

test("a statement that takes too long fails as the store's fault, and its connection is not used again", async () => {
  const db = database({ statementMs: 100, max: 1 });
  const first = await backend(db);
  await expect(sql`select pg_sleep(60)`.execute(db)).rejects.toBeInstanceOf(StoreUnavailable);
  expect(await backend(db)).not.toBe(first);
});

test("two transactions that block each other are both done in the end", async () => {
  const db = database();
  await sql`insert into n values (11, 0), (12, 0)`.execute(db);
  const bothAtFirst = meeting(2);
  const add = (first: number, second: number) => {
    let attempt = 0;
    return atomically(db, async (trx) => {
      await sql`update n set v = v + 1 where id = ${first}`.execute(trx);
      if (attempt++ === 0) await bothAtFirst();
      await sql`update n set v = v + 1 where id = ${second}`.execute(trx);
    });
  };
  await Promise.all([add(11, 12), add(12, 11)]);
  const { rows } = await sql`select v from n where id in (11, 12)`.execute(db);
  expect(rows).toEqual([{ v: 2 }, { v: 2 }]);
});

test("while the server is away the store says so, and it is back when the server is", async () => {
  const store = await opened(await server.createDatabase());
  const row = sampleRun(someone());
  await store.runs.create(row);
  await server.restart(async () => {
    await expect(store.runs.list(row.ownerId, 1)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await store.ping()).toBe(false);
  });
  expect(await store.ping()).toBe(true);
  expect((await store.runs.list(row.ownerId, 10)).map(({ id }) => id)).toEqual([row.id]);
  await store.close();
});

/** Each of `count` callers goes on when all have come. */
function meeting(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let here = 0;
  return () => {
    if (++here === count) resolve();
    return promise;
  };
}
