/** Port: what runs showed and the files that they made. A result is stored before anybody is told of it. */
import type { OwnerId, RunId } from "../../contract/ids.ts";
import type { RunResult } from "../../contract/results.ts";

export interface ResultRow extends Pick<
  RunResult,
  "number" | "kind" | "mediaType" | "name" | "sizeBytes" | "note"
> {
  readonly runId: RunId;
  /** The event's number within the run, and its time. */
  readonly n: number;
  readonly at: number;
}

export interface ResultStore {
  /** `bytes` is null for one that is only named. */
  add(row: ResultRow, bytes: Uint8Array | null): Promise<void>;
  /** In order. */
  list(runId: RunId): Promise<readonly (ResultRow & { readonly kept: boolean })[]>;
  /** Null when the owner's run has no such result; `bytes` is null when they were not kept. */
  find(
    ownerId: OwnerId,
    runId: RunId,
    number: number,
  ): Promise<{ readonly row: ResultRow; readonly bytes: Uint8Array | null } | null>;
}
