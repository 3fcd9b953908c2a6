/** Port: runs and their output logs. The row is written before its effect: `recover` relies on it. */
import type { Stream } from "../../contract/events.ts";
import type { OwnerId, RunId, SnippetId } from "../../contract/ids.ts";
import type { ProgramFileRow } from "./program-file.ts";
import type { RunState } from "../../contract/runs.ts";

export interface RunRow {
  readonly id: RunId;
  readonly ownerId: OwnerId;
  readonly idempotencyKey: string;
  readonly snippetId: SnippetId | null;
  readonly fileName: string;
  readonly code: string;
  readonly args: readonly string[];
  readonly model: string | null;
  readonly state: RunState;
  readonly reason: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timeoutMs: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly wallMs: number | null;
  readonly cpuMs: number | null;
  readonly peakBytes: number | null;
  readonly outputBytes: number;
  readonly droppedBytes: number;
  readonly simulated: boolean;
  readonly terminal: boolean;
  /** The most that its calls may cost together, 10^-12 USD; null: no ceiling. */
  readonly ceilingPicoUsd: bigint | null;
}

/** Where a piece of the log is from: the program's two streams, and the server's own words between them. */
export type LogStream = Stream | "note";

/** Bytes of one stream as they came, or one whole note; a chunk never ends inside a UTF-8 character. */
export interface OutputChunk {
  /** The event's number within the run. */
  readonly n: number;
  readonly at: number;
  readonly stream: LogStream;
  readonly bytes: Uint8Array;
}

/** Sums over a run's calls, computed in the database. */
export interface RunSums {
  readonly callCount: number;
  readonly costPicoUsd: bigint;
  readonly unknownCostCalls: number;
  /** The number of the first call that a ceiling stopped; null: none. */
  readonly overBudgetAt: number | null;
}

export type RunChange = Partial<
  Omit<RunRow, "id" | "ownerId" | "idempotencyKey" | "code" | "args" | "createdAt">
>;

export interface RunStore {
  /** Inserts with the files, or answers with the run that this owner already started under the same idempotency key. */
  create(
    row: RunRow,
    files?: readonly ProgramFileRow[],
  ): Promise<{ readonly row: RunRow; readonly isNew: boolean }>;
  find(ownerId: OwnerId, id: RunId): Promise<(RunRow & RunSums) | null>;
  /** The files beside its program, by path. */
  files(id: RunId): Promise<readonly ProgramFileRow[]>;
  /** Newest first. */
  list(ownerId: OwnerId, limit: number): Promise<readonly (Omit<RunRow, "code" | "args"> & RunSums)[]>;
  update(id: RunId, change: RunChange): Promise<void>;
  /** Ends every run that is queued, starting or running as `lost` with this reason; answers how many. Called once, at start. */
  loseUnfinished(reason: string, endedAt: number): Promise<number>;
  appendOutput(id: RunId, chunks: readonly OutputChunk[]): Promise<void>;
  /** Chunks with n > after, in order, as many as fit `maxBytes` (at least one, when there is one). */
  readOutput(id: RunId, after: number, maxBytes: number): Promise<readonly OutputChunk[]>;
  /** Removes the chunks with from <= n <= to: the log was full. */
  dropOutput(id: RunId, from: number, to: number): Promise<void>;
  /**
   * Removes the owner's oldest ended runs, with calls, output, files and results, beyond `keep`. What their calls count for
   * stays in the ledger (`CallStore.heldSince`).
   */
  prune(ownerId: OwnerId, keep: number): Promise<number>;
}
