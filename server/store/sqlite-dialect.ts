/** Kysely over node:sqlite: statements are kept prepared, writers begin at once, and waiting for a lock blocks nobody else. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout as after } from "node:timers/promises";
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from "kysely";
import { fromColumns, toColumn } from "./column-values.ts";
import { isBusy, sqliteRefusal } from "./sqlite-errors.ts";
import { StoreUnavailable } from "./unavailable.ts";

export interface SqliteDialect extends Dialect {
  /**
   * Writes all of them or throws and writes none, before it returns: what goes through Kysely takes several turns, and as long
   * again. False: nothing was done, because a transaction is under way or another process has the lock.
   */
  readonly writeNow: (statements: readonly CompiledQuery[]) => boolean;
}

/**
 * `busyMs`: how long a statement waits for another process's lock before it throws `StoreUnavailable`. `wrote` hears of each
 * statement that wrote, and how many bytes stood in its values of bytes.
 */
export function sqliteDialect(
  database: DatabaseSync,
  busyMs: number,
  wrote: (bytes: number) => void = () => undefined,
): SqliteDialect {
  const connection = new SqliteConnection(database, busyMs, wrote);
  return {
    writeNow: (statements) => connection.writeNow(statements),
    createDriver: () => new SqliteDriver(database, connection),
    createAdapter: () => new TransactionalSqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  };
}

/** SQLite does roll back DDL; Kysely's own adapter leaves it out, and a migration killed half-way would stay half-done. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Kysely lets one user at a time have the only connection, so no transaction ever sees another's statements. */
class SqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #connection: SqliteConnection;

  constructor(database: DatabaseSync, connection: SqliteConnection) {
    this.#database = database;
    this.#connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  /** Takes the write lock now: a transaction that only finds out at its first write can't wait for it any more. */
  async beginTransaction(): Promise<void> {
    await this.#connection.executeQuery(begin);
  }

  async commitTransaction(): Promise<void> {
    await this.#connection.executeQuery(commit);
  }

  /** After a full disk or an I/O error SQLite has already rolled back by itself. */
  async rollbackTransaction(): Promise<void> {
    if (this.#database.isTransaction) await this.#connection.executeQuery(rollback);
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#connection.forgetStatements();
    if (this.#database.isOpen) this.#database.close();
  }
}

const begin = CompiledQuery.raw("begin immediate");
const commit = CompiledQuery.raw("commit");
const rollback = CompiledQuery.raw("rollback");

interface Prepared {
  readonly statement: StatementSync;
  /** Whether it answers with rows: asked of SQLite, not guessed from the text. */
  readonly reads: boolean;
}

const keptStatements = 200;

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #busyMs: number;
  readonly #wrote: (bytes: number) => void;
  /** Oldest use first; the oldest goes when there are more than `keptStatements`. */
  readonly #statements = new Map<string, Prepared>();

  constructor(database: DatabaseSync, busyMs: number, wrote: (bytes: number) => void) {
    this.#database = database;
    this.#busyMs = busyMs;
    this.#wrote = wrote;
  }

  /**
   * SQLite's own busy handler would sleep in this thread and stop the whole server, so the wait is ours. Inside a
   * transaction there is nothing to wait for: it holds the write lock since `begin immediate`.
   */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const giveUpAt = performance.now() + this.#busyMs;
    for (let wait = 1; ; wait = Math.min(2 * wait, 20)) {
      try {
        return this.#execute<R>(query);
      } catch (error) {
        if (!isBusy(error) || this.#database.isTransaction || performance.now() >= giveUpAt)
          throw sqliteRefusal(error) === null ? error : new StoreUnavailable(error);
      }
      await after(wait);
    }
  }

  writeNow(statements: readonly CompiledQuery[]): boolean {
    if (!this.#database.isOpen || this.#database.isTransaction) return false;
    const isOne = statements.length === 1;
    try {
      if (!isOne) this.#execute(begin);
      for (const statement of statements) this.#execute(statement);
      if (!isOne) this.#execute(commit);
      return true;
    } catch (error) {
      if (this.#database.isTransaction) this.#execute(rollback);
      if (isBusy(error)) return false;
      throw sqliteRefusal(error) === null ? error : new StoreUnavailable(error);
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    // Not a kept statement: another query with the same text may run while this one is read.
    const statement = this.#prepare(query.sql).statement;
    for (const row of statement.iterate(...parametersOf(query))) {
      const rows = [row];
      fromColumns(rows);
      yield { rows: rows as R[] };
    }
  }

  forgetStatements(): void {
    this.#statements.clear();
  }

  #execute<R>(query: CompiledQuery): QueryResult<R> {
    const { statement, reads } = this.#kept(query.sql);
    if (reads) {
      const rows = statement.all(...parametersOf(query));
      fromColumns(rows);
      return { rows: rows as R[] };
    }
    const { changes, lastInsertRowid } = statement.run(...parametersOf(query));
    if (changes > 0) this.#wrote(bytesIn(query.parameters));
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  #kept(text: string): Prepared {
    const prepared = this.#statements.get(text) ?? this.#prepare(text);
    this.#statements.delete(text);
    this.#statements.set(text, prepared);
    if (this.#statements.size > keptStatements) {
      const [oldest] = this.#statements.keys();
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    return prepared;
  }

  #prepare(text: string): Prepared {
    const statement = this.#database.prepare(text, { readBigInts: true });
    return { statement, reads: statement.columns().length > 0 };
  }
}

type Bindable = string | number | bigint | null | Uint8Array;

const parametersOf = (query: CompiledQuery): Bindable[] => query.parameters.map(toColumn) as Bindable[];

function bytesIn(parameters: readonly unknown[]): number {
  let bytes = 0;
  for (const value of parameters) if (value instanceof Uint8Array) bytes += value.length;
  return bytes;
}
