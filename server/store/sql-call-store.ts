/** Calls and their recordings in the database. The row is small and often read; the recording is large and read alone. */
import { sql } from "kysely";
import type { CallId } from "../../contract/ids.ts";
import { createCallEnds } from "./call-ends.ts";
import type { CallChange, CallRow, CallStore, ListedCall, Recording } from "./call-store.ts";
import { writerTo, type Database, type WriteTogether } from "./database.ts";
import { heldBy } from "./held.ts";
import { keptStatement } from "./kept-statements.ts";
import type { Disk } from "./sqlite-sync.ts";
import { tables, type Tables } from "./tables.ts";

type Column = keyof typeof tables.call.columns;
/** All but the bill. */
const summary = (Object.keys(tables.call.columns) as Column[]).filter(
  (name): name is Exclude<Column, "bill"> => name !== "bill",
);

export function createCallStore(db: Database, disk: Disk, write: WriteTogether = writerTo(db)): CallStore {
  const insertCall = keptStatement((values: NewRow) => db.insertInto("call").values(values));
  const updateCall = keptStatement((change: ReturnType<typeof changedColumns>, id: CallId) =>
    db.updateTable("call").set(change).where("id", "=", id),
  );
  const insertRecording = keptStatement((values: Tables["recording"]) =>
    db.insertInto("recording").values(values),
  );
  const end = createCallEnds((ends) =>
    write(
      ends.flatMap(({ id, change, recording }) => [
        updateCall(changedColumns(change), id),
        insertRecording({ callId: id, ...toColumns(recording) }),
      ]),
    ),
  );
  return {
    async create(row) {
      const values = {
        ...row,
        stream: Number(row.stream),
        recordingCut: Number(row.recordingCut),
        simulated: Number(row.simulated),
      };
      await write([insertCall(values)]);
    },

    async update(id, change) {
      const columns = changedColumns(change);
      if (Object.keys(columns).length === 0) return;
      await write([updateCall(columns, id)]);
    },

    synced: () => disk.synced(),

    finish: (id, change, recording) => end({ id, change, recording }),

    async list(ownerId, runId) {
      const rows = await db
        .selectFrom("call")
        .select(summary)
        .where("runId", "=", runId)
        .where("ownerId", "=", ownerId)
        .orderBy("number")
        .execute();
      return rows.map(toListed);
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

    async settleUnknown(id, change) {
      const settled = await db
        .updateTable("call")
        .set(changedColumns(change))
        .where("id", "=", id)
        .where("state", "=", "unknown")
        .executeTakeFirst();
      return Number(settled.numUpdatedRows) === 1;
    },

    async unknownSince(since, limit) {
      const rows = await db
        .selectFrom("call")
        .selectAll()
        .where("state", "=", "unknown")
        .where("generationId", "is not", null)
        .where("startedAt", ">=", since)
        .where("simulated", "=", 0)
        .orderBy("startedAt", "desc")
        .limit(limit)
        .execute();
      return rows.map(toCallRow);
    },

    async heldSince(ownerId, since) {
      const calls = await db
        .selectFrom("call")
        .select(heldBy.as("held"))
        .where("ownerId", "=", ownerId)
        .where("startedAt", ">=", since)
        .where("simulated", "=", 0)
        .executeTakeFirstOrThrow();
      const removed = await db
        .selectFrom("spent")
        .select(sql<number | bigint>`cast(coalesce(sum(${sql.ref("picoUsd")}), 0) as bigint)`.as("held"))
        .where("ownerId", "=", ownerId)
        .where("at", ">=", since)
        .executeTakeFirstOrThrow();
      return BigInt(calls.held) + BigInt(removed.held);
    },
  };
}

type Flag = "stream" | "recordingCut" | "simulated";
type NewRow = Omit<CallRow, Flag> & Readonly<Record<Flag, number>>;

function changedColumns({ stream, recordingCut, simulated, ...change }: CallChange) {
  return {
    ...change,
    ...(stream === undefined ? {} : { stream: Number(stream) }),
    ...(recordingCut === undefined ? {} : { recordingCut: Number(recordingCut) }),
    ...(simulated === undefined ? {} : { simulated: Number(simulated) }),
  };
}

function toCallRow(row: Tables["call"]): CallRow {
  return { ...toListed(row), bill: row.bill };
}

function toListed(row: Omit<Tables["call"], "bill">): ListedCall {
  return {
    ...row,
    stream: row.stream !== 0,
    recordingCut: row.recordingCut !== 0,
    simulated: row.simulated !== 0,
    costPicoUsd: row.costPicoUsd === null ? null : BigInt(row.costPicoUsd),
    reservedPicoUsd: row.reservedPicoUsd === null ? null : BigInt(row.reservedPicoUsd),
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
