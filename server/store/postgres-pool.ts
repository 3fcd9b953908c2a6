/** The pool of PostgreSQL connections as Kysely takes it: each is checked before use and renewed after its lifetime. */
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import pg from "pg";
import type { Log } from "../log.ts";
import { fromColumns, toColumn } from "./column-values.ts";
import { postgresRefusal } from "./postgres-errors.ts";
import { StoreUnavailable } from "./unavailable.ts";

export interface PoolOptions {
  readonly max: number;
  /** A statement that takes longer fails and its connection is closed; 0 for no limit. */
  readonly statementMs: number;
  /** A connection unused for this long is asked for a sign of life before it is handed out. */
  readonly checkAfterIdleMs: number;
  /** One older than this is closed instead of being handed out again. */
  readonly lifetimeSeconds: number;
}

/** How long a connection has to give its sign of life. */
const checkMs = 2_000;

const int8 = 20;

export function createPool(url: string, options: PoolOptions, log: Log): PostgresPool {
  const types = new pg.TypeOverrides();
  types.setTypeParser(int8, (text) => BigInt(text));
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "openrouter-ide",
    max: options.max,
    types,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: options.lifetimeSeconds,
    ...(options.statementMs > 0 ? { query_timeout: options.statementMs } : {}),
  });
  const clients = new WeakMap<pg.PoolClient, CheckedClient>();
  pool.on("connect", (client) => {
    const checked = new CheckedClient(client);
    clients.set(client, checked);
    // Without a listener a connection that breaks between two statements would end the process.
    client.on("error", (error) => {
      checked.broken = true;
      log.warn({ err: error }, "database connection lost");
    });
  });
  pool.on("error", (error) => log.debug({ err: error }, "idle database connection lost"));

  async function connect(): Promise<PostgresPoolClient> {
    for (;;) {
      const checked = clients.get(await connectOnce(pool));
      if (checked === undefined) throw new Error("The pool handed out a connection that it never announced.");
      if (await checked.answers(options.checkAfterIdleMs)) return checked;
      // A dead one is thrown away; in the end the pool opens a new one, or says why it can't.
      checked.release(true);
    }
  }

  return { connect, end: () => pool.end(), options: pool.options };
}

async function connectOnce(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw postgresRefusal(error) === null ? error : new StoreUnavailable(error);
  }
}

class CheckedClient implements PostgresPoolClient {
  broken = false;
  readonly #client: pg.PoolClient;
  #freedAt: number | null = null;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  /** Kysely's second form, with a cursor, is only for reading in steps, which the dialect is not set up for. */
  readonly query = ((text: string, parameters: readonly unknown[]) =>
    this.#execute(text, parameters)) as PostgresPoolClient["query"];

  /** Values in and out are those of `column-values.ts`, as on SQLite. */
  async #execute(
    text: string,
    parameters: readonly unknown[],
  ): Promise<PostgresQueryResult<Record<string, unknown>>> {
    try {
      const result = await this.#client.query<Record<string, unknown>>(text, parameters.map(toColumn));
      fromColumns(result.rows);
      return {
        command: result.command as PostgresQueryResult<unknown>["command"],
        rowCount: result.rowCount ?? 0,
        rows: result.rows,
      };
    } catch (error) {
      if (postgresRefusal(error) === null) throw error;
      this.broken = true;
      throw new StoreUnavailable(error);
    }
  }

  release(destroy = false): void {
    this.#freedAt = performance.now();
    this.#client.release(destroy || this.broken);
  }

  async answers(checkAfterIdleMs: number): Promise<boolean> {
    if (this.broken) return false;
    if (this.#freedAt === null || performance.now() - this.#freedAt < checkAfterIdleMs) return true;
    const { promise: tooLate, resolve } = Promise.withResolvers<false>();
    const timer = setTimeout(resolve, checkMs, false);
    const answered = this.#client.query("select 1").then(
      () => true,
      // Whatever it says, this connection is of no use; a lasting cause shows when the next one is opened.
      () => false,
    );
    const alive = await Promise.race([answered, tooLate]);
    clearTimeout(timer);
    return alive;
  }
}
