/** Runs in the database; what a run's calls cost is summed there, in integers. */
import {
  sql,
  type Expression,
  type Insertable,
  type SqlBool,
  type Transaction,
  type Updateable,
} from "kysely";
import { overBudgetCode } from "../../contract/calls.ts";
import type { OwnerId, RunId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import { endedStates, RunState } from "../../contract/runs.ts";
import { atomically, type Database } from "./database.ts";
import { heldBy } from "./held.ts";
import { keptQuery, keptStatement } from "./kept-statements.ts";
import { byPath } from "./program-file.ts";
import { createOutputStore } from "./sql-output-store.ts";
import type { RunChange, RunRow, RunStore } from "./run-store.ts";
import type { Tables } from "./tables.ts";

const unended = RunState.options.filter((state) => !endedStates.has(state));

const mostPrunedAtOnce = 1_000;

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
  "ceilingPicoUsd",
] as const satisfies readonly (keyof RunRow)[];

export function createRunStore(db: Database): RunStore {
  const insertRun = keptStatement((values: Insertable<Tables["run"]>) =>
    db
      .insertInto("run")
      .values(values)
      .onConflict((conflict) => conflict.columns(["ownerId", "idempotencyKey"]).doNothing())
      .returning("id"),
  );
  /** False when the owner has one under the same idempotency key. */
  const insert = async (on: Database | Transaction<Tables>, row: RunRow): Promise<boolean> =>
    (await on.executeQuery(insertRun(toColumns(row)))).rows.length > 0;
  const updateRun = keptStatement((columns: Updateable<Tables["run"]>, id: RunId) =>
    db.updateTable("run").set(columns).where("id", "=", id),
  );
  const runsBeyond = keptQuery((ownerId: OwnerId, most: number, keep: number) =>
    db
      .selectFrom("run")
      .select(["id", "state"])
      .where("ownerId", "=", ownerId)
      .orderBy("createdAt", "desc")
      .orderBy("id", "desc")
      // SQLite takes no offset without a limit.
      .limit(most)
      .offset(keep),
  );
  return {
    async create(row, files = []) {
      const isNew =
        files.length === 0
          ? await insert(db, row)
          : await atomically(db, async (trx) => {
              if (!(await insert(trx, row))) return false;
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
        ceilingPicoUsd: maybeBig(row.ceilingPicoUsd),
        costPicoUsd: BigInt(row.costPicoUsd),
      }));
    },

    async update(id, change) {
      const columns = changedColumns(change);
      if (Object.keys(columns).length === 0) return;
      await db.executeQuery(updateRun(columns, id));
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
        const beyond = await trx.executeQuery(runsBeyond(ownerId, mostPrunedAtOnce, keep));
        const old = beyond.rows.filter(({ state }) => endedStates.has(state)).map(({ id }) => id);
        if (old.length === 0) return 0;
        await keepSpending(trx, ownerId, old);
        const gone = await trx.deleteFrom("run").where("id", "in", old).executeTakeFirst();
        return Number(gone.numDeletedRows);
      });
    },
  };
}

/** Their calls go with the runs; what those count for against a ceiling stays, dated with the last of each run. */
async function keepSpending(
  trx: Transaction<Tables>,
  ownerId: RunRow["ownerId"],
  runs: readonly RunRow["id"][],
): Promise<void> {
  const sums = await trx
    .selectFrom("call")
    .select((query) => ["runId", query.fn.max("startedAt").as("at"), heldBy.as("picoUsd")])
    .where("runId", "in", runs)
    .where("simulated", "=", 0)
    .groupBy("runId")
    .execute();
  const spent = sums.filter(({ picoUsd }) => BigInt(picoUsd) > 0n).map((sum) => ({ ...sum, ownerId }));
  if (spent.length === 0) return;
  await trx.insertInto("spent").values(spent).execute();
  // No ceiling counts what is older than a session can be.
  const before = Math.max(...spent.map(({ at }) => at)) - limits.sessionIdleMs;
  await trx.deleteFrom("spent").where("ownerId", "=", ownerId).where("at", "<", before).execute();
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
  ofCalls<number | null>(
    sql`min(${sql.ref("call.number")})`,
    sql<SqlBool>`${sql.ref("call.errorCode")} = ${overBudgetCode} and ${sql.ref("call.resendOf")} is null`,
  ).as("overBudgetAt"),
];

function ofCalls<T>(what: Expression<unknown>, where: Expression<SqlBool> = sql<SqlBool>`true`) {
  return sql<T>`(select ${what} from ${sql.table("call")} where ${sql.ref("call.runId")} = ${sql.ref("run.id")} and ${where})`;
}

function toRunRow<R extends Tables["run"]>(row: R): Omit<R, Converted> & Pick<RunRow, Converted> {
  return {
    ...row,
    args: JSON.parse(row.args) as string[],
    simulated: row.simulated !== 0,
    terminal: row.terminal !== 0,
    ceilingPicoUsd: maybeBig(row.ceilingPicoUsd),
  };
}

type Converted = "args" | "simulated" | "terminal" | "ceilingPicoUsd";

const maybeBig = (value: number | bigint | null): bigint | null => (value === null ? null : BigInt(value));

function changedColumns({ simulated, terminal, ...change }: RunChange) {
  return {
    ...change,
    ...(simulated === undefined ? {} : { simulated: Number(simulated) }),
    ...(terminal === undefined ? {} : { terminal: Number(terminal) }),
  };
}

const toColumns = (row: RunRow): Insertable<Tables["run"]> => ({
  ...row,
  args: JSON.stringify(row.args),
  simulated: Number(row.simulated),
  terminal: Number(row.terminal),
});
