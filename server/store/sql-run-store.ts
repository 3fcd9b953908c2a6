/** Runs in the database; what a run's calls cost is summed there, in integers. */
import { sql, type Expression, type SqlBool, type Transaction } from "kysely";
import { endedStates, RunState } from "../../contract/runs.ts";
import { atomically, type Database } from "./database.ts";
import { byPath } from "./program-file.ts";
import { createOutputStore } from "./sql-output-store.ts";
import type { RunChange, RunRow, RunStore } from "./run-store.ts";
import type { Tables } from "./tables.ts";

const ended = [...endedStates];
const unended = RunState.options.filter((state) => !endedStates.has(state));

/** All but what can be large. */
const summary = [
  "id",
  "ownerId",
  "idempotencyKey",
  "snippetId",
  "fileName",
  "model",
  "state",
  "reason",
  "exitCode",
  "signal",
  "timeoutMs",
  "createdAt",
  "startedAt",
  "endedAt",
  "wallMs",
  "cpuMs",
  "peakBytes",
  "outputBytes",
  "droppedBytes",
  "simulated",
  "terminal",
] as const satisfies readonly (keyof RunRow)[];

export function createRunStore(db: Database): RunStore {
  return {
    async create(row, files = []) {
      const isNew =
        files.length === 0
          ? await insertRun(db, row)
          : await atomically(db, async (trx) => {
              if (!(await insertRun(trx, row))) return false;
              await trx
                .insertInto("runFile")
                .values(files.map((file) => ({ runId: row.id, ...file })))
                .execute();
              return true;
            });
      if (isNew) return { row, isNew };
      const earlier = await db
        .selectFrom("run")
        .selectAll()
        .where("ownerId", "=", row.ownerId)
        .where("idempotencyKey", "=", row.idempotencyKey)
        .executeTakeFirstOrThrow();
      return { row: toRunRow(earlier), isNew: false };
    },

    async find(ownerId, id) {
      const row = await db
        .selectFrom("run")
        .selectAll()
        .select(sums)
        .where("id", "=", id)
        .where("ownerId", "=", ownerId)
        .executeTakeFirst();
      return row === undefined ? null : { ...toRunRow(row), costPicoUsd: BigInt(row.costPicoUsd) };
    },

    async files(id) {
      const query = db.selectFrom("runFile").select(["path", "encoding", "bytes"]).where("runId", "=", id);
      return byPath(await query.execute());
    },

    async list(ownerId, limit) {
      const rows = await db
        .selectFrom("run")
        .select(summary)
        .select(sums)
        .where("ownerId", "=", ownerId)
        .orderBy("createdAt", "desc")
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        ...row,
        simulated: row.simulated !== 0,
        terminal: row.terminal !== 0,
        costPicoUsd: BigInt(row.costPicoUsd),
      }));
    },

    async update(id, change) {
      const columns = changedColumns(change);
      if (Object.keys(columns).length === 0) return;
      await db.updateTable("run").set(columns).where("id", "=", id).execute();
    },

    async loseUnfinished(reason, endedAt) {
      const lost = await db
        .updateTable("run")
        .set({ state: "lost", reason, endedAt })
        .where("state", "in", unended)
        .executeTakeFirst();
      return Number(lost.numUpdatedRows);
    },

    ...createOutputStore(db),

    prune(ownerId, keep) {
      return atomically(db, async (trx) => {
        const gone = await trx
          .deleteFrom("run")
          .where("ownerId", "=", ownerId)
          .where("state", "in", ended)
          .where("id", "in", (query) =>
            query
              .selectFrom("run")
              .select("id")
              .where("ownerId", "=", ownerId)
              .orderBy("createdAt", "desc")
              .orderBy("id", "desc")
              // SQLite takes no offset without a limit; this one is more than there can be.
              .limit(1_000_000)
              .offset(keep),
          )
          .executeTakeFirst();
        return Number(gone.numDeletedRows);
      });
    },
  };
}

/**
 * One look each into the index of the run's calls. Only a call in state `unknown` has spent what nobody knows: a `done` one
 * without a cost was free of charge (the catalogue), a `failed` one was not charged.
 */
const sums = [
  ofCalls<number>(sql`count(*)`).as("callCount"),
  ofCalls<number | bigint>(sql`cast(coalesce(sum(${sql.ref("call.costPicoUsd")}), 0) as bigint)`).as(
    "costPicoUsd",
  ),
  ofCalls<number>(sql`count(*)`, sql<SqlBool>`${sql.ref("call.state")} = 'unknown'`).as("unknownCostCalls"),
];

function ofCalls<T>(what: Expression<unknown>, where: Expression<SqlBool> = sql<SqlBool>`true`) {
  return sql<T>`(select ${what} from ${sql.table("call")} where ${sql.ref("call.runId")} = ${sql.ref("run.id")} and ${where})`;
}

function toRunRow<R extends Tables["run"]>(
  row: R,
): Omit<R, "args" | "simulated" | "terminal"> & Pick<RunRow, "args" | "simulated" | "terminal"> {
  return {
    ...row,
    args: JSON.parse(row.args) as string[],
    simulated: row.simulated !== 0,
    terminal: row.terminal !== 0,
  };
}

function changedColumns({ simulated, terminal, ...change }: RunChange) {
  return {
    ...change,
    ...(simulated === undefined ? {} : { simulated: Number(simulated) }),
    ...(terminal === undefined ? {} : { terminal: Number(terminal) }),
  };
}

/** False when the owner has one under the same idempotency key. */
async function insertRun(db: Database | Transaction<Tables>, row: RunRow): Promise<boolean> {
  const created = await db
    .insertInto("run")
    .values({
      ...row,
      args: JSON.stringify(row.args),
      simulated: Number(row.simulated),
      terminal: Number(row.terminal),
    })
    .onConflict((conflict) => conflict.columns(["ownerId", "idempotencyKey"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  return created !== undefined;
}
