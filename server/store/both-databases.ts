/** For tests: the same promises on SQLite and on PostgreSQL, each in a database of the test file's own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { OwnerId } from "../../contract/ids.ts";
import { startPostgres, type TestPostgres } from "../../test/postgres.ts";
import { createLog, type Log } from "../log.ts";
import { newId } from "../new-id.ts";
import type { DatabaseKind } from "./database-url.ts";
import { openStore, type Store } from "./open-store.ts";

export interface TestDatabase {
  readonly kind: DatabaseKind;
  /** DATABASE_URL of a database that does not exist yet (a SQLite file) or is empty. */
  readonly fresh: () => Promise<string>;
  /** One open store for the whole file: tests keep apart by their owners. */
  readonly store: () => Store;
}

export function onBothDatabases(promises: (database: TestDatabase) => void): void {
  describe("on SQLite", () => {
    const directory = mkdtempSync(join(tmpdir(), "orid-store-"));
    let made = 0;
    withStore("sqlite", async () => `sqlite:${directory}/${++made}.db`, promises);
    afterAll(() => rmSync(directory, { recursive: true, force: true }));
  });
  describe("on PostgreSQL", () => {
    let server: TestPostgres | null = null;
    beforeAll(async () => {
      server = await startPostgres();
    });
    const fresh = async (): Promise<string> => {
      if (server === null) throw new Error("PostgreSQL has not been started.");
      return server.createDatabase();
    };
    withStore("postgres", fresh, promises);
    afterAll(() => server?.stop());
  });
}

function withStore(
  kind: DatabaseKind,
  fresh: () => Promise<string>,
  promises: (database: TestDatabase) => void,
): void {
  let store: Store | null = null;
  beforeAll(async () => {
    store = await opened(await fresh());
  });
  afterAll(() => store?.close());
  promises({
    kind,
    fresh,
    store: () => {
      if (store === null) throw new Error("The store is not open.");
      return store;
    },
  });
}

export const silent: Log = createLog("silent");

/** Throws the refusal's sentence when the store can't be opened. */
export async function opened(databaseUrl: string): Promise<Store> {
  const store = await openStore(databaseUrl, silent);
  if (!store.ok) throw new Error(store.error.says);
  return store.value;
}

export const someone = (): OwnerId => newId<OwnerId>(1);

/** Characters that some layer between a program and a table might lose. */
export const oddText =
  "nul \0, sub \u001a, \u001a0041, quote ' \" `, \\ % _ ? $1 :x --;/* */ \r\n\t, é ß İ ﬁ 漢 👩‍💻, lone \ud83d end";
