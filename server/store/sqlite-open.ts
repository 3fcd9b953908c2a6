/** Opens the SQLite file: made whole and private when it is new, examined before it is used when it is not. */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { Log } from "../log.ts";
import { refusal, type RefusalName, type StoreRefusal } from "./refusals.ts";
import { fileRefusal, sqliteRefusal } from "./sqlite-errors.ts";

/** "ORID" in ASCII, in the file's header: tells our databases from those of other programs. */
const applicationId = 0x4f524944;
/** How long opening waits for a lock. It waits in this thread: nobody is served yet. */
const openingBusyMs = 5_000;
/** Larger files are not read through at start: it would cost more than a second. Damage shows when it is met. */
const checkedBytes = 512 * 1024 * 1024;

/** `path` may be relative, or ":memory:". */
export function openSqliteFile(
  path: string,
  log: Log,
  busyMs = openingBusyMs,
): Result<DatabaseSync, StoreRefusal> {
  const file = path === ":memory:" ? path : resolve(path);
  let database: DatabaseSync | null = null;
  try {
    if (file !== ":memory:") prepareFile(file);
    database = new DatabaseSync(file, { timeout: busyMs });
    const fault = examine(database, file, log);
    if (fault !== null) {
      database.close();
      return refused(refusal(fault, file));
    }
    setUp(database);
    return done(database);
  } catch (error) {
    if (database?.isOpen === true) database.close();
    const name = fileRefusal(error) ?? sqliteRefusal(error);
    if (name === null) throw error;
    log.error({ err: error, file }, "database not opened");
    return refused(refusal(name, file));
  }
}

/** Copies a database in use to `target`, whole and private, replacing an older copy only when the new one is complete. */
export async function backUp(database: DatabaseSync, target: string): Promise<void> {
  const unfinished = `${target}.${randomBytes(6).toString("hex")}.part`;
  try {
    closeSync(openSync(unfinished, "wx", 0o600));
    await backup(database, unfinished);
    renameSync(unfinished, target);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function prepareFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) makeFile(file);
  // The -wal and -shm files take over this mode.
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  closeSync(openSync(file, "r+"));
}

/**
 * A new database appears under its name only with its header written, so an empty file is always damage. Two processes
 * may do this at once: the second finds the name taken and uses the first one's.
 */
function makeFile(file: string): void {
  const fresh = `${file}.${randomBytes(6).toString("hex")}.new`;
  try {
    closeSync(openSync(fresh, "wx", 0o600));
    const database = new DatabaseSync(fresh);
    database.exec(`pragma journal_mode = wal; pragma application_id = ${applicationId}`);
    database.close();
    giveName(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Leaves a file that already has the name as it is. */
function giveName(fresh: string, file: string): void {
  try {
    linkSync(fresh, file);
  } catch (error) {
    if (existsSync(file)) return;
    const code = error instanceof Error && "code" in error ? error.code : null;
    // A file system without hard links; two first starts at once on one of those are not provided for.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP") throw error;
    renameSync(fresh, file);
  }
}

function examine(database: DatabaseSync, file: string, log: Log): RefusalName | null {
  if (file === ":memory:") return null;
  const size = statSync(file).size;
  if (size === 0) return "corrupt";
  if (numberFrom(database, "application_id") !== applicationId) return "foreign";
  // After a crash the newest pages may still stand in the -wal file, but those in the file itself are whole.
  if (size % numberFrom(database, "page_size") !== 0) return "corrupt";
  if (size > checkedBytes) {
    log.info({ file, size }, "database too large to be read through at start");
    return null;
  }
  const [verdict] = database.prepare("pragma quick_check(1)").all();
  return verdict?.["quick_check"] === "ok" ? null : "corrupt";
}

function numberFrom(database: DatabaseSync, pragma: string): number {
  return Number(database.prepare(`pragma ${pragma}`).get()?.[pragma]);
}

function setUp(database: DatabaseSync): void {
  // normal: a commit does not wait for the disk, which would stop the whole server. What must outlive a power cut is waited for
  // elsewhere (sqlite-sync.ts).
  database.exec(
    `pragma journal_mode = wal;
     pragma synchronous = normal;
     pragma foreign_keys = on;
     pragma trusted_schema = off;
     pragma journal_size_limit = 67108864;
     pragma busy_timeout = 0`,
  );
  // SQLite's own lower() knows only ASCII.
  database.function("lower", { deterministic: true }, (value) =>
    typeof value === "string" ? value.toLowerCase() : value,
  );
}
