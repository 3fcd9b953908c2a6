/** Looks at the database without changing it: a start would make or migrate it, doctor must not. */
import { existsSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { parseDatabaseUrl } from "../store/database-url.ts";
import { fail, ok, type Check } from "./checks.ts";

const name = "database";
const connectMs = 5_000;

export async function checkDatabase(databaseUrl: string): Promise<Check> {
  const address = parseDatabaseUrl(databaseUrl);
  if (!address.ok) return fail(name, address.error.says, address.error.hint);
  return address.value.kind === "sqlite"
    ? checkSqlite(path.resolve(address.value.path), address.value.path)
    : checkPostgres(address.value.url, address.value.shown);
}

function checkSqlite(file: string, given: string): Check {
  if (given === ":memory:") return ok(name, "SQLite in memory: nothing is kept");
  if (!existsSync(file)) return ok(name, `SQLite, ${file} (made at the first start)`);
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const row = database.prepare("pragma quick_check(1)").get();
      const found = Object.values(row ?? {})[0];
      if (found === "ok") return ok(name, `SQLite, ${file}`);
      return fail(
        name,
        `${file} is damaged: ${String(found)}.`,
        "Put a backup in its place, or move it away.",
      );
    } finally {
      database.close();
    }
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return fail(
      name,
      `${file} can't be opened: ${cause}.`,
      "Check its rights, or name another with DATABASE_URL.",
    );
  }
}

async function checkPostgres(url: string, shown: string): Promise<Check> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    return ok(name, `PostgreSQL ${rows[0]?.server_version ?? ""}, ${shown}`);
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    const cause = message === "" ? (code ?? "no reason was given") : message;
    return fail(name, `${shown} does not answer: ${cause}.`, "Check that it runs, and DATABASE_URL.");
  } finally {
    await client.end();
  }
}
