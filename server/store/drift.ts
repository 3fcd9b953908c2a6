/** Compares the declared tables with those in a database, so that a migration can't quietly differ from the declaration. */
import { sql, type Kysely } from "kysely";
import type { DatabaseKind } from "./database-url.ts";
import { snakeCase, tables, type ColumnKind, type Table } from "./tables.ts";

/** Each difference as one line; empty when there is none. `db` is without the camel-case plugin. */
export async function drift(db: Kysely<unknown>, kind: DatabaseKind): Promise<readonly string[]> {
  const declared = new Set(declaration());
  const found = new Set(kind === "sqlite" ? await foundInSqlite(db) : await foundInPostgres(db));
  return [
    ...[...declared].filter((fact) => !found.has(fact)).map((fact) => `missing: ${fact}`),
    ...[...found].filter((fact) => !declared.has(fact)).map((fact) => `undeclared: ${fact}`),
  ].sort();
}

const fact = {
  column: (table: string, name: string, kind: string, nullable: boolean) =>
    `${table}.${name} ${kind}${nullable ? " or null" : ""}`,
  primaryKey: (table: string, columns: readonly string[]) => `${table} primary key (${columns.join(", ")})`,
  unique: (table: string, columns: readonly string[]) => `${table} unique (${columns.join(", ")})`,
  index: (table: string, columns: readonly string[]) => `${table} index (${columns.join(", ")})`,
  child: (table: string, column: string, parent: string) => `${table}.${column} is child of ${parent}.id`,
};

function declaration(): string[] {
  return Object.entries<Table>(tables).flatMap(([camelName, table]) => {
    const name = snakeCase(camelName);
    const snake = (columns: readonly string[]) => columns.map(snakeCase);
    return [
      ...Object.entries(table.columns).map(([column, { kind, nullable }]) =>
        fact.column(name, snakeCase(column), kind, nullable),
      ),
      fact.primaryKey(name, snake(table.primaryKey)),
      ...(table.unique ?? []).map((columns) => fact.unique(name, snake(columns))),
      ...(table.indexes ?? []).map((columns) => fact.index(name, snake(columns))),
      ...Object.entries(table.childOf ?? {}).map(([column, parent]) =>
        fact.child(name, snakeCase(column), snakeCase(parent)),
      ),
    ];
  });
}

const kindInSqlite: Readonly<Record<string, ColumnKind>> = {
  TEXT: "text",
  INTEGER: "integer",
  REAL: "real",
  BLOB: "bytes",
};

async function foundInSqlite(db: Kysely<unknown>): Promise<string[]> {
  const columns = await sql<{ table: string; name: string; type: string; required: number; pk: number }>`
    select t.name as "table", c.name, upper(c.type) as type, c."notnull" as required, c.pk
    from sqlite_master t, pragma_table_info(t.name) c
    where t.type = 'table' and t.name not like 'kysely_%' order by t.name, c.pk`.execute(db);
  const sets = await sql<{ table: string; origin: string; columns: string }>`
    select "table", origin, group_concat(name, ', ') as columns from (
      select t.name as "table", i.name as ix, i.origin, x.name
      from sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) x
      where t.type = 'table' and t.name not like 'kysely_%' order by t.name, i.name, x.seqno)
    group by "table", ix, origin`.execute(db);
  const children = await sql<{ table: string; name: string; parent: string; to: string; action: string }>`
    select t.name as "table", f."from" as name, f."table" as parent, f."to", f.on_delete as action
    from sqlite_master t, pragma_foreign_key_list(t.name) f where t.type = 'table'`.execute(db);
  return [
    ...columns.rows.map((c) =>
      fact.column(c.table, c.name, kindInSqlite[c.type] ?? c.type, c.required === 0),
    ),
    ...[...Map.groupBy(columns.rows, (c) => c.table)].map(([table, of]) =>
      fact.primaryKey(
        table,
        of.filter((c) => c.pk > 0).map((c) => c.name),
      ),
    ),
    ...sets.rows
      .filter((set) => set.origin !== "pk")
      .map((set) => (set.origin === "u" ? fact.unique : fact.index)(set.table, [set.columns])),
    ...children.rows.map((c) =>
      fact.child(
        c.table,
        c.name,
        c.to === "id" && c.action === "CASCADE" ? c.parent : `${c.parent} (${c.to}, ${c.action})`,
      ),
    ),
  ];
}

const kindInPostgres: Readonly<Record<string, ColumnKind>> = {
  text: "text",
  bigint: "integer",
  "double precision": "real",
  bytea: "bytes",
};

async function foundInPostgres(db: Kysely<unknown>): Promise<string[]> {
  const columns = await sql<{ table: string; name: string; type: string; nullable: string }>`
    select table_name as "table", column_name as name, data_type as type, is_nullable as nullable
    from information_schema.columns
    where table_schema = current_schema() and table_name not like 'kysely_%'`.execute(db);
  const sets = await sql<{ table: string; what: string; columns: string }>`
    select t.relname as "table",
      case when i.indisprimary then 'primaryKey' when i.indisunique then 'unique' else 'index' end as what,
      string_agg(a.attname, ', ' order by k.place) as columns
    from pg_index i join pg_class t on t.oid = i.indrelid
      join unnest(i.indkey) with ordinality as k(attnum, place) on true
      join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
    where t.relnamespace = current_schema()::regnamespace and t.relname not like 'kysely_%'
    group by t.relname, i.indexrelid, i.indisprimary, i.indisunique`.execute(db);
  const children = await sql<{ table: string; name: string; parent: string; to: string; action: string }>`
    select t.relname as "table", a.attname as name, p.relname as parent, b.attname as "to", c.confdeltype as action
    from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class p on p.oid = c.confrelid
      join pg_attribute a on a.attrelid = t.oid and a.attnum = c.conkey[1]
      join pg_attribute b on b.attrelid = p.oid and b.attnum = c.confkey[1]
    where c.contype = 'f' and t.relnamespace = current_schema()::regnamespace`.execute(db);
  return [
    ...columns.rows.map((c) =>
      fact.column(c.table, c.name, kindInPostgres[c.type] ?? c.type, c.nullable === "YES"),
    ),
    ...sets.rows.map((set) => fact[set.what as "primaryKey" | "unique" | "index"](set.table, [set.columns])),
    ...children.rows.map((c) =>
      fact.child(
        c.table,
        c.name,
        c.to === "id" && c.action === "c" ? c.parent : `${c.parent} (${c.to}, ${c.action})`,
      ),
    ),
  ];
}
