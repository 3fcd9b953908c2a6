/** The tables, declared once: row types are inferred from here, and the drift check holds both databases against it. */
import type { CallState } from "../../contract/calls.ts";
import type { LogStream } from "./run-store.ts";
import type { CallId, OwnerId, RunId, SnippetId } from "../../contract/ids.ts";
import type { ProgramFile } from "../../contract/files.ts";
import type { RunResult } from "../../contract/results.ts";
import type { RunState } from "../../contract/runs.ts";

export type ColumnKind = "text" | "integer" | "real" | "bytes";

interface Column<T, Null extends boolean> {
  readonly kind: ColumnKind;
  readonly nullable: Null;
  /** Only a type: what a row holds here. */
  readonly holds?: T;
}

const text = <T extends string = string>(): Column<T, false> => ({ kind: "text", nullable: false });
/** Anything that JSON.stringify wrote. */
const json = text;
const integer: Column<number, false> = { kind: "integer", nullable: false };
/** 0 or 1: SQLite has no other, and one type on both databases needs no second thought. */
const flag: Column<number, false> = { kind: "integer", nullable: false };
/** Unix ms. */
const time = integer;
/** 10^-12 USD, to 64 bits: 9.2 million USD. Comes back as `number` where that is exact. */
const money: Column<number | bigint, false> = { kind: "integer", nullable: false };
const real: Column<number, false> = { kind: "real", nullable: false };
const bytes: Column<Uint8Array, false> = { kind: "bytes", nullable: false };
const maybe = <T>(column: Column<T, false>): Column<T, true> => ({ ...column, nullable: true });

export interface Table {
  readonly columns: Readonly<Record<string, Column<unknown, boolean>>>;
  readonly primaryKey: readonly string[];
  readonly unique?: readonly (readonly string[])[];
  /** One for each query that the primary key and the unique sets do not serve. */
  readonly indexes?: readonly (readonly string[])[];
  /** Column → table whose `id` it holds; the row goes with that one. */
  readonly childOf?: Readonly<Record<string, string>>;
}

export const tables = {
  session: {
    columns: {
      idHash: text(),
      ownerId: text<OwnerId>(),
      createdAt: time,
      lastSeenAt: time,
      expiresAt: time,
      keySealed: maybe(text()),
      keyLabel: maybe(text()),
      keyCheckedAt: maybe(time),
      keyNote: maybe(text()),
      model: maybe(text()),
      environment: maybe(text()),
      requirements: maybe(json()),
      ceilings: maybe(json()),
      ceilingsSince: maybe(time),
      reach: maybe(json()),
    },
    primaryKey: ["idHash"],
    indexes: [["expiresAt"], ["ownerId"]],
  },
  snippet: {
    columns: {
      id: text<SnippetId>(),
      ownerId: text<OwnerId>(),
      name: text(),
      code: text(),
      revision: integer,
      createdAt: time,
      updatedAt: time,
      deletedAt: maybe(time),
    },
    primaryKey: ["id"],
    indexes: [["ownerId", "deletedAt", "updatedAt", "id"], ["deletedAt"]],
  },
  run: {
    columns: {
      id: text<RunId>(),
      ownerId: text<OwnerId>(),
      idempotencyKey: text(),
      // No foreign key: a run outlives the snippet that it was started from.
      snippetId: maybe(text<SnippetId>()),
      fileName: text(),
      code: text(),
      args: json(),
      model: maybe(text()),
      state: text<RunState>(),
      reason: maybe(text()),
      exitCode: maybe(integer),
      signal: maybe(text()),
      timeoutMs: integer,
      createdAt: time,
      startedAt: maybe(time),
      endedAt: maybe(time),
      wallMs: maybe(real),
      cpuMs: maybe(real),
      peakBytes: maybe(integer),
      outputBytes: integer,
      droppedBytes: integer,
      simulated: flag,
      terminal: flag,
      ceilingPicoUsd: maybe(money),
    },
    primaryKey: ["id"],
    unique: [["ownerId", "idempotencyKey"]],
    indexes: [["ownerId", "createdAt", "id"], ["state"]],
  },
  snippetFile: {
    columns: {
      snippetId: text<SnippetId>(),
      path: text(),
      encoding: text<ProgramFile["encoding"]>(),
      bytes,
    },
    primaryKey: ["snippetId", "path"],
    childOf: { snippetId: "snippet" },
  },
  runFile: {
    columns: { runId: text<RunId>(), path: text(), encoding: text<ProgramFile["encoding"]>(), bytes },
    primaryKey: ["runId", "path"],
    childOf: { runId: "run" },
  },
  runResult: {
    columns: {
      runId: text<RunId>(),
      number: integer,
      n: integer,
      at: time,
      kind: text<RunResult["kind"]>(),
      mediaType: maybe(text()),
      name: maybe(text()),
      sizeBytes: integer,
      note: maybe(text()),
      bytes: maybe(bytes),
    },
    primaryKey: ["runId", "number"],
    childOf: { runId: "run" },
  },
  runOutput: {
    columns: { runId: text<RunId>(), n: integer, at: time, stream: text<LogStream>(), bytes },
    primaryKey: ["runId", "n"],
    childOf: { runId: "run" },
  },
  call: {
    columns: {
      id: text<CallId>(),
      runId: text<RunId>(),
      ownerId: text<OwnerId>(),
      number: integer,
      state: text<CallState>(),
      method: text(),
      path: text(),
      model: maybe(text()),
      provider: maybe(text()),
      status: maybe(integer),
      stream: flag,
      promptTokens: maybe(integer),
      completionTokens: maybe(integer),
      costPicoUsd: maybe(money),
      costText: maybe(text()),
      queuedMs: maybe(real),
      ttftMs: maybe(real),
      durationMs: maybe(real),
      startedAt: time,
      startMs: real,
      generationId: maybe(text()),
      finishReason: maybe(text()),
      errorCode: maybe(text()),
      errorMessage: maybe(text()),
      requestBytes: integer,
      responseBytes: integer,
      recordingCut: flag,
      simulated: flag,
      reservedPicoUsd: maybe(money),
      repeats: integer,
      sentFrom: maybe(json()),
      retryOf: maybe(integer),
      resendOf: maybe(integer),
      resendKey: maybe(text()),
      bill: maybe(json()),
    },
    primaryKey: ["id"],
    unique: [["runId", "number"]],
    indexes: [["state"], ["ownerId", "startedAt"]],
    childOf: { runId: "run" },
  },
  /** What removed runs had spent: their calls are gone, a ceiling still counts them. */
  spent: {
    // No foreign key: it is there because the run is not.
    columns: { runId: text<RunId>(), ownerId: text<OwnerId>(), at: time, picoUsd: money },
    primaryKey: ["runId"],
    indexes: [["ownerId", "at"]],
  },
  recording: {
    columns: {
      callId: text<CallId>(),
      requestHeaders: json(),
      requestBody: bytes,
      responseHeaders: json(),
      responseBody: bytes,
      arrivals: json(),
    },
    primaryKey: ["callId"],
    childOf: { callId: "call" },
  },
} as const satisfies Record<string, Table>;

type Held<C> = C extends Column<infer T, infer Null> ? (Null extends true ? T | null : T) : never;

/** The tables as Kysely knows them; in the databases every name is in snake_case. */
export type Tables = {
  [T in keyof typeof tables]: {
    [C in keyof (typeof tables)[T]["columns"]]: Held<(typeof tables)[T]["columns"][C]>;
  };
};

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
