/** Calls and their recordings in the database. The row is small and often read; the recording is large and read alone. */
import type { CallChange, CallRow, CallStore, Recording } from "./call-store.ts";
import type { Database } from "./database.ts";
import type { Tables } from "./tables.ts";

export function createCallStore(db: Database): CallStore {
  return {
    async create(row) {
      await db
        .insertInto("call")
        .values({
          ...row,
          stream: Number(row.stream),
          recordingCut: Number(row.recordingCut),
          simulated: Number(row.simulated),
        })
        .execute();
    },

    async update(id, change) {
      const columns = changedColumns(change);
      if (Object.keys(columns).length === 0) return;
      await db.updateTable("call").set(columns).where("id", "=", id).execute();
    },

    async saveRecording(id, recording) {
      const columns = toColumns(recording);
      await db
        .insertInto("recording")
        .values({ callId: id, ...columns })
        .onConflict((conflict) => conflict.column("callId").doUpdateSet(columns))
        .execute();
    },

    async list(ownerId, runId) {
      const rows = await db
        .selectFrom("call")
        .selectAll()
        .where("runId", "=", runId)
        .where("ownerId", "=", ownerId)
        .orderBy("number")
        .execute();
      return rows.map(toCallRow);
    },

    async find(ownerId, runId, number) {
      const row = await db
        .selectFrom("call")
        .selectAll()
        .where("runId", "=", runId)
        .where("number", "=", number)
        .where("ownerId", "=", ownerId)
        .executeTakeFirst();
      if (row === undefined) return null;
      const recording = await db
        .selectFrom("recording")
        .selectAll()
        .where("callId", "=", row.id)
        .executeTakeFirst();
      return { row: toCallRow(row), recording: recording === undefined ? null : toRecording(recording) };
    },

    async settleUnfinished(message) {
      const settled = await db
        .updateTable("call")
        .set({ state: "unknown", errorCode: "lost", errorMessage: message })
        .where("state", "in", ["open", "streaming"])
        .executeTakeFirst();
      return Number(settled.numUpdatedRows);
    },
  };
}

function changedColumns({ stream, recordingCut, simulated, ...change }: CallChange) {
  return {
    ...change,
    ...(stream === undefined ? {} : { stream: Number(stream) }),
    ...(recordingCut === undefined ? {} : { recordingCut: Number(recordingCut) }),
    ...(simulated === undefined ? {} : { simulated: Number(simulated) }),
  };
}

function toCallRow(row: Tables["call"]): CallRow {
  return {
    ...row,
    stream: row.stream !== 0,
    recordingCut: row.recordingCut !== 0,
    simulated: row.simulated !== 0,
    costPicoUsd: row.costPicoUsd === null ? null : BigInt(row.costPicoUsd),
  };
}

function toColumns(recording: Recording): Omit<Tables["recording"], "callId"> {
  return {
    requestHeaders: JSON.stringify(recording.requestHeaders),
    requestBody: recording.requestBody,
    responseHeaders: JSON.stringify(recording.responseHeaders),
    responseBody: recording.responseBody,
    arrivals: JSON.stringify(recording.arrivals),
  };
}

/** JSON that `toColumns` wrote. */
function toRecording(row: Tables["recording"]): Recording {
  return {
    requestHeaders: JSON.parse(row.requestHeaders) as [string, string][],
    requestBody: row.requestBody,
    responseHeaders: JSON.parse(row.responseHeaders) as [string, string][],
    responseBody: row.responseBody,
    arrivals: JSON.parse(row.arrivals) as [number, number][],
  };
}
