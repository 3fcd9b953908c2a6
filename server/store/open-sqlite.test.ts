/** Every reason not to use a SQLite file has its own sentence and exit code, and the file is left as it was. */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { opened, silent, someone } from "./both-databases.ts";
import { migrations } from "./migrations.ts";
import { openStore } from "./open-store.ts";
import { inOtherProcess } from "./other-process.ts";
import { refusal, type RefusalName } from "./refusals.ts";
import { fileRefusal } from "./sqlite-errors.ts";
import { openSqliteFile } from "./sqlite-open.ts";
import { sampleRun } from "./sample-rows.ts";

let directory: string;
let file: string;
let url: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orid-sqlite-"));
  file = join(directory, "notes.db");
  url = `sqlite:${file}`;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const expectRefused = async (name: RefusalName, at = file): Promise<void> => {
  expect(await openStore(`sqlite:${at}`, silent)).toEqual({ ok: false, error: refusal(name, at) });
};

/** A database with enough in it to have pages to damage. */
async function filled(): Promise<void> {
  const store = await opened(url);
  const owner = someone();
  for (let i = 0; i < 50; i++) await store.runs.create(sampleRun(owner, { code: "x".repeat(4_000) }));
  await store.close();
}

test("a new file and its directories are private, and so are the files that SQLite puts beside it", async () => {
  const inside = join(directory, "a", "b");
  const store = await opened(`sqlite:${inside}/notes.db`);
  await store.runs.create(sampleRun(someone()));
  for (const name of ["notes.db", "notes.db-wal", "notes.db-shm"])
    expect(mode(join(inside, name))).toBe("600");
  expect([mode(inside), mode(join(directory, "a"))]).toEqual(["700", "700"]);
  expect(await store.ping()).toBe(true);
  await store.close();
});

test("a file that others may read is made private", async () => {
  await (await opened(url)).close();
  chmodSync(file, 0o644);
  await (await opened(url)).close();
  expect(mode(file)).toBe("600");
});

test("a write-ahead log keeps commits in order, and references are kept", () => {
  const database = openSqliteFile(file, silent);
  if (!database.ok) throw new Error(database.error.says);
  const pragma = (name: string) => Object.values(database.value.prepare(`pragma ${name}`).get() ?? {})[0];
  expect(pragma("journal_mode")).toBe("wal");
  // Commits wait for no disk; what must outlive a power cut is synced by sqlite-sync.ts.
  expect(pragma("synchronous")).toBe(1);
  expect(pragma("foreign_keys")).toBe(1);
  database.value.close();
});

test("an in-memory store works and leaves no file", async () => {
  const store = await opened("sqlite::memory:");
  const row = sampleRun(someone());
  await store.runs.create(row);
  expect(await store.runs.find(row.ownerId, row.id)).toMatchObject({ id: row.id });
  await store.close();
});

test("an empty file is damage: a database of ours is never empty", async () => {
  writeFileSync(file, "");
  await expectRefused("corrupt");
});

test("a file that is no database is damage, and is left as it is", async () => {
  writeFileSync(file, "print('hello')\n".repeat(1_000));
  await expectRefused("corrupt");
  expect(readFileSync(file, "utf8")).toContain("hello");
});

test.each([100, 4_096, 40_000, 99_999])("a file cut to %d bytes is damage", async (size) => {
  await filled();
  truncateSync(file, size);
  await expectRefused("corrupt");
});

test("a flipped page is damage", async () => {
  await filled();
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 5 * 4_096, 6 * 4_096);
  writeFileSync(file, bytes);
  await expectRefused("corrupt");
});

