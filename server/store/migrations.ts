/** The steps from an empty database to this version, in order of their names. A step that was released is never changed. */
import { sql, type CreateTableBuilder, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { DatabaseKind } from "./database-url.ts";

export type Migrations = Readonly<Record<string, Migration>>;

/** What a column's kind is called in each database. */
export const columnTypes = {
  sqlite: { text: sql`text`, integer: sql`integer`, real: sql`real`, bytes: sql`blob` },
  postgres: { text: sql`text`, integer: sql`bigint`, real: sql`double precision`, bytes: sql`bytea` },
} as const satisfies Record<DatabaseKind, object>;

export function migrations(kind: DatabaseKind): Migrations {
  return {
    "0001-first-tables": { up: (db) => firstTables(db, kind) },
    "0002-files-and-results": { up: (db) => filesAndResults(db, kind) },
    "0003-environments": { up: (db) => environments(db, kind) },
    "0004-ledger": { up: (db) => ledger(db, kind) },
    "0005-call-source": { up: (db) => callSource(db, kind) },
    "0006-resends": { up: (db) => resends(db, kind) },
    "0007-allowed-hosts": { up: (db) => allowedHosts(db, kind) },
    "0008-queued-time": { up: (db) => queuedTime(db, kind) },
  };
}

/** Strict: SQLite then refuses a value of the wrong type, as PostgreSQL does. */
const creator =
  (kind: DatabaseKind) =>
  (table: CreateTableBuilder<string>): Promise<void> =>
    (kind === "sqlite" ? table.modifyEnd(sql`strict`) : table).execute();

async function firstTables(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const { text, integer, real, bytes } = columnTypes[kind];
  const create = creator(kind);

  await create(
    db.schema
      .createTable("session")
      .addColumn("id_hash", text, (c) => c.notNull().primaryKey())
      .addColumn("owner_id", text, (c) => c.notNull())
      .addColumn("created_at", integer, (c) => c.notNull())
      .addColumn("last_seen_at", integer, (c) => c.notNull())
      .addColumn("expires_at", integer, (c) => c.notNull())
      .addColumn("key_sealed", text)
      .addColumn("key_label", text)
      .addColumn("key_checked_at", integer)
      .addColumn("key_note", text)
      .addColumn("model", text),
  );
  await db.schema.createIndex("session_expires").on("session").column("expires_at").execute();

  await create(
    db.schema
      .createTable("snippet")
      .addColumn("id", text, (c) => c.notNull().primaryKey())
      .addColumn("owner_id", text, (c) => c.notNull())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("code", text, (c) => c.notNull())
      .addColumn("revision", integer, (c) => c.notNull())
      .addColumn("created_at", integer, (c) => c.notNull())
      .addColumn("updated_at", integer, (c) => c.notNull())
      .addColumn("deleted_at", integer),
  );
  await db.schema
    .createIndex("snippet_list")
    .on("snippet")
    .columns(["owner_id", "deleted_at", "updated_at", "id"])
    .execute();
  await db.schema.createIndex("snippet_deleted").on("snippet").column("deleted_at").execute();

  await create(
    db.schema
      .createTable("run")
      .addColumn("id", text, (c) => c.notNull().primaryKey())
      .addColumn("owner_id", text, (c) => c.notNull())
      .addColumn("idempotency_key", text, (c) => c.notNull())
      .addColumn("snippet_id", text)
      .addColumn("file_name", text, (c) => c.notNull())
      .addColumn("code", text, (c) => c.notNull())
      .addColumn("args", text, (c) => c.notNull())
      .addColumn("model", text)
      .addColumn("state", text, (c) => c.notNull())
      .addColumn("reason", text)
      .addColumn("exit_code", integer)
      .addColumn("signal", text)
      .addColumn("timeout_ms", integer, (c) => c.notNull())
      .addColumn("created_at", integer, (c) => c.notNull())
      .addColumn("started_at", integer)
      .addColumn("ended_at", integer)
      .addColumn("wall_ms", real)
      .addColumn("cpu_ms", real)
      .addColumn("peak_bytes", integer)
      .addColumn("output_bytes", integer, (c) => c.notNull())
      .addColumn("dropped_bytes", integer, (c) => c.notNull())
      .addColumn("simulated", integer, (c) => c.notNull())
      .addUniqueConstraint("run_idempotency", ["owner_id", "idempotency_key"]),
  );
  await db.schema.createIndex("run_list").on("run").columns(["owner_id", "created_at", "id"]).execute();
  await db.schema.createIndex("run_state").on("run").column("state").execute();

  await create(
    db.schema
      .createTable("run_output")
      .addColumn("run_id", text, (c) => c.notNull().references("run.id").onDelete("cascade"))
      .addColumn("n", integer, (c) => c.notNull())
      .addColumn("at", integer, (c) => c.notNull())
      .addColumn("stream", text, (c) => c.notNull())
      .addColumn("bytes", bytes, (c) => c.notNull())
      .addPrimaryKeyConstraint("run_output_pk", ["run_id", "n"]),
  );

  await create(
    db.schema
      .createTable("call")
      .addColumn("id", text, (c) => c.notNull().primaryKey())
      .addColumn("run_id", text, (c) => c.notNull().references("run.id").onDelete("cascade"))
      .addColumn("owner_id", text, (c) => c.notNull())
      .addColumn("number", integer, (c) => c.notNull())
      .addColumn("state", text, (c) => c.notNull())
      .addColumn("method", text, (c) => c.notNull())
      .addColumn("path", text, (c) => c.notNull())
      .addColumn("model", text)
      .addColumn("provider", text)
      .addColumn("status", integer)
      .addColumn("stream", integer, (c) => c.notNull())
      .addColumn("prompt_tokens", integer)
      .addColumn("completion_tokens", integer)
      .addColumn("cost_pico_usd", integer)
      .addColumn("cost_text", text)
      .addColumn("ttft_ms", real)
      .addColumn("duration_ms", real)
      .addColumn("started_at", integer, (c) => c.notNull())
      .addColumn("start_ms", real, (c) => c.notNull())
      .addColumn("generation_id", text)
      .addColumn("finish_reason", text)
      .addColumn("error_code", text)
      .addColumn("error_message", text)
      .addColumn("request_bytes", integer, (c) => c.notNull())
      .addColumn("response_bytes", integer, (c) => c.notNull())
      .addColumn("recording_cut", integer, (c) => c.notNull())
      .addColumn("simulated", integer, (c) => c.notNull())
      .addUniqueConstraint("call_number", ["run_id", "number"]),
  );
  await db.schema.createIndex("call_state").on("call").column("state").execute();

  await create(
    db.schema
      .createTable("recording")
      .addColumn("call_id", text, (c) => c.notNull().primaryKey().references("call.id").onDelete("cascade"))
      .addColumn("request_headers", text, (c) => c.notNull())
      .addColumn("request_body", bytes, (c) => c.notNull())
      .addColumn("response_headers", text, (c) => c.notNull())
      .addColumn("response_body", bytes, (c) => c.notNull())
      .addColumn("arrivals", text, (c) => c.notNull()),
  );
}

/** Files beside programs, what runs showed and made, and whether a run had a terminal. */
async function filesAndResults(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const { text, integer, bytes } = columnTypes[kind];
  const create = creator(kind);
  for (const parent of ["snippet", "run"]) {
    const id = `${parent}_id`;
    await create(
      db.schema
        .createTable(`${parent}_file`)
        .addColumn(id, text, (c) => c.notNull().references(`${parent}.id`).onDelete("cascade"))
        .addColumn("path", text, (c) => c.notNull())
        .addColumn("encoding", text, (c) => c.notNull())
        .addColumn("bytes", bytes, (c) => c.notNull())
        .addPrimaryKeyConstraint(`${parent}_file_pk`, [id, "path"] as never),
    );
  }
  await create(
    db.schema
      .createTable("run_result")
      .addColumn("run_id", text, (c) => c.notNull().references("run.id").onDelete("cascade"))
      .addColumn("number", integer, (c) => c.notNull())
      .addColumn("n", integer, (c) => c.notNull())
      .addColumn("at", integer, (c) => c.notNull())
      .addColumn("kind", text, (c) => c.notNull())
      .addColumn("media_type", text)
      .addColumn("name", text)
      .addColumn("size_bytes", integer, (c) => c.notNull())
      .addColumn("note", text)
      // Last: reading what stands before it does not read it.
      .addColumn("bytes", bytes)
      .addPrimaryKeyConstraint("run_result_pk", ["run_id", "number"]),
  );
  await db.schema
    .alterTable("run")
    .addColumn("terminal", integer, (c) => c.notNull().defaultTo(0))
    .execute();
}

/** Which Python environment a session chose, and what it added to its own. */
async function environments(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const { text } = columnTypes[kind];
  await db.schema.alterTable("session").addColumn("environment", text).execute();
  await db.schema.alterTable("session").addColumn("requirements", text).execute();
  await db.schema.createIndex("session_owner").on("session").column("owner_id").execute();
}

/** What calls reserve, what they were charged for, and the ceilings that sessions set on both. */
async function ledger(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const { text, integer } = columnTypes[kind];
  const create = creator(kind);
  await db.schema.alterTable("session").addColumn("ceilings", text).execute();
  await db.schema.alterTable("session").addColumn("ceilings_since", integer).execute();
  await db.schema.alterTable("run").addColumn("ceiling_pico_usd", integer).execute();
  await db.schema.alterTable("call").addColumn("reserved_pico_usd", integer).execute();
  await db.schema
    .alterTable("call")
    .addColumn("repeats", integer, (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable("call").addColumn("bill", text).execute();
  await db.schema.createIndex("call_owner").on("call").columns(["owner_id", "started_at"]).execute();
  await create(
    db.schema
      .createTable("spent")
      .addColumn("run_id", text, (c) => c.notNull().primaryKey())
      .addColumn("owner_id", text, (c) => c.notNull())
      .addColumn("at", integer, (c) => c.notNull())
      .addColumn("pico_usd", integer, (c) => c.notNull()),
  );
  await db.schema.createIndex("spent_owner").on("spent").columns(["owner_id", "at"]).execute();
}

/** Which call a person sent again, and by which press of a button. */
async function resends(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const { text, integer } = columnTypes[kind];
  await db.schema.alterTable("call").addColumn("resend_of", integer).execute();
  await db.schema.alterTable("call").addColumn("resend_key", text).execute();
}

/** Which line of the program sent a call, and of which call it is a retry. */
async function callSource(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const { text, integer } = columnTypes[kind];
  await db.schema.alterTable("call").addColumn("sent_from", text).execute();
  await db.schema.alterTable("call").addColumn("retry_of", integer).execute();
}

/** What programs of a session may reach besides what every program may. */
async function allowedHosts(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const { text } = columnTypes[kind];
  await db.schema.alterTable("session").addColumn("reach", text).execute();
}

/** How long a call was in the gateway's own hands before it was sent on. */
async function queuedTime(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const { real } = columnTypes[kind];
  await db.schema.alterTable("call").addColumn("queued_ms", real).execute();
}
