/** Every reason not to use a PostgreSQL database has its own sentence and exit code, and no sentence holds the password. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres, type TestPostgres } from "../../test/postgres.ts";
import { opened, silent } from "./both-databases.ts";
import { migrations } from "./migrations.ts";
import { openStore, type StoreRefusal } from "./open-store.ts";
import { refusal } from "./refusals.ts";

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

async function refusedFor(url: string): Promise<StoreRefusal> {
  const store = await openStore(url, silent);
  if (!store.ok) return store.error;
  await store.value.close();
  throw new Error("opened");
}
const codeOf = (name: Parameters<typeof refusal>[0]): number => refusal(name, "").exitCode;

test("nobody listens there: can't be reached, and the password is not told", async () => {
  const said = await refusedFor("postgres://ann:secret@127.0.0.1:1/ide");
  expect(said).toEqual(refusal("unreachable", "ide at 127.0.0.1:1"));
  expect(JSON.stringify(said)).not.toContain("secret");
  expect((await refusedFor("postgres:///ide?host=/nowhere/at-all")).exitCode).toBe(codeOf("unreachable"));
});

test("an unknown user is refused as such", async () => {
  const url = (await server.createDatabase()).replace("postgres@", "nobody-here@");
  expect((await refusedFor(url)).exitCode).toBe(codeOf("sign-in-refused"));
});

test("a database that is not there is missing", async () => {
  const url = (await server.createDatabase()).replace(/test_\w+/, "not_there");
  expect((await refusedFor(url)).exitCode).toBe(codeOf("missing"));
});

test("a user who may not create tables has not enough rights", async () => {
  const url = await server.createUser(await server.createDatabase());
  expect((await refusedFor(url)).exitCode).toBe(codeOf("no-rights"));
});

test("a user who may not write the tables that another made has not enough rights either", async () => {
  const owners = await server.createDatabase();
  await (await opened(owners)).close();
  const url = await server.createUser(owners);
  const name = new URL(url).username;
  await server.execute(owners, `grant select on all tables in schema public to ${name}`);
  expect((await refusedFor(url)).exitCode).toBe(codeOf("no-rights"));
  await server.execute(owners, `grant insert, update, delete on all tables in schema public to ${name}`);
  await (await opened(url)).close();
});

test("a read-only database gives not enough rights", async () => {
  const url = await server.createDatabase();
  const name = new URL(url).pathname.slice(1);
  await server.execute(url, `alter database ${name} set default_transaction_read_only = on`);
  expect((await refusedFor(url)).exitCode).toBe(codeOf("no-rights"));
});

test("a database that can't hold every character is refused before anything is made in it", async () => {
  const url = await server.createDatabase({ encoding: "LATIN1" });
  expect((await refusedFor(url)).exitCode).toBe(codeOf("wrong-encoding"));
  expect(await server.execute(url, "select 1 from pg_tables where schemaname = 'public'")).toEqual([]);
});

test("a database of a newer version is refused", async () => {
  const url = await server.createDatabase();
  const newer = await openStore(url, silent, (kind) => ({
    ...migrations(kind),
    "9999-later": { up: (db) => db.schema.createTable("later").addColumn("x", "text").execute() },
  }));
  if (!newer.ok) throw new Error(newer.error.says);
  await newer.value.close();
  expect((await refusedFor(url)).exitCode).toBe(codeOf("newer"));
});