test("after a crash, a write-ahead log cut anywhere still opens, with a beginning of what was written", async () => {
  await (await opened(url)).close();
  const killed = await inOtherProcess(
    `const store = await checkedOpen(args[0]);
     const row = JSON.parse(args[1]);
     for (let i = 0; i < 8; i++) await store.runs.create({ ...row, id: row.id.slice(0, 19) + i, idempotencyKey: "press-" + i });
     process.kill(process.pid, "SIGKILL");`,
    [url, JSON.stringify(sampleRun(someone()))],
  );
  expect(killed.signal).toBe("SIGKILL");
  const [whole, wal] = [readFileSync(file), readFileSync(`${file}-wal`)];
  const counts = [];
  for (let part = 0; part <= 8; part++) {
    writeFileSync(file, whole);
    writeFileSync(`${file}-wal`, wal.subarray(0, Math.floor((wal.length * part) / 8)));
    rmSync(`${file}-shm`, { force: true });
    await (await opened(url)).close();
    const database = new DatabaseSync(file);
    counts.push(Number(database.prepare("select count(*) as n from run").get()?.["n"]));
    database.close();
  }
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect([counts[0], counts[8]]).toEqual([0, 8]);
});

test("the database of another program is not touched", async () => {
  const other = new DatabaseSync(file);
  other.exec("create table theirs (x)");
  other.close();
  const before = readFileSync(file);
  await expectRefused("foreign");
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("a database of a newer version is refused and left as it is", async () => {
  const newer = await openStore(url, silent, (kind) => ({
    ...migrations(kind),
    "9999-later": { up: (db) => db.schema.createTable("later").addColumn("x", "text").execute() },
  }));
  if (!newer.ok) throw new Error(newer.error.says);
  await newer.value.close();
  await expectRefused("newer");
});

test("a directory in the file's place, or a file in the directory's, can't be written", async () => {
  mkdirSync(file);
  await expectRefused("not-writable");
  writeFileSync(join(directory, "plain"), "");
  await expectRefused("not-writable", join(directory, "plain", "notes.db"));
});

test("a file that another process keeps for itself is locked", async () => {
  await (await opened(url)).close();
  const other = new DatabaseSync(file);
  other.exec("pragma locking_mode = exclusive; begin exclusive");
  expect(openSqliteFile(file, silent, 10)).toEqual({ ok: false, error: refusal("locked", file) });
  other.close();
  await (await opened(url)).close();
});

test("no room, and a disk that fails, are told apart from damage", () => {
  const errorWith = (code: string) => Object.assign(new Error(code), { code });
  expect(["ENOSPC", "EDQUOT", "EIO", "EROFS", "ENOMEM"].map((code) => fileRefusal(errorWith(code)))).toEqual([
    "full",
    "full",
    "disk-failed",
    "not-writable",
    null,
  ]);
});

/** Root may write everywhere, so these run as somebody else. */
const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
const asNobody = async (): Promise<string> => {
  const code = `
    const store = await openStore(args[0], log);
    process.stdout.write(store.ok ? "opened" : store.error.exitCode + " " + store.error.says);`;
  return (await inOtherProcess(code, [url], nobody)).stdout;
};
const readOnly = (): string => `41 ${refusal("not-writable", file).says}`;

test("a read-only directory is refused for a new file", async () => {
  chmodSync(directory, 0o555);
  expect(await asNobody()).toBe(readOnly());
});

test("a read-only directory is refused for an existing file, since its log can't be made", async () => {
  await (await opened(url)).close();
  if (nobody !== undefined) chownSync(file, nobody, nobody);
  chmodSync(directory, 0o555);
  expect(await asNobody()).toBe(readOnly());
});

test("a read-only file is refused", async () => {
  await (await opened(url)).close();
  if (nobody !== undefined) chownSync(file, nobody, nobody);
  chmodSync(file, 0o400);
  chmodSync(directory, 0o777);
  expect(await asNobody()).toBe(readOnly());
});

test("every refusal has an exit code of its own", () => {
  const names: RefusalName[] = [
    "unknown-url",
    "not-writable",
    "corrupt",
    "newer",
    "unreachable",
    "no-rights",
    "locked",
    "foreign",
    "not-migrated",
    "full",
    "disk-failed",
    "sign-in-refused",
    "missing",
    "wrong-encoding",
  ];
  expect(new Set(names.map((name) => refusal(name, "x").exitCode)).size).toBe(names.length);
});
