/** The write-ahead log is moved by another thread while the server goes on, and by the server's own when that one is gone. */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silent } from "./both-databases.ts";
import { createCheckpoints } from "./sqlite-checkpoints.ts";
import { openSqliteFile } from "./sqlite-open.ts";

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orid-checkpoints-"));
  file = join(directory, "data.db");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(): DatabaseSync {
  const opened = openSqliteFile(file, silent);
  if (!opened.ok) throw new Error(opened.error.says);
  opened.value.exec("create table n (bytes blob not null) strict");
  return opened.value;
}
const bytes = new Uint8Array(100_000);
const patience = { timeout: 30_000, interval: 20 };

test("what is written is moved into the database by the thread, and the log goes when both are closed", async () => {
  const database = open();
  const checkpoints = createCheckpoints(database, file, silent);
  const insert = database.prepare("insert into n values (?)");
  for (let n = 0; n < 50; n++) {
    insert.run(bytes);
    checkpoints.wrote(bytes.length);
  }
  await expect.poll(() => statSync(file).size, patience).toBeGreaterThan(4_000_000);
  await checkpoints.close();
  database.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
});

test("where the thread can't open the file the log is moved as SQLite does it", async () => {
  const database = open();
  const checkpoints = createCheckpoints(database, join(directory, "not", "there"), silent);
  const pages = (): unknown => database.prepare("pragma wal_autocheckpoint").get()?.["wal_autocheckpoint"];
  expect(pages()).toBeGreaterThan(1_000);
  checkpoints.wrote(100_000_000);
  await expect.poll(pages, patience).toBe(1_000);
  checkpoints.wrote(100_000_000);
  await checkpoints.close();
  database.close();
});

test("without a write there is no thread to wait for", async () => {
  const database = open();
  const checkpoints = createCheckpoints(database, file, silent);
  await checkpoints.close();
  database.close();
});
